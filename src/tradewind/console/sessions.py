"""Log-in sessions, tokens against forged forms, and abilities: for the console's addresses only.

Buyers' pages never touch the session table.
"""
