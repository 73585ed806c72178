"""Pages that answer and special notices, as the staff write them."""
