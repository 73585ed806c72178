"""Settings, addresses, wiring: the one place that knows every part of the house."""
