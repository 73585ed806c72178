"""Watching parcels for trouble. A round reads only what is due, however many parcels are on their way.

Each parcel carries the moment of its next look: at once after something was heard that may be trouble or its end, else when silence
begins to say something. Killed anywhere, a round leaves whole batches or nothing, and the next one finds what is still due.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.core.each_alone import Round, ask_to_look
from tradewind.core.rows import hold_all, update_each
from tradewind.core.schedule import every
from tradewind.markets.models import Market
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.shipping.models import DeliveryOption, Parcel, Trouble
from tradewind.shipping.silences import silence_of, silences
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.trouble_cases import Lane, News, change_all
from tradewind.shipping.trouble_limits import limits
from tradewind.shipping.trouble_rules import OF_ORDERS, Cause, Seen, is_to_be_asked, next_look, troubles
from tradewind.shipping.trouble_windows import late_from, underway

# Where all of a batch are new cases, it holds SQLite for about half a second.
BATCH: Final = 50
# One round goes on while there is more, up to here; the next comes in a minute.
_ROUNDS: Final = 100
_LOOKING: Final = "shipping.look_for_trouble"
# After a parcel that could not be judged.
_AGAIN: Final = timedelta(hours=1)
GONE: Final = frozenset({OrderState.CANCELLED, OrderState.MERGED})


@every(timedelta(minutes=1), name=_LOOKING)
def look_for_trouble(now: datetime) -> int:
    """Look at the parcels whose time has come. Returns how many."""
    looked = 0
    with Round() as parcels:
        for _ in range(_ROUNDS):
            some = _due(now)
            if some:
                parcels.together(
                    some,
                    lambda due: _look_at(due, now),
                    push_back=lambda due, problem: _look_later(due, problem, now),
                )
            looked += len(some)
            if len(some) < BATCH:
                break
    return looked


def look_soon(order_ids: Sequence[int], *, at: datetime) -> None:
    """Something that decides about their parcels has changed."""
    Parcel.objects.filter(order_id__in=order_ids, delivered_at=None).update(look_at=at)


# A parcel and its order.
_Due = tuple[int, int]


def _due(now: datetime) -> list[_Due]:
    due = Parcel.objects.filter(look_at__isnull=False, look_at__lte=now).order_by("look_at", "id")
    return list(due.values_list("pk", "order_id")[:BATCH])


def _look_at(due: Sequence[_Due], now: datetime) -> None:
    """A batch in one transaction, orders before parcels as whoever hears does."""
    with transaction.atomic():
        hold_all(Order, (order_id for _, order_id in due))
        rows = Parcel.objects.filter(pk__in=[pk for pk, _ in due], look_at__lte=now).select_for_update(of=("self",))
        _look(list(rows.select_related("order").order_by("pk")), now)


def _look_later(due: _Due, problem: Exception, now: datetime) -> None:
    """It failed twice, with others and alone: somebody is asked to look, and it stands at the head of no round."""
    Parcel.objects.filter(pk=due[0]).update(look_at=now + _AGAIN)
    ask_to_look(_LOOKING, due[0], problem, at=now)


def _look(parcels: Sequence[Parcel], now: datetime) -> None:
    stated, learnt = limits(), silences()
    promises, cases, tracked = _promises_of(parcels), _cases_of(parcels), _tracked_ways(parcels)
    nexts, over, news, unheard = [], list[Trouble](), list[News](), list[int]()
    for parcel in parcels:
        own = replace(stated, silence=silence_of((parcel.country, parcel.carrier), learnt, stated.silence))
        is_tracked = (parcel.market, parcel.option) in tracked
        seen = _seen(parcel, promises.get(parcel.order_id), cases[parcel.pk], is_tracked=is_tracked)
        found = troubles(seen, own, now=now) if seen else []
        wrong, known = {each.cause for each in found}, {case.cause for case in cases[parcel.pk]}
        over += [case for case in cases[parcel.pk] if case.cause not in wrong]
        lane = Lane(parcel.carrier, parcel.country)
        news += [News(parcel.order, parcel, each, lane) for each in found if each.cause not in known]
        # Also where somebody has dismissed it: the next scan begins the time anew.
        nexts.append((next_look(seen, own, now=now) if seen else None, bool(found), parcel.pk))
        if seen and is_to_be_asked(seen, own, now=now):
            unheard.append(parcel.pk)
    update_each(Parcel, ("look_at", "is_in_trouble"), nexts)
    # Its tracker is asked in the next turn (shipping.asking), and the answer has it looked at again.
    Parcel.objects.filter(pk__in=unheard, watch=Parcel.Watch.WATCHED, ask_at__isnull=False).update(ask_at=now)
    change_all(over=over, news=news, at=now)


def _seen(parcel: Parcel, promise: Promise | None, cases: Sequence[Trouble], *, is_tracked: bool) -> Seen | None:
    """None where nothing of it matters any more."""
    if parcel.replaced_at or parcel.refunded_at or parcel.order.erased_at or parcel.order.state in GONE:
        return None
    late = None
    if promise is not None and parcel.first_scan_at is not None:
        late = late_from(underway(parcel.country, parcel.handed_over_at, promise), promise)
    return Seen(
        status=Status(parcel.status),
        reason=Reason(parcel.reason),
        since=parcel.since,
        handed_over_at=parcel.handed_over_at,
        first_scan_at=parcel.first_scan_at,
        last_at=parcel.last_at,
        due_at=promise.due_at if promise else None,
        late_from=late,
        has_number=bool(parcel.tracking_number),
        listened_at=parcel.listened_at,
        is_waiting=parcel.is_waiting,
        is_tracked=is_tracked,
        told=frozenset(Cause(case.cause) for case in cases if case.told_at),
    )


def _promises_of(parcels: Sequence[Parcel]) -> Mapping[int, Promise]:
    """By order: what is owed of its arrival, open or broken."""
    orders = {parcel.order_id for parcel in parcels}
    rows = Promise.objects.filter(subject_kind="order", subject_id__in=orders, kind=Promise.Kind.DELIVERY, is_owed=True)
    return {promise.subject_id: promise for promise in rows.order_by("pk")}


def _tracked_ways(parcels: Sequence[Parcel]) -> set[tuple[str, str]]:
    """(market, way) of those ways that are tracked. Two statements where a parcel has no number, else none."""
    asked = {(parcel.market, parcel.option) for parcel in parcels if not parcel.tracking_number and parcel.option}
    if not asked:
        return set()
    markets = dict(Market.objects.filter(code__in={code for code, _ in asked}).values_list("pk", "code"))
    ways = DeliveryOption.objects.filter(market_id__in=markets, code__in={way for _, way in asked}, is_tracked=True)
    return {(markets[market_id], way) for market_id, way in ways.values_list("market_id", "code")}


def _cases_of(parcels: Sequence[Parcel]) -> Mapping[int, list[Trouble]]:
    """By parcel, those that are open."""
    cases: dict[int, list[Trouble]] = defaultdict(list)
    rows = Trouble.objects.filter(parcel__in=[parcel.pk for parcel in parcels], closed_at=None)
    for case in rows.exclude(cause__in=OF_ORDERS).order_by("pk"):
        if case.parcel_id is not None:
            cases[case.parcel_id].append(case)
    return cases
