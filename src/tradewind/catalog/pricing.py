"""Prices and their ledger. What was asked when is never edited, because laws are decided on it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from tradewind.catalog.events import PriceChanged
from tradewind.catalog.listing import relist
from tradewind.catalog.models import Price, PriceChange, Product, Variant
from tradewind.core.facts import record
from tradewind.lib.money import Money


class PriceRefused(Exception):
    """The price cannot be asked: nothing is changed. The words say why."""


def set_price(
    *, variant: Variant, market_id: int, price: Money, by: str, at: datetime, reason: str = ""
) -> PriceChange | None:
    """Ask this price from now on. None when it is asked already. Raises PriceRefused.

    The ledger's entry, the present price and the version of the product's pages change together.
    """
    if price.amount <= 0:
        msg = f"A price is above zero, not {price}."
        raise PriceRefused(msg)
    with transaction.atomic():
        current = Price.objects.select_for_update().filter(variant=variant, market_id=market_id).first()
        if current and Money(current.amount, current.currency) == price:
            return None
        if current and current.currency != price.currency:
            msg = f"This market asks {current.currency}, not {price.currency}."
            raise PriceRefused(msg)
        before = current.amount if current else None
        Price.objects.update_or_create(
            variant=variant, market_id=market_id, defaults={"amount": price.amount, "currency": price.currency}
        )
        change = PriceChange.objects.create(
            variant=variant,
            market_id=market_id,
            amount=price.amount,
            currency=price.currency,
            before=before,
            valid_from=at,
            by=by,
            reason=reason,
        )
        Product.objects.filter(pk=variant.product_id).update(price_version=F("price_version") + 1)
        relist(variant.product_id, market_id=market_id, has_new_offers=True)
        happened = PriceChanged(variant.pk, variant.product_id, market_id, before, price.amount, price.currency)
        record(happened, by=by, at=at)
    return change
