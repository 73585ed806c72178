"""Connections to the outside: set up on a page, tried out, changed back."""
