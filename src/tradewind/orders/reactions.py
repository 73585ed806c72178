"""Reactions of orders to what happens elsewhere."""
