"""Undoing: taking back what a file brought in, as far as nobody was at it since.

An order that the file made goes with everything of its own; one that it changed becomes what it was. Whatever somebody
did to an order since (a dispatch, a payment, a message, a note, a later file) keeps it, and the reason is told.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from tradewind.buyers.registering import forget_unused
from tradewind.core import facts
from tradewind.core.models import AuditEntry, FactSubject, SearchDocument, ShopAccount, Todo
from tradewind.core.rows import hold_all
from tradewind.orders.events import OrderTakenBack
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing.promising import forget_promises, settle_promises
from tradewind.orders.importing.snapshots import Snapshot, digest_of_snapshot, put_back, snapshots_of
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.searching import KIND, find_all_again
from tradewind.payments.models import PaymentIntent

AT_ONCE: Final = 200
OnProgress = Callable[[int, int], None]
# What the facts of a file's own doing are called; all others were made by people, buyers or carriers.
_OF_FILES: Final = ("orders.imported", "orders.taken_back")
# What is owed to the channel follows from the order, and goes with it.
_OWED: Final = "promises."
# The beginning of a fact's name -> why its order stays.
_BECAUSE: Final = {
    "shipping.": "dispatched",
    "payments.": "payment",
    "orders.paid": "payment",
    "messaging.": "message",
    "aftersales.": "return",
    "orders.cancelled": "cancelled",
}
# Rows that go with the order, or are the record itself.
_OF_ORDER: Final = (OrderLine, FileEntry)


@dataclass(frozen=True, slots=True)
class Kept:
    """An order that stays as it is. `because` is a code: dispatched, payment, message, return, cancelled, touched,
    later_file, erased or not_recorded.
    """

    order_id: int
    ref: str
    number: str
    because: str


@dataclass(slots=True)
class Weighed:
    """What can be taken back: orders to remove, orders to put back with what they were, and those that stay."""

    removed: list[int] = field(default_factory=list)
    restored: dict[int, Snapshot] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)


def weigh_entries(row: OrderFile, on_progress: OnProgress) -> tuple[Counter[str], list[Kept]]:
    """How many orders would be removed and restored, and those that stay. Nothing is changed."""
    found: Counter[str] = Counter()
    kept: list[Kept] = []
    total, after = row.entries.count(), 0
    while entries := list(row.entries.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        after = entries[-1].pk
        weighed = _weigh(entries)
        found.update(removed=len(weighed.removed), restored=len(weighed.restored), kept=len(weighed.kept))
        kept += weighed.kept
        on_progress(found.total(), total)
    return found, kept


def undo_entries(row: OrderFile, *, at: datetime, on_progress: OnProgress) -> list[Kept]:
    """Take back what can be, in transactions of some orders. Interrupted, it goes on where it stopped. Returns what stays."""
    kept: list[Kept] = []
    total, after, done = row.entries.count(), 0, 0
    while ids := list(row.entries.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        after, done = ids[-1], done + len(ids)
        kept += _undo(row, ids, at)
        on_progress(done, total)
    return kept


def _undo(row: OrderFile, entry_ids: Sequence[int], at: datetime) -> list[Kept]:
    with transaction.atomic():
        # Files of this account take turns, and whoever is at one of the orders is waited for.
        account = ShopAccount.objects.select_for_update(no_key=True).get(pk=row.account_id)
        entries = list(FileEntry.objects.filter(pk__in=entry_ids).order_by("pk"))
        hold_all(Order, [entry.order_id for entry in entries], no_key=False)
        weighed = _weigh(entries)
        buyers = _restore(weighed.restored) | _remove(weighed.removed)
        FileEntry.objects.filter(file=row, order__in=list(weighed.restored)).delete()
        happened = [
            OrderTakenBack(order_id=pk, buyer_id=buyer_id, is_removed=pk not in weighed.restored)
            for pk, buyer_id in sorted(buyers.items())
        ]
        facts.record_many(happened, by=row.decided_by or facts.SYSTEM, at=at)
        forget_promises(weighed.removed, at=at)
        settle_promises(Order.objects.filter(pk__in=weighed.restored), account.channel, at=at)
        gone = {buyer_id for pk in weighed.removed if (buyer_id := buyers[pk])}
        unused = gone - set(Order.objects.filter(buyer_id__in=gone).values_list("buyer_id", flat=True))
        forget_unused(sorted(unused), scope=row.account_id)
    return weighed.kept


def _remove(order_ids: Sequence[int]) -> dict[int, int | None]:
    """Whose each was. Their lines and entries go with them."""
    buyers: dict[int, int | None] = dict(Order.objects.filter(pk__in=order_ids).values_list("pk", "buyer_id"))
    SearchDocument.objects.filter(kind=KIND, subject_id__in=order_ids).delete()
    Order.objects.filter(pk__in=order_ids).delete()
    return buyers


def _restore(snapshots: Mapping[int, Snapshot]) -> dict[int, int | None]:
    put_back(snapshots)
    orders = list(Order.objects.filter(pk__in=snapshots).order_by("pk"))
    find_all_again(orders)
    return {order.pk: order.buyer_id for order in orders}


def _weigh(entries: Sequence[FileEntry]) -> Weighed:
    ids = [entry.order_id for entry in entries]
    stand = snapshots_of(ids)
    names = {
        pk: (ref, number)
        for pk, ref, number in Order.objects.filter(pk__in=ids).values_list("pk", "ref", "external_id")
    }
    reasons = _reasons(entries)
    weighed = Weighed()
    for entry in entries:
        stands = stand[entry.order_id]
        is_erased = bool(stands["order"]["erased_at"])
        because = "erased" if is_erased else reasons.get(entry.order_id) or _differs(entry, stands)
        if because:
            weighed.kept.append(Kept(entry.order_id, *names[entry.order_id], because))
        elif entry.is_new:
            weighed.removed.append(entry.order_id)
        elif entry.before is not None:
            weighed.restored[entry.order_id] = entry.before
    return weighed


def _differs(entry: FileEntry, stands: Snapshot) -> str:
    if digest_of_snapshot(stands) != entry.left:
        return "touched"
    return "" if entry.is_new or entry.before is not None else "not_recorded"


def _reasons(entries: Sequence[FileEntry]) -> dict[int, str]:
    """Why orders stay, by what stands beside them. The first reason counts."""
    ids = [entry.order_id for entry in entries]
    new = [entry.order_id for entry in entries if entry.is_new]
    reasons: dict[int, str] = {}
    latest = FileEntry.objects.filter(order__in=ids).order_by().values_list("order_id").annotate(Max("pk"))
    last = dict(latest)
    reasons |= {entry.order_id: "later_file" for entry in entries if last[entry.order_id] > entry.pk}
    _told_by_facts(ids, reasons)
    for order_id in PaymentIntent.objects.filter(subject_kind=KIND, subject_id__in=new).values_list(
        "subject_id", flat=True
    ):
        reasons.setdefault(order_id, "payment")
    # Whatever else names an order, in any table that there is or will be: a note, a letter, a declaration.
    for relation in Order._meta.related_objects:
        model: Any = relation.related_model
        if model not in _OF_ORDER:
            column = relation.field.attname
            for order_id in model._default_manager.filter(**{f"{column}__in": new}).values_list(column, flat=True):
                reasons.setdefault(order_id, "touched")
    return reasons


def _told_by_facts(ids: Sequence[int], reasons: dict[int, str]) -> None:
    """Facts, entries of the trail and to-dos about an order that are younger than what the last file did to it."""
    told = FactSubject.objects.filter(kind=KIND, subject_id__in=ids).order_by("fact_id")
    seen: dict[int, list[str]] = {pk: [] for pk in ids}
    since: dict[int, datetime] = {}
    for order_id, name, at in told.values_list("subject_id", "fact__name", "fact__recorded_at"):
        if name == _OF_FILES[0]:
            seen[order_id], since[order_id] = [], at
        elif name not in _OF_FILES and not name.startswith(_OWED):
            seen[order_id].append(name)
    for order_id, names in seen.items():
        if names:
            reasons.setdefault(order_id, _because(names[0]))
    for model, moment in ((AuditEntry, "at"), (Todo, "created_at")):
        rows = model._default_manager.filter(subject_kind=KIND, subject_id__in=ids).values_list("subject_id", moment)
        for order_id, at in rows:
            if order_id not in since or at > since[order_id]:
                reasons.setdefault(order_id, "touched")


def _because(name: str) -> str:
    return next((code for beginning, code in _BECAUSE.items() if name.startswith(beginning)), "touched")
