"""Withdrawals: what buyers declared."""
