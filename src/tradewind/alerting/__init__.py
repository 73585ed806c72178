"""Alerts for staff: who is told of what, when, in one message rather than in ten, and what became of it."""
