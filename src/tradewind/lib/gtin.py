"""Global Trade Item Numbers: what the barcode on a box says (EAN-8, UPC-A, EAN-13, ITF-14)."""

from typing import Final

LENGTHS: Final = (8, 12, 13, 14)


def is_gtin(text: str) -> bool:
    """Is it one, by its length and its last digit? That makes up the sum of the others, from the right three- and onefold, to ten."""
    if len(text) not in LENGTHS or not (text.isascii() and text.isdigit()):
        return False
    *body, check = (int(digit) for digit in text)
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return (total + check) % 10 == 0


def bare(text: str) -> str:
    """As two are compared: UPC-A and EAN-13 of one article differ in leading zeros."""
    return text.lstrip("0") if text.isascii() and text.isdigit() else text
