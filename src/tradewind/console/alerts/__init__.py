"""Alerts: who of the staff is told of what, by which way, and what was sent."""
