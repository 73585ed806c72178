"""Work of the machine: what waits, what is stuck and why, with retry and drop."""
