"""Buyers: one record for everyone who asks or buys, over all channels; their addresses and wishes."""
