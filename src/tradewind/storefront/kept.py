"""Pages that are rendered once for all buyers, and kept by the versions of what they show."""

from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from tradewind.storefront.pages import CART_COUNT_MARK, cart_count, private


class Halves(NamedTuple):
    """A page in two halves, with the number of things in the cart between them."""

    before: bytes
    after: bytes


def keep(request: HttpRequest, name: str, make: Callable[[], tuple[str, bool]]) -> HttpResponse:
    """The page of this name, made now if it was not yet. `make` returns it with CART_COUNT_MARK in it, and whether it
    may be kept: addresses that nobody would type again must not push out those that all ask for.
    """
    # Addresses may be long and in any script.
    digest = blake2b(name.encode(), digest_size=20).hexdigest()
    page: Halves | None = cache.get(digest)
    if page is None:
        html, is_kept = make()
        page = Halves(*(half.encode() for half in html.split(CART_COUNT_MARK)))
        if is_kept:
            cache.set(digest, page)
    return private(HttpResponse(page.before + cart_count(request).encode() + page.after))
