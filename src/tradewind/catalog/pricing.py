"""Prices and their ledger. What was asked when is never edited, because laws are decided on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tradewind.catalog.events import PriceChanged
from tradewind.catalog.listing import relist_many
from tradewind.catalog.models import Price, PriceChange, Product, Variant
from tradewind.core.facts import record_many
from tradewind.core.rows import hold_all, update_each
from tradewind.lib.money import Money


class PriceRefused(Exception):
    """The price cannot be asked: nothing is changed. The words say why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What shall be asked for a variant in a market."""

    variant_id: int
    product_id: int
    market_id: int
    price: Money


def set_price(
    *, variant: Variant, market_id: int, price: Money, by: str, at: datetime, reason: str = ""
) -> PriceChange | None:
    """Ask this price from now on. None when it is asked already. Raises PriceRefused."""
    asked = Asked(variant.pk, variant.product_id, market_id, price)
    return next(iter(set_prices([asked], by=by, at=at, reason=reason)), None)


def set_prices(asked: Sequence[Asked], *, by: str, at: datetime, reason: str = "") -> list[PriceChange]:
    """Ask these prices from now on, of each variant one in each market. Returns the ledger's entries, none for what is asked
    already. Raises PriceRefused.

    The ledger's entries, the present prices and the versions of the products' pages change together.
    """
    for each in asked:
        if each.price.amount <= 0:
            msg = f"A price is above zero, not {each.price}."
            raise PriceRefused(msg)
    with transaction.atomic():
        # Whoever holds the product has its prices.
        hold_all(Product, {each.product_id for each in asked})
        rows = Price.objects.filter(variant_id__in={each.variant_id for each in asked})
        present = {(row.variant_id, row.market_id): row for row in rows}
        other = [each for each in asked if _is_new(each, present.get((each.variant_id, each.market_id)))]
        return _write(other, present, by=by, at=at, reason=reason) if other else []


def _is_new(asked: Asked, present: Price | None) -> bool:
    if present and present.currency != asked.price.currency:
        msg = f"This market asks {present.currency}, not {asked.price.currency}."
        raise PriceRefused(msg)
    return present is None or present.amount != asked.price.amount


def _write(
    asked: Sequence[Asked], present: dict[tuple[int, int], Price], *, by: str, at: datetime, reason: str
) -> list[PriceChange]:
    changes = [
        PriceChange(
            variant_id=each.variant_id,
            market_id=each.market_id,
            amount=each.price.amount,
            currency=each.price.currency,
            before=old.amount if (old := present.get((each.variant_id, each.market_id))) else None,
            valid_from=at,
            by=by,
            reason=reason,
        )
        for each in asked
    ]
    _keep(changes, present)
    PriceChange.objects.bulk_create(changes)
    products = {each.product_id for each in asked}
    Product.objects.filter(pk__in=products).update(price_version=F("price_version") + 1)
    relist_many(products, market_ids={each.market_id for each in asked})
    happened = [
        PriceChanged(c.variant_id, each.product_id, c.market_id, c.before, c.amount, c.currency)
        for each, c in zip(asked, changes, strict=True)
    ]
    record_many(happened, by=by, at=at)
    return changes


def _keep(changes: Sequence[PriceChange], present: dict[tuple[int, int], Price]) -> None:
    """Write the present prices."""
    rows = [(present.get((change.variant_id, change.market_id)), change) for change in changes]
    update_each(Price, ["amount"], [(price.pk, change.amount) for price, change in rows if price])
    Price.objects.bulk_create(
        Price(variant_id=change.variant_id, market_id=change.market_id, amount=change.amount, currency=change.currency)
        for price, change in rows
        if price is None
    )
