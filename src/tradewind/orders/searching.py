"""Searching: what staff may type to find an order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tradewind.buyers.models import Identity
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
    find_all_again([order])


def find_all_again(orders: Sequence[Order]) -> None:
    """The same for many, in four statements."""
    ids = [order.pk for order in orders]
    lines: dict[int, list[OrderLine]] = {pk: [] for pk in ids}
    for line in OrderLine.objects.filter(order__in=ids).order_by("order_id", "position", "id"):
        lines[line.order_id].append(line)
    names, numbers = _names_of_buyers(orders), _numbers_of_parcels(ids)
    search.index_many(
        KIND, {o.pk: order_texts(o, lines[o.pk], also=[*names.get(o.pk, ()), *numbers[o.pk]]) for o in orders}
    )


def _names_of_buyers(orders: Sequence[Order]) -> Mapping[int, Sequence[str]]:
    """By order: what its channel calls its buyer."""
    known: dict[tuple[int, int], list[str]] = defaultdict(list)
    rows = Identity.objects.filter(buyer__in={order.buyer_id for order in orders if order.buyer_id}).order_by("pk")
    for buyer_id, account_id, shown in rows.values_list("buyer_id", "scope", "shown"):
        known[buyer_id, account_id].append(shown)
    return {order.pk: known[order.buyer_id, order.account_id] for order in orders if order.buyer_id}


def _numbers_of_parcels(order_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Of each parcel and each label that it had: buyers and carriers ask by any of them."""
    found: dict[int, list[str]] = {pk: [] for pk in order_ids}
    numbered = Order.objects.filter(pk__in=order_ids, parcels__tracking_number__gt="")
    for order_id, number in numbered.order_by("pk", "parcels__pk").values_list("pk", "parcels__tracking_number"):
        found[order_id].append(number)
    return found
