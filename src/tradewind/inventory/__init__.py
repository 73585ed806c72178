"""Inventory: stock as a ledger per warehouse, and reservations that cannot oversell."""
