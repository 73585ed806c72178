"""The shop's own words in letters: the code decides which sentences stand in a letter, the shop how each of them reads."""
