"""The files that sales channels hand out: one description for each kind, and what reads them all."""
