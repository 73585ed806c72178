"""Reactions of promises to what happens elsewhere."""
