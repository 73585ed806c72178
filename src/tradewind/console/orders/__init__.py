"""Orders of all shop accounts: finding, understanding, and the acts that orders ask for."""
