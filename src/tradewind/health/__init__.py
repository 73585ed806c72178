"""How the installation does: what is checked, what is told, and whom we wake."""
