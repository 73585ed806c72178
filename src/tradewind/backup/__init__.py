"""Backups: archives of a whole installation, and the way back from one."""
