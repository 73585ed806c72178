"""Insights: what the owner reads about the business. Counts what buyers do without knowing who they are."""
