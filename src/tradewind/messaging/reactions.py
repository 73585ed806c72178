"""Reactions of messaging to what happens elsewhere."""
