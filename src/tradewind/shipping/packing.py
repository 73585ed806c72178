"""Packing an order against its checklist: each piece is scanned or ticked, and what does not belong there is refused.

Whoever packs holds the order: somebody else sees who it is, and may take over. All of it under the order's lock.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from tradewind.core.facts import record
from tradewind.orders.holding import OrderKeptBack, require_free
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.shipping.checklist import Item, checklist_of, lines_left, wanted_of
from tradewind.shipping.events import OrderPacked
from tradewind.shipping.models import Evidence, Packing

__all__ = ["OrderKeptBack"]  # raised here as well
LONGEST_CODE: Final = 60


class NotToPack(Exception):
    """The order is not paid, has left, or was cancelled."""


class PackedBySomebody(Exception):
    """Another person packs it. `by` as audit trails name them."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class PackingMoved(Exception):
    """It was packed, laid aside, taken over, or counted on since the page was made: nothing was counted."""


class WrongItem(Exception):
    """Nothing of this order is called so."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TooMany(Exception):
    """All of it is in the parcel already."""

    def __init__(self, item: Item) -> None:
        super().__init__(item.key)
        self.item = item


class NotComplete(Exception):
    """So much is not in the parcel yet, or not looked at."""

    def __init__(self, missing: int) -> None:
        super().__init__(str(missing))
        self.missing = missing


class ProofMissing(Exception):
    """A photo or film is asked for, and there is none and no word why."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who packs now, and the state of the list that they have before them."""

    order_id: int
    version: int
    by: str


def packing_now(order_id: int) -> Packing | None:
    """The open one."""
    return Packing.objects.filter(order_id=order_id, packed_at=None, left_at=None).first()


def packed(order_id: int) -> Packing | None:
    """The newest that was finished."""
    return Packing.objects.filter(order_id=order_id, packed_at__isnull=False, left_at=None).order_by("-pk").first()


def begin_packing(*, order_id: int, by: str, at: datetime, takes_over: bool = False) -> Packing:
    """What is there already, where the same person began. Raises NotToPack, OrderKeptBack, PackedBySomebody."""
    with transaction.atomic():
        _require_here(order_id)
        found = packing_now(order_id)
        if found is not None and found.by == by:
            return found
        if found is not None and not takes_over:
            raise PackedBySomebody(found.by)
        Packing.objects.filter(order_id=order_id, left_at=None).update(left_at=at)
        # What is in the parcel stays there when somebody takes over.
        counts, ticks = (found.counts, found.ticks) if found else ({}, [])
        return Packing.objects.create(order_id=order_id, by=by, begun_at=at, counts=counts, ticks=ticks)


def scan(*, hand: Hand, code: str) -> Item:
    """One piece more. Raises PackingMoved, PackedBySomebody, WrongItem, TooMany."""
    with _held(hand) as (order, packing):
        items = [item for item in checklist_of(order, packing).items if item.is_called(code)]
        if not items:
            raise WrongItem(code)
        item = next((item for item in items if not item.is_complete), None)
        if item is None:
            raise TooMany(items[0])
        packing.counts = {**packing.counts, item.key: item.seen + 1}
    return item


def count(*, hand: Hand, key: str, units: int | None) -> None:
    """So many of an item are in the parcel, or one more (None), as somebody says who has no scanner. Raises PackingMoved, PackedBySomebody, WrongItem, TooMany."""
    with _held(hand) as (order, packing):
        item = next((item for item in checklist_of(order, packing).items if item.key == key), None)
        if item is None:
            raise WrongItem(key)
        now = item.seen + 1 if units is None else units
        if now > item.wanted:
            raise TooMany(item)
        packing.counts = {**packing.counts, item.key: now}


def tick(*, hand: Hand, key: str, is_done: bool) -> None:
    """An accessory is in, a packing rule was followed, or not after all. Raises PackingMoved, PackedBySomebody, WrongItem."""
    with _held(hand) as (order, packing):
        if key not in {each.key for each in checklist_of(order, packing).ticks}:
            raise WrongItem(key)
        packing.ticks = sorted({*packing.ticks, key} if is_done else {*packing.ticks} - {key})


def finish_packing(*, hand: Hand, at: datetime, unproven: str = "") -> Packing:
    """All of it is in the parcel. `unproven`: why there is no photo where one is asked for.

    Raises PackingMoved, PackedBySomebody, NotComplete, ProofMissing.
    """
    with _held(hand) as (order, packing):
        checklist = checklist_of(order, packing)
        if not checklist.items or not checklist.is_complete:
            raise NotComplete(checklist.missing)
        if checklist.asks_for_proof and not unproven and not has_proof(order.pk):
            raise ProofMissing
        packing.packed_at, packing.unproven = at, unproven
        packing.units = wanted_of(lines_left(order.pk))
        record(OrderPacked(order.pk, order.buyer_id, sum(item.wanted for item in checklist.items)), by=hand.by, at=at)
    return packing


def lay_aside(*, hand: Hand, at: datetime) -> None:
    """Not packed after all, or not now: it begins anew. Raises PackingMoved, PackedBySomebody."""
    with _held(hand) as (_, packing):
        packing.left_at = at


def has_proof(order_id: int) -> bool:
    """Of what is still here: photos of a parcel that has left show other goods."""
    photos = Evidence.objects.filter(order_id=order_id, found=None, erased_at=None)
    packed = Packing.objects.filter(order_id=order_id, packed_at__isnull=False, left_at__isnull=False)
    left_at = packed.aggregate(last=Max("left_at"))["last"]
    return (photos if left_at is None else photos.filter(at__gt=left_at)).exists()


def is_still_packed(packing: Packing | None, lines: Sequence[OrderLine]) -> bool:
    """Goods that were changed since have to be packed anew."""
    return packing is not None and packing.packed_at is not None and packing.units == wanted_of(lines)


def _require_here(order_id: int) -> Order:
    require_free(order_id)
    order = Order.objects.get(pk=order_id)
    if order.kind != Order.Kind.SALE or order.state != OrderState.PAID:
        raise NotToPack(order_id)
    return order


@contextmanager
def _held(hand: Hand) -> Iterator[tuple[Order, Packing]]:
    with transaction.atomic():
        try:
            order = _require_here(hand.order_id)
        except (NotToPack, OrderKeptBack):
            raise PackingMoved from None
        packing = packing_now(hand.order_id)
        if packing is None:
            raise PackingMoved
        if packing.by != hand.by:
            raise PackedBySomebody(packing.by)
        if packing.version != hand.version:
            raise PackingMoved
        yield order, packing
        packing.version += 1
        packing.save(update_fields=["counts", "ticks", "units", "unproven", "packed_at", "left_at", "version"])
