"""Importing: orders of the past, from files that other systems wrote. The mapping says how to read such a file."""
