"""Global Trade Item Numbers: what the barcode on a box says (EAN-8, UPC-A, EAN-13, ITF-14)."""

from stdnum import ean


def is_gtin(text: str) -> bool:
    """Is it one, by its length and its last digit, and written in digits alone?"""
    return text.isascii() and text.isdigit() and bool(ean.is_valid(text))


def bare(text: str) -> str:
    """As two are compared: UPC-A and EAN-13 of one article differ in leading zeros."""
    return text.lstrip("0") if text.isascii() and text.isdigit() else text
