"""Orders that staff write, and quotations: the list, the draft, what becomes of it."""
