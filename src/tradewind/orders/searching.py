"""Searching: what staff may type to find an order."""

from collections.abc import Iterable
from typing import Final

from tradewind.core import search
from tradewind.core.words import locale_of
from tradewind.lib.countries import country_name
from tradewind.orders.models import Order, OrderLine

KIND: Final = "order"
_PARTS_OF_ADDRESS: Final = ("name", "company", "line1", "district", "postcode", "city", "region", "phone")
_LANGUAGES_OF_STAFF: Final = ("en", "zh")


def order_texts(order: Order, lines: Iterable[OrderLine], *, also: Iterable[str] = ()) -> list[str]:
    """What `core.search` indexes for an order: numbers, also of its parcel, person, place, country as staff call it, and articles.

    `also` are further names of the buyer that the order itself does not carry. Nothing is read from the database.
    """
    address = [str(order.ship_to.get(part) or "") for part in _PARTS_OF_ADDRESS]
    countries = [country_name(order.country, locale_of(language)) for language in _LANGUAGES_OF_STAFF if order.country]
    numbers = list(dict.fromkeys(line.sku for line in lines))
    parcel = [order.tracking, str(order.source.get("others", {}).get("tracking", ""))]
    texts = [order.ref, order.external_id, *parcel, order.email, *also, *address, order.country, *countries, *numbers]
    return [text for text in texts if text]


def find_again(order: Order) -> None:
    """Make an order findable by what it holds now, in the transaction that changes it."""
    also = [*_names_of_buyer(order), *_numbers_of_parcels(order)]
    texts = order_texts(order, order.lines.order_by("position", "id"), also=also)
    search.index(KIND, order.pk, texts)


def _names_of_buyer(order: Order) -> list[str]:
    """By which its channel knows them."""
    if order.buyer is None:
        return []
    return [each.shown for each in order.buyer.identities.filter(scope=order.account_id).order_by("pk")]


def _numbers_of_parcels(order: Order) -> list[str]:
    """Of each parcel and each label that it had: buyers and carriers ask by any of them."""
    told = order.parcels.exclude(tracking_number="").order_by("pk")
    return list(told.values_list("tracking_number", flat=True))
