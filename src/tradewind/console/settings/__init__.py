"""All that an owner sets: where it is, what holds now, what became of it."""
