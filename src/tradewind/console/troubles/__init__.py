"""Trouble: cases of parcels and orders, alone and by cause, with what helps."""
