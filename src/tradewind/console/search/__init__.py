"""One box that finds orders, buyers and products."""
