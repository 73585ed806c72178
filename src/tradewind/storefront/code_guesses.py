"""Discount codes that a buyer types: a slip of the hand is nothing, whoever tries many words is kept from trying more."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest

from tradewind.checkout.codes import is_known, normal
from tradewind.checkout.models import Cart
from tradewind.core.words import say
from tradewind.storefront.often import times_so_far, times_with_this

# Codes that nobody made, from one connection in an hour.
MOST_GUESSES: Final = 20
_WHAT: Final = "codes"


def may_be_read(request: HttpRequest, cart: Cart, typed: str, at: datetime) -> bool:
    """False where the connection has guessed too often: then not even a code that holds is told from one that does not.

    The code that the cart has may always stay.
    """
    code = normal(typed)
    if not code or code == normal(str(cart.draft.get("code", ""))):
        return True
    if is_known(code):
        return times_so_far(request, _WHAT, at) < MOST_GUESSES
    return times_with_this(request, _WHAT, at) <= MOST_GUESSES


def too_many_guesses(language: str) -> str:
    return say(language, "Too many codes were tried from your connection. Please try again in an hour.")
