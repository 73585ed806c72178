"""Visits of the own shop: who came from where and how far they went, as sums."""
