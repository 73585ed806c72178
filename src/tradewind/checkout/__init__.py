"""Checkout: cart, quote, placing, paying in the own shop."""
