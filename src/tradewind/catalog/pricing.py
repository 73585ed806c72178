"""Prices and their ledger. What was asked when is never edited, because laws are decided on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from tradewind.catalog.events import PriceChanged
from tradewind.catalog.listing import relist_many
from tradewind.catalog.models import Price, PriceChange, Product, Variant
from tradewind.core.facts import record_many
from tradewind.core.rows import hold_all, insert_each, update_each
from tradewind.lib.money import Money


class PriceRefused(Exception):
    """The price cannot be asked: nothing is changed. The words say why."""


class _Present(NamedTuple):
    pk: int
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What shall be asked for a variant in a market."""

    variant_id: int
    product_id: int
    market_id: int
    price: Money


def set_price(
    *, variant: Variant, market_id: int, price: Money, by: str, at: datetime, reason: str = ""
) -> PriceChanged | None:
    """Ask this price from now on. None when it is asked already. Raises PriceRefused."""
    asked = Asked(variant.pk, variant.product_id, market_id, price)
    return next(iter(set_prices([asked], by=by, at=at, reason=reason)), None)


def set_prices(asked: Sequence[Asked], *, by: str, at: datetime, reason: str = "") -> list[PriceChanged]:
    """Ask these prices from now on, of each variant one in each market. Returns what has changed. Raises PriceRefused.

    The ledger's entries, the present prices and the versions of the products' pages change together.
    """
    for each in asked:
        if each.price.amount <= 0:
            msg = f"A price is above zero, not {each.price}."
            raise PriceRefused(msg)
    with transaction.atomic():
        # Whoever holds the product has its prices.
        hold_all(Product, {each.product_id for each in asked})
        present = _present(asked)
        happened = [_changed(each, present.get((each.variant_id, each.market_id))) for each in asked]
        changes = [change for change in happened if change]
        if changes:
            _write(changes, present, by=by, at=at, reason=reason)
    return changes


def _present(asked: Sequence[Asked]) -> dict[tuple[int, int], _Present]:
    """What is asked now, by variant and market."""
    places = {
        "variant_id__in": {each.variant_id for each in asked},
        "market_id__in": {each.market_id for each in asked},
    }
    rows = Price.objects.filter(**places).values_list("variant_id", "market_id", "pk", "amount", "currency")
    return {(variant_id, market_id): _Present(pk, amount, code) for variant_id, market_id, pk, amount, code in rows}


def _changed(asked: Asked, present: _Present | None) -> PriceChanged | None:
    amount, currency = asked.price.amount, asked.price.currency
    if present and present.currency != currency:
        msg = f"This market asks {present.currency}, not {currency}."
        raise PriceRefused(msg)
    before = present.amount if present else None
    if before == amount:
        return None
    return PriceChanged(asked.variant_id, asked.product_id, asked.market_id, before, amount, currency)


def _write(
    changes: Sequence[PriceChanged], present: Mapping[tuple[int, int], _Present], *, by: str, at: datetime, reason: str
) -> None:
    known = [(present.get((c.variant_id, c.market_id)), c) for c in changes]
    update_each(Price, ["amount"], [(c.amount, price.pk) for price, c in known if price])
    first = [(c.variant_id, c.market_id, c.amount, c.currency) for price, c in known if not price]
    insert_each(Price, ("variant", "market_id", "amount", "currency"), first)
    names = ("variant", "market_id", "amount", "currency", "before", "valid_from", "by", "reason")
    ledger = ((c.variant_id, c.market_id, c.amount, c.currency, c.before, at, by, reason) for c in changes)
    insert_each(PriceChange, names, ledger)
    products = {change.product_id for change in changes}
    Product.objects.filter(pk__in=products).update(price_version=F("price_version") + 1)
    relist_many(products, market_ids={change.market_id for change in changes}, has_news=True)
    record_many(changes, by=by, at=at)
