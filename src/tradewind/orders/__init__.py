"""Orders: the record of every sale from every shop account."""
