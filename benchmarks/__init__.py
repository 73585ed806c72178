"""Scripts that measure and print JSON. Run from the project's root: `python -m benchmarks.NAME`."""
