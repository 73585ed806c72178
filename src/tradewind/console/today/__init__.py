"""Today: what a person should do now, the most urgent first."""
