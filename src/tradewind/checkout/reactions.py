"""Reactions of checkout to what happens elsewhere."""
