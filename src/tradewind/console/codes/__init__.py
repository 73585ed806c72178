"""Discount codes: those that there are, with what became of them, and new ones."""
