"""Plain Python that knows no model and no framework: money, time, calendars, text, countries.

Nothing here imports Django or any other part of Tradewind, reads settings, or touches the network or the disk
(`http.py`, the client for the outside, is the one exception to the last).
"""
