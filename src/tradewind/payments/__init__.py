"""Payments: intents, an append-only ledger, methods per market, and the port that providers implement."""
