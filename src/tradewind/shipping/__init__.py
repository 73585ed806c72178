"""Shipping: delivery options per market and the dates that they allow."""
