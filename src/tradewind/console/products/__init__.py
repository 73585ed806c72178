"""Products as the staff see them: prices per market with their ledger, stock per warehouse."""
