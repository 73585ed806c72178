"""Messages: what was said to a buyer, in which words, and whether it arrived."""
