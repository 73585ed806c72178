"""Changing where an order goes, before it leaves: asked for on its page, done only with the code sent to its mailbox.

Price, tax, delivery and dates were agreed for the country, so the country stays. An order that leaves at the same moment
goes to the address that its label shows: whoever marks it dispatched says how many changes they have seen.
"""

import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from tradewind.core.facts import record
from tradewind.core.schedule import every
from tradewind.orders.events import AddressChanged
from tradewind.orders.models import AddressChange, Order
from tradewind.orders.searching import find_again
from tradewind.orders.states import OrderState

CODE_HOLDS: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
MOST_CODES: Final = 3
WITHIN: Final = timedelta(hours=1)
WISHES_KEPT: Final = timedelta(days=1)
_CHANGEABLE: Final = {OrderState.AWAITING_PAYMENT, OrderState.PAID}
_DIGITS: Final = 6


class NotChangeable(Exception):
    """The order has left, was cancelled, or nobody can be sent a code."""


class CountryStays(Exception):
    """Another country is another price."""


class TooManyCodes(Exception):
    """Enough were sent for now. `again_at` is when the next may be."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(f"no further code before {again_at}")
        self.again_at = again_at


class CodeWrong(Exception):
    """Not the code that was sent last."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"{tries_left} tries left")
        self.tries_left = tries_left


class CodeSpent(Exception):
    """There is no code to be given: too old, tried too often, used for a change before, or never sent."""


class AddressNotSeen(Exception):
    """The buyer has changed the address since it was looked at."""


def is_changeable(*, kind: str, state: str, email: str) -> bool:
    """Can an order like this be sent elsewhere by its buyer? Without an address nobody gets a code."""
    return kind == Order.Kind.SALE and state in _CHANGEABLE and bool(email)


def ask_for_change(
    *, order_id: int, ship_to: Mapping[str, str], key: str, at: datetime
) -> tuple[AddressChange, str | None]:
    """Note where the order is to go, with the code that confirms it; None where this key has asked for the same before.

    The code is not stored: hand it on in the same transaction. Raises NotChangeable, CountryStays, TooManyCodes.
    """
    with transaction.atomic():
        order = _held(order_id)
        if ship_to["country"] != order.country:
            raise CountryStays
        known = AddressChange.objects.filter(order=order, key=key).order_by("-pk").first()
        if known is not None and known.after == ship_to:
            return known, None
        _require_patience(order, at)
        code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        wish = AddressChange.objects.create(
            order=order, key=key, after=dict(ship_to), digest=_digest(key, code), asked_at=at
        )
    return wish, code


def confirm_change(*, order_id: int, code: str, at: datetime) -> AddressChange:
    """Send the order to the address that was asked for last. The same code again finds it done.

    Raises NotChangeable, CodeWrong, CodeSpent.
    """
    with transaction.atomic():
        order = _held(order_id)
        wish = newest_wish(order_id)
        if wish is None or not is_open(wish, at=at):
            raise CodeSpent
        if constant_time_compare(_digest(wish.key, _typed(code)), wish.digest):
            if wish.confirmed_at is None:
                _readdress(order, wish, at)
            return wish
        if wish.confirmed_at is not None:
            raise CodeSpent
        # Counted for good, so the refusal comes after the transaction.
        AddressChange.objects.filter(pk=wish.pk).update(tries=F("tries") + 1)
    raise CodeWrong(MOST_TRIES - wish.tries - 1)


def newest_wish(order_id: int) -> AddressChange | None:
    """The address that was asked for last, whatever became of it."""
    return AddressChange.objects.filter(order_id=order_id).order_by("-pk").first()


def is_open(wish: AddressChange, *, at: datetime) -> bool:
    """Can its code still be given?"""
    return at < wish.asked_at + CODE_HOLDS and wish.tries < MOST_TRIES


def require_seen(*, order_id: int, changes: int) -> None:
    """In the caller's transaction: hold the order at the address that shows after so many changes. Raises AddressNotSeen."""
    Order.objects.select_for_update().get(pk=order_id)
    if AddressChange.objects.filter(order_id=order_id, confirmed_at__isnull=False).count() != changes:
        raise AddressNotSeen


@every(timedelta(hours=1), name="orders.forget_wishes")
def forget_wishes(now: datetime) -> int:
    """Delete addresses that were asked for and never confirmed. Returns how many."""
    old = AddressChange.objects.filter(confirmed_at__isnull=True, asked_at__lte=now - WISHES_KEPT)
    with transaction.atomic():
        return old.delete()[0]


def export_addresses(*, buyer_id: int) -> list[dict[str, object]]:
    """What is stored of a buyer's changes, oldest first."""
    rows = AddressChange.objects.filter(order__buyer_id=buyer_id).order_by("pk")
    return [{"asked_at": row.asked_at.isoformat(), "before": row.before, "after": row.after} for row in rows]


def erase_addresses(*, buyer_id: int) -> int:
    """Forget both addresses of every change; that there was one stays. Returns how many rows knew them."""
    with transaction.atomic():
        return AddressChange.objects.filter(order__buyer_id=buyer_id).exclude(after={}).update(before={}, after={})


def _held(order_id: int) -> Order:
    """Under its lock: whoever dispatches or cancels at the same moment comes before or after. Raises NotChangeable."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if not is_changeable(kind=order.kind, state=order.state, email=order.email):
        raise NotChangeable
    return order


def _require_patience(order: Order, at: datetime) -> None:
    lately = AddressChange.objects.filter(order=order, asked_at__gt=at - WITHIN).order_by("-asked_at", "-pk")
    asked = list(lately.values_list("asked_at", flat=True)[:MOST_CODES])
    if len(asked) == MOST_CODES:
        raise TooManyCodes(asked[-1] + WITHIN)


def _readdress(order: Order, wish: AddressChange, at: datetime) -> None:
    wish.before, wish.confirmed_at = order.ship_to, at
    wish.save(update_fields=["before", "confirmed_at"])
    order.ship_to = wish.after
    order.save(update_fields=["ship_to"])
    find_again(order)
    record(AddressChanged(order.pk, order.buyer_id, wish.pk), by="buyer", at=at)


def _digest(key: str, code: str) -> str:
    """Six digits are soon guessed by who has the table, so the installation's secret is part of it."""
    return salted_hmac("tradewind.orders.addressing", f"{key}:{code}", algorithm="sha256").hexdigest()


def _typed(code: str) -> str:
    """Digits of double width and gaps between them are the same code."""
    return "".join(unicodedata.normalize("NFKC", code).split())
