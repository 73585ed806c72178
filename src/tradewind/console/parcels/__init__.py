"""Parcels over all orders."""
