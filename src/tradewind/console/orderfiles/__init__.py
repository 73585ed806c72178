"""Orders from files: handed in, looked at, brought in, taken back, and matched to our articles."""
