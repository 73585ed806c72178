"""Opening and closing cases, with all that hangs on them: the promise at risk, the to-do, the fact. In the caller's transaction.

Whoever calls holds the order, so that of two who find the same the second finds the case. Of two who do this at once neither waits
for what the other waits for, because both take their locks in one order: orders by key, their parcels, cases by key, promises by
key, and the groups by key last of all, for the to-dos that many orders have in common. Who changes many cases does it in one go.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tradewind.core.facts import SYSTEM, record, record_many
from tradewind.core.rows import hold_all, update_each
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise
from tradewind.promises.risking import CASE, clear_sources, put_at_risk
from tradewind.shipping.answers_owed import end_answers
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


@dataclass(frozen=True, slots=True)
class News:
    """What was found of an order, or of one of its parcels."""

    order: Order
    parcel: Parcel | None
    found: Found
    lane: Lane


def open_case(order: Order, parcel: Parcel | None, found: Found, lane: Lane, *, at: datetime) -> Trouble | None:
    """None where there is one, or where somebody has dismissed this episode."""
    case = _open(News(order, parcel, found, lane), at)
    if case is not None:
        _tend(at, new=[case.group_id])
    return case


def change_all(*, over: Iterable[Trouble], news: Sequence[News], at: datetime) -> None:
    """What was wrong with many parcels, and what is."""
    for each in sorted(news, key=_named):
        _group_of(each)  # before anything is held that others wait for: whoever makes the same group waits here
    ended = _end(over, Trouble.State.SOLVED, by=SYSTEM, at=at)
    opened = [case for each in news if (case := _open(each, at)) is not None]
    _tend(at, new=[case.group_id for case in opened], left=[case.group_id for case in ended])


def _open(news: News, at: datetime) -> Trouble | None:
    order, parcel, found, lane = news.order, news.parcel, news.found, news.lane
    same = Trouble.objects.filter(order_id=order.pk, parcel=parcel, cause=found.cause)
    if found.cause is Cause.NO_STOCK:
        # A hold and each of the goods that were counted short: reasons that end by themselves.
        same = same.filter(group__notice=lane.notice[:80])
    dismissed = same.filter(state=Trouble.State.DISMISSED, since=found.since)
    if same.filter(closed_at=None).exists() or dismissed.exists():
        return None
    group = _group_of(news)
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
    return case


def _named(news: News) -> tuple[int, str, str, str, str]:
    lane = news.lane
    return news.order.account_id, news.found.cause, lane.carrier, lane.country, lane.notice[:80]


def _group_of(news: News) -> TroubleGroup:
    account_id, cause, carrier, country, notice = _named(news)
    group, _ = TroubleGroup.objects.get_or_create(
        account_id=account_id, cause=cause, carrier=carrier, country=country, notice=notice
    )
    return group


def _ask(group: TroubleGroup, at: datetime) -> None:
    """One to-do for all cases of a group."""
    facts = {"cause": group.cause, "carrier": group.carrier, "country": group.country, "notice": group.notice}
    ask_for_hand(
        TODO, subject=(GROUP, group.pk), account_id=group.account_id, due_at=at + _ACT_WITHIN, at=at, facts=facts
    )


def close(case: Trouble, state: Trouble.State, *, by: str, at: datetime) -> None:
    """The cause has gone, or somebody has dismissed it."""
    _end([case], state, by=by, at=at)
    _tend(at, left=[case.group_id])


def close_all(cases: Iterable[Trouble], *, at: datetime, by: str = SYSTEM) -> None:
    """Solved, all of them, in a few statements."""
    ended = _end(cases, Trouble.State.SOLVED, by=by, at=at)
    _tend(at, left=[case.group_id for case in ended])


def _end(cases: Iterable[Trouble], state: Trouble.State, *, by: str, at: datetime) -> list[Trouble]:
    ended = sorted(cases, key=lambda case: case.pk)
    if not ended:
        return []
    for case in ended:
        case.state, case.closed_at, case.wanted_at = state, at, None
    update_each(
        Trouble, ("state", "closed_at", "wanted_at", "done"), ((state, at, None, case.done, case.pk) for case in ended)
    )
    # Only what these cases say of promises: what others have noted is theirs.
    clear_sources(CASE, [case.pk for case in ended], at=at, by=by)
    end_answers(ended, at=at, by=by)
    is_dismissed = state == Trouble.State.DISMISSED
    record_many((TroubleOver(case.pk, case.order_id, case.cause, is_dismissed) for case in ended), by=by, at=at)
    return ended


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
    """A case of the group asks for no hand any more."""
    _tend(at, left=[group_id])


def _tend(at: datetime, *, new: Iterable[int] = (), left: Iterable[int] = ()) -> None:
    """The to-do of a group is there once a case is new, and ends with the last one that asks for a hand. Under the lock of the group:
    of two who close the last two cases, the second sees that it was the last.
    """
    asked = set(new)
    touched = asked | set(left)
    if not touched:
        return
    hold_all(TroubleGroup, touched)
    asking = Trouble.objects.filter(group_id__in=touched, closed_at__isnull=True, handled_at__isnull=True)
    still = set(asking.values_list("group_id", flat=True).distinct())
    for group in TroubleGroup.objects.filter(pk__in=asked & still).order_by("pk"):
        _ask(group, at)
    for group_id in sorted(touched - still):
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
