"""The shop accounts: which there are, what each holds, and which take orders."""
