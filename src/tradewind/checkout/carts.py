"""Carts: found by a random key, kept for weeks, never trusted for a price."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tradewind.catalog.models import Product, Variant
from tradewind.checkout.models import Cart, CartLine
from tradewind.core.keeping import kept
from tradewind.core.schedule import every

MOST_OF_ONE: Final = 99
MOST_LINES: Final = 50
KEPT_FOR: Final = timedelta(days=60)
# No longer than the buyer's cookie lives.
_kept: Final = kept("carts", usual=KEPT_FOR, between=(1, KEPT_FOR.days))


class NoSuchVariant(Exception):
    """There is nothing on sale under this number."""


class QuantityRefused(Exception):
    """A line has one to MOST_OF_ONE units, a cart at most MOST_LINES lines."""


def open_cart(key: str | None, *, market: str, language: str, at: datetime) -> Cart:
    """The cart of this key, brought to the market and language of the page; a new one where there is none."""
    with transaction.atomic():
        cart = find_cart(key)
        if cart is None:
            return Cart.objects.create(
                key=secrets.token_urlsafe(24), market=market, language=language, created_at=at, changed_at=at
            )
        if (cart.market, cart.language) != (market, language):
            cart.market, cart.language, cart.changed_at = market, language, at
            cart.save(update_fields=["market", "language", "changed_at"])
    return cart


def find_cart(key: str | None) -> Cart | None:
    return Cart.objects.filter(key=key).first() if key else None


def add_line(cart: Cart, *, variant_id: int, quantity: int, at: datetime) -> CartLine:
    """Put units of a variant into the cart, on top of those that are there. Raises NoSuchVariant, QuantityRefused."""
    with transaction.atomic():
        if not Variant.objects.filter(pk=variant_id, is_offered=True, product__state=Product.State.LIVE).exists():
            raise NoSuchVariant(variant_id)
        _lock(cart)
        lines = {line.variant_id: line for line in CartLine.objects.filter(cart=cart)}
        line = lines.get(variant_id)
        if line is None and len(lines) >= MOST_LINES:
            raise QuantityRefused
        line = line or CartLine(cart=cart, variant_id=variant_id, quantity=0)
        return _write(cart, line, line.quantity + quantity, at)


def fill_up(cart: Cart, wanted: Mapping[int, int], *, at: datetime) -> set[int]:
    """See that at least so many units of each variant are in the cart: {variant: units}. Twice is the same as once.

    Returns the variants that are not on sale, or that the cart has no room for; the others are in it.
    """
    left_out = set()
    with transaction.atomic():
        _lock(cart)
        present = dict(CartLine.objects.filter(cart=cart).values_list("variant_id", "quantity"))
        for variant_id, units in wanted.items():
            missing = units - present.get(variant_id, 0)
            try:
                if missing > 0:
                    add_line(cart, variant_id=variant_id, quantity=missing, at=at)
            except (NoSuchVariant, QuantityRefused):
                left_out.add(variant_id)
    return left_out


def set_quantity(cart: Cart, *, variant_id: int, quantity: int, at: datetime) -> CartLine | None:
    """Set the units of a variant in the cart; zero takes it out. None where nothing is in it then, also because the cart
    has become an order in this moment. Raises QuantityRefused.
    """
    with transaction.atomic():
        try:
            _lock(cart)
        except Cart.DoesNotExist:
            return None
        if quantity == 0:
            CartLine.objects.filter(cart=cart, variant_id=variant_id).delete()
            Cart.objects.filter(pk=cart.pk).update(changed_at=at)
            return None
        line = CartLine.objects.filter(cart=cart, variant_id=variant_id).first()
        if line is None:
            raise QuantityRefused
        return _write(cart, line, quantity, at)


def save_draft(cart: Cart, draft: dict[str, Any], *, at: datetime) -> None:
    """Keep what the buyer typed so far, so that nothing is asked twice."""
    with transaction.atomic():
        Cart.objects.filter(pk=cart.pk).update(draft=draft, changed_at=at)
    cart.draft = draft


def count_units(cart: Cart) -> int:
    return sum(cart.lines.values_list("quantity", flat=True))


@every(timedelta(hours=6), name="checkout.forget_carts")
def forget_carts(now: datetime) -> int:
    """Carts that nobody touched for weeks go, and with them what was typed into them."""
    with transaction.atomic():
        return Cart.objects.filter(changed_at__lt=now - _kept()).delete()[0]


def _lock(cart: Cart) -> None:
    Cart.objects.select_for_update().get(pk=cart.pk)


def _write(cart: Cart, line: CartLine, quantity: int, at: datetime) -> CartLine:
    """The cart is locked, so nobody adds the same line meanwhile."""
    if not 1 <= quantity <= MOST_OF_ONE:
        raise QuantityRefused
    line.quantity = quantity
    line.save()
    Cart.objects.filter(pk=cart.pk).update(changed_at=at)
    return line
