"""SQLite as Tradewind needs it: one writer at a time, in the order of asking."""
