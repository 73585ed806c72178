"""Promises: what was promised to whom until when; quotes, wording, watching."""
