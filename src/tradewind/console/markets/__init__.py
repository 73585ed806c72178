"""Markets as the staff see them: rules with dates and sources, ways to deliver, methods, and what a change would do."""
