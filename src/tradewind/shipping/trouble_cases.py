"""Opening and closing cases, with all that hangs on them: the promise at risk, the to-do, the fact. In the caller's transaction.

Whoever calls holds the order, so that of two who find the same the second finds the case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tradewind.core.facts import SYSTEM, record
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise
from tradewind.promises.risking import CASE, clear_source, put_at_risk
from tradewind.shipping.events import TroubleFound, TroubleOver
from tradewind.shipping.models import Parcel, Trouble, TroubleGroup
from tradewind.shipping.trouble_rules import OF_DISPATCH, OURS, Cause, Found

TODO: Final = "parcel.trouble"
GROUP: Final = "trouble_group"
_ACT_WITHIN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lane:
    """By what cases are handled together."""

    carrier: str = ""
    country: str = ""
    notice: str = ""


def open_case(order: Order, parcel: Parcel | None, found: Found, lane: Lane, *, at: datetime) -> Trouble | None:
    """None where there is one, or where somebody has dismissed this episode."""
    same = Trouble.objects.filter(order_id=order.pk, parcel=parcel, cause=found.cause)
    if found.cause is Cause.NO_STOCK:
        # A hold and each of the goods that were counted short: reasons that end by themselves.
        same = same.filter(group__notice=lane.notice[:80])
    dismissed = same.filter(state=Trouble.State.DISMISSED, since=found.since)
    if same.filter(closed_at=None).exists() or dismissed.exists():
        return None
    group, _ = TroubleGroup.objects.get_or_create(
        account_id=order.account_id,
        cause=found.cause,
        carrier=lane.carrier,
        country=lane.country,
        notice=lane.notice[:80],
    )
    promise = None if found.cause in OURS else open_promise(kind_of(found.cause), order.pk)
    case = Trouble.objects.create(
        group=group,
        order=order,
        parcel=parcel,
        cause=found.cause,
        reason=parcel.reason if parcel else "",
        party=parcel.party if parcel else "",
        since=found.since,
        opened_at=at,
        promise_id=promise.pk if promise else None,
    )
    if promise is not None:
        put_at_risk(promise_id=promise.pk, risk=found.cause, note=note_of(group), at=at, source=(CASE, case.pk))
    record(TroubleFound(case.pk, parcel.pk if parcel else None, order.pk, order.buyer_id, case.cause), by=SYSTEM, at=at)
    ask(group, at=at)
    return case


def ask(group: TroubleGroup, *, at: datetime) -> None:
    """One to-do for all cases of a group."""
    facts = {"cause": group.cause, "carrier": group.carrier, "country": group.country, "notice": group.notice}
    ask_for_hand(
        TODO, subject=(GROUP, group.pk), account_id=group.account_id, due_at=at + _ACT_WITHIN, at=at, facts=facts
    )


def close(case: Trouble, state: Trouble.State, *, by: str, at: datetime) -> None:
    """The cause has gone, or somebody has dismissed it."""
    case.state, case.closed_at = state, at
    case.wanted_at = None
    case.save(update_fields=["state", "closed_at", "wanted_at", "done"])
    # Only what this case says of promises: what others have noted is theirs.
    clear_source((CASE, case.pk), at=at, by=by)
    record(TroubleOver(case.pk, case.order_id, case.cause, state == Trouble.State.DISMISSED), by=by, at=at)
    settle(case.group_id, at=at)


def close_all(cases: Iterable[Trouble], *, at: datetime, by: str = SYSTEM) -> None:
    """Solved, all of them."""
    for case in cases:
        close(case, Trouble.State.SOLVED, by=by, at=at)


def close_of_parcels(cause: Cause, parcel_ids: Iterable[int], *, at: datetime, by: str = SYSTEM) -> None:
    """Somebody has just done what these cases asked for."""
    close_all(Trouble.objects.filter(parcel__in=parcel_ids, cause=cause, closed_at=None).order_by("pk"), at=at, by=by)


def note_done(case: Trouble, act: str, *, by: str, at: datetime, **more: object) -> None:
    """Somebody has acted: the case asks for no hand any more while its cause lasts."""
    case.done = [*case.done, {"act": act, "by": by, "at": at.isoformat(), **more}]
    case.handled_at = case.handled_at or at
    case.save(update_fields=["done", "handled_at"])
    settle(case.group_id, at=at)


def settle(group_id: int, *, at: datetime) -> None:
    """The to-do of a group ends with its last case that asks for a hand."""
    if not Trouble.objects.filter(group_id=group_id, closed_at__isnull=True, handled_at__isnull=True).exists():
        settle_by_fact(TODO, subject=(GROUP, group_id), at=at)


def open_of_orders(order_ids: Sequence[int]) -> list[Trouble]:
    rows = Trouble.objects.filter(order_id__in=order_ids, closed_at=None)
    return list(rows.select_related("group").order_by("pk"))


def kind_of(cause: str) -> Promise.Kind:
    """Which promise it endangers."""
    return Promise.Kind.DISPATCH if cause in OF_DISPATCH else Promise.Kind.DELIVERY


def note_of(group: TroubleGroup) -> str:
    """As a promise at risk names it."""
    return group.notice or group.carrier
