"""Who works here: letting people in, what each may do, for which accounts, and letting them go."""
