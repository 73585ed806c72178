"""A mail server of our own for the demo: it stores what arrives and shows it, and delivers nothing further."""
