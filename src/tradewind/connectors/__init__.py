"""One folder per outside company: each implements ports and translates, nothing else."""
