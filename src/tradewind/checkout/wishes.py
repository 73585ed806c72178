"""Wish lists: found by a random key, in any market and language. They name variants and no person, so that forgetting
a list erases all that there is of it: its buyer by emptying it, we a year after it was last looked at.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.catalog.models import Product, Variant
from tradewind.catalog.queries import VariantOffer, titles_of, variant_offers
from tradewind.checkout.carts import NoSuchVariant
from tradewind.checkout.models import Wish, WishList
from tradewind.core.keeping import kept
from tradewind.core.schedule import every

MOST_WISHES: Final = 100
KEPT_FOR: Final = timedelta(days=365)
_kept: Final = kept("wishes", usual=KEPT_FOR, between=(7, KEPT_FOR.days))
# Looking is noted no more often than this: a page that is only read seldom writes.
_NOTED_EVERY: Final = timedelta(days=1)


class WishListFull(Exception):
    """There are MOST_WISHES on it already."""


@dataclass(frozen=True, slots=True)
class Wished:
    """`offer` is None for what is no longer sold; `title` is then what it was called, "" where nobody knows."""

    variant_id: int
    offer: VariantOffer | None
    title: str


def find_list(key: str | None, *, at: datetime) -> WishList | None:
    """The list of this key; whoever finds it keeps it for another year."""
    found = WishList.objects.filter(key=key).first() if key else None
    if found is not None and found.touched_at < at - _NOTED_EVERY:
        with transaction.atomic():
            _touch(found, at)
    return found


def add_wish(key: str | None, *, variant_id: int, at: datetime) -> WishList:
    """Put a variant on the list of this key, or on a new one where there is none. Twice is the same as once.
    Raises NoSuchVariant, WishListFull.
    """
    with transaction.atomic():
        if not Variant.objects.filter(pk=variant_id, is_offered=True, product__state=Product.State.LIVE).exists():
            raise NoSuchVariant(variant_id)
        wish_list = _lock(key) or WishList.objects.create(key=secrets.token_urlsafe(24), touched_at=at)
        present = set(wish_list.wishes.values_list("variant_id", flat=True))
        if variant_id not in present:
            if len(present) >= MOST_WISHES:
                raise WishListFull
            Wish.objects.create(wish_list=wish_list, variant_id=variant_id)
        _touch(wish_list, at)
    return wish_list


def remove_wish(key: str | None, *, variant_id: int, at: datetime) -> None:
    """Take a variant off the list of this key, if it is on one. With the last wish the list goes."""
    with transaction.atomic():
        wish_list = _lock(key)
        if wish_list is None:
            return
        wish_list.wishes.filter(variant_id=variant_id).delete()
        if wish_list.wishes.exists():
            _touch(wish_list, at)
        else:
            wish_list.delete()


def wished(wish_list: WishList, *, market_id: int, language: str) -> list[Wished]:
    """The list as a market sells it, the last wish first."""
    ids = list(wish_list.wishes.order_by("-pk").values_list("variant_id", flat=True))
    offers = variant_offers(ids, market_id=market_id, language=language)
    titles = titles_of([pk for pk in ids if pk not in offers], language)
    return [Wished(pk, offers.get(pk), titles.get(pk, "")) for pk in ids]


@every(timedelta(hours=6), name="checkout.forget_wishes")
def forget_wishes(now: datetime) -> int:
    """Lists that nobody looked at for long go."""
    with transaction.atomic():
        return WishList.objects.filter(touched_at__lt=now - _kept()).delete()[0]


def _lock(key: str | None) -> WishList | None:
    """The list, held to the end of the transaction: of two wishes at once one takes the last place."""
    return WishList.objects.select_for_update().filter(key=key).first() if key else None


def _touch(wish_list: WishList, at: datetime) -> None:
    WishList.objects.filter(pk=wish_list.pk).update(touched_at=at)
