"""Numbers of posts, as the Universal Postal Union writes them (standard S10): RR473124829DE, with a check digit."""

import re
from typing import Final

# Service, eight digits, check digit, country of the post.
_SHAPE: Final = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
# UPU S10, "Identification of postal items: 13-character identifier"; read 28 November 2026.
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
_MODULO: Final = 11
# What stands for a remainder that is no digit, and for nothing left over.
_INSTEAD: Final = {10: 0, 11: 5}


def is_mistyped(number: str) -> bool:
    """It is written like a post's number, and its check digit does not fit. Other numbers are nobody's business here."""
    found = _SHAPE.fullmatch("".join(sign for sign in number.upper() if sign.isalnum()))
    return found is not None and int(found[2]) != check_digit(found[1])


def check_digit(serial: str) -> int:
    total = sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True))
    left = _MODULO - total % _MODULO
    return _INSTEAD.get(left, left)
