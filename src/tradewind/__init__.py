"""Tradewind: a shop, a desk and a promise keeper for cross-border sellers."""

__version__ = "0.1.0"
