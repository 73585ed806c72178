"""How many rows there are, as staff read it: in their language's figures, exact up to a bound and with a plus beyond it."""

from babel.numbers import format_decimal

from tradewind.core import words


def count_words(count: int, *, most: int | None = None, is_all: bool = True) -> str:
    """`most`: what lies above it was not counted. `is_all`: False where there may be more than were counted."""
    is_exact = is_all and (most is None or count <= most)
    shown = count if is_exact or most is None else min(count, most)
    return f"{format_decimal(shown, locale=words.locale_of(words.spoken()))}{'' if is_exact else '+'}"
