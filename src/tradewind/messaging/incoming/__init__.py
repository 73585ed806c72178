"""Reading mail that comes back or comes in: pure functions of bytes, no database, nothing that a broken mail can stop."""
