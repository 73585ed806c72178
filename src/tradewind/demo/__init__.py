"""The demo shop: content, history, and how they are loaded."""
