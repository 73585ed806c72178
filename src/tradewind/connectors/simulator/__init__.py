"""The simulator: plays the outside companies for the demo and the journeys. No real shop has it."""
