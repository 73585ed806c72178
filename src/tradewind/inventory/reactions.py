"""Reactions of inventory to what happens elsewhere."""
