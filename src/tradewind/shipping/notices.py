"""Notices of trackers, read from the inbox: what they say is heard in the transaction that marks them as handled."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tradewind.core import inbox
from tradewind.core.inbox import UnreadableNotice
from tradewind.core.models import InboxItem
from tradewind.core.rows import hold_all
from tradewind.core.work import NeedsAttention
from tradewind.orders.models import Order
from tradewind.shipping.hearing import HORIZON, hear
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import number_key
from tradewind.shipping.ports import ParcelTold, Tracker


def source_of(tracker_code: str) -> str:
    """Under which source the inbox keeps this tracker's notices."""
    return f"tracking.{tracker_code}"


def accept_from(tracker: Tracker) -> None:
    """Understand the notices of this tracker. Called by wiring, beside `ports.fill`."""

    def understand(item: InboxItem, now: datetime) -> str:
        try:
            notice = tracker.read_notice(bytes(item.body), item.headers)
        except UnreadableNotice as problem:
            raise NeedsAttention(f"the notice cannot be read: {problem}") from problem
        return hear_all(notice.parcels, source=tracker.code, at=now)

    inbox.register(source_of(tracker.code), understand)


def hear_all(told: Iterable[ParcelTold], *, source: str, at: datetime) -> str:
    """Let each parcel hear what was said about it, in one transaction. In a few words what came of it."""
    named = [(each, parcels_named(each)) for each in told]
    said: list[str] = []
    with transaction.atomic():
        # By their keys, as whoever holds many does: parcels under one number may have come in another order than theirs.
        heard = Parcel.objects.filter(pk__in=[pk for _, parcels in named for pk in parcels])
        hold_all(Order, heard.values_list("order_id", flat=True), no_key=False)
        for each, parcels in named:
            fresh = sum(hear(parcel_id=pk, told=each.events, source=source, at=at) for pk in parcels)
            undated = f", {each.undated} without a time" if each.undated else ""
            said.append(f"{fresh} new of {len(each.events)} events{undated}" if parcels else "no parcel of ours")
    return "; ".join(said) or "about no parcel"


def parcels_named(told: ParcelTold) -> list[int]:
    """By our own reference and by the number: orders may have gone in one parcel, and a tracker names the first of them, or a label
    that was replaced since. Numbers are given again.
    """
    key = number_key(told.number)
    is_meant = Q(ref=told.ref) if told.ref else Q()
    if key:
        is_meant |= Q(number_key=key)
    rows = Parcel.objects.filter(is_meant, replaced_at=None) if is_meant else Parcel.objects.none()
    return of_one_time(dict(rows.order_by("pk").values_list("pk", "handed_over_at")))


def of_one_time(parcels: Mapping[int, datetime]) -> list[int]:
    """Of the parcels under one number, by when they were handed over, those that are not from long before the newest."""
    newest = max(parcels.values(), default=None)
    return [pk for pk, left_at in parcels.items() if newest is None or newest - left_at < HORIZON]
