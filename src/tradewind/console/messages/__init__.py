"""Messages to buyers: what was said, and whether it arrived."""
