"""Telling buyers what went wrong: the letter, the new promise, what is given back and a code for the next order, all in one transaction, once.

One at a time from a case's page, or many of one cause: those are marked, and the worker tells one after the other.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from tradewind.checkout.queries import code_of_trouble
from tradewind.core.each_alone import Round
from tradewind.core.models import ShopAccount
from tradewind.core.rows import hold_all
from tradewind.core.schedule import every
from tradewind.core.trail import write_audit, write_audits
from tradewind.lib.money import Money
from tradewind.messaging.moments.order_trouble import MOMENT, order_trouble
from tradewind.messaging.planning import plan_letter
from tradewind.messaging.ports import UnsafeHeader
from tradewind.messaging.trouble_answers import answer_owed, has_heard, promise_to_write, usual_day
from tradewind.messaging.trouble_codes import CodesWish, CodeWish, TooGenerous, coupon_for, give_code
from tradewind.messaging.trouble_prospects import (
    Days,
    DaysMoved,
    NotLater,
    Prospect,
    TooEarly,
    Wish,
    can_be_told,
    country_of,
    days_of,
    prospect,
    require_later,
)
from tradewind.orders.models import Order
from tradewind.payments.refunding import MoreThanCaptured, plan_refunds
from tradewind.promises.ending import PASSED
from tradewind.promises.making import Told, renew, renew_delivery
from tradewind.promises.models import Promise
from tradewind.promises.trouble_words import CAUSE, SINCE
from tradewind.promises.trouble_words import SHARE as TROUBLE_SHARE
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_cases import close, note_done
from tradewind.shipping.trouble_orders import BECAUSE_OF_TROUBLE
from tradewind.shipping.trouble_rules import OURS, Cause
from tradewind.shipping.trouble_watching import GONE, look_soon
from tradewind.shipping.trouble_windows import SHARE, until

_BATCH: Final = 50
# The new date is one that can be kept.
_OVER_ONCE_TOLD: Final = frozenset({Cause.NOT_LEAVING, Cause.HOLIDAY, Cause.SUPPLIER})
LONGEST_NOTE: Final = 500
_WANTED: Final = ("wanted_at", "wanted_by", "wanted_note", "wanted_first", "wanted_last", "wanted_code")


class AlreadyTold(Exception):
    """Somebody was faster, or what was wrong is over."""


class CannotTell(Exception):
    """A sales channel's buyer, or one whose data were erased: there is no address to write to. Or it is nothing to write about."""


class OrderGone(Exception):
    """The order was cancelled, or has become part of another one, a moment ago: its cases are about to end."""


def tell(*, trouble_id: int, wish: Wish, by: str, at: datetime) -> Trouble:
    """Raises AlreadyTold, OrderGone, CannotTell, TooEarly, NotLater, DaysMoved, trouble_codes.TooGenerous,
    payments.refunding.MoreThanCaptured.
    """
    with transaction.atomic():
        case = held_case(trouble_id)
        if not case.is_open or not _is_its_turn(case, wish):
            raise AlreadyTold(trouble_id)
        if case.order.state in GONE:
            raise OrderGone(trouble_id)
        if not can_be_told(case):
            raise CannotTell(trouble_id)
        seen = prospect(case, at=at, wish=wish)
        require_later(seen)
        if wish.back > 0:
            _give_back(case.order, wish.back, by=by, at=at)
        if seen.news.code is not None:
            coupon = give_code(case, seen.news.code, by=by, at=at)
            seen = replace(seen, news=replace(seen.news, code=coupon))
        _promise_anew(seen, at=at, by=by)
        _write(seen, wish.answers, at)
        _hear(seen, by=by, at=at)
        _note(seen, by=by, at=at)
    return case


def dismiss(*, trouble_id: int, why: str, by: str, at: datetime) -> None:
    """It is nothing, or was settled elsewhere. It does not come back before it begins anew. Raises AlreadyTold if it is over."""
    with transaction.atomic():
        case = held_case(trouble_id)
        if not case.is_open:
            raise AlreadyTold(trouble_id)
        case.done = [*case.done, {"act": "dismiss", "by": by, "at": at.isoformat(), "why": why}]
        close(case, Trouble.State.DISMISSED, by=by, at=at)
        write_audit("trouble.dismissed", subject=("order", case.order_id), by=by, at=at, after={"cause": case.cause})


def untold(group_id: int) -> QuerySet[Trouble]:
    """The open cases of a group whose buyers have heard nothing yet, and can be written to."""
    cases = Trouble.objects.filter(group_id=group_id, closed_at__isnull=True, told_at=None, wanted_at=None)
    own = cases.filter(order__account__channel=ShopAccount.Channel.OWN, order__erased_at=None)
    return own.exclude(order__state__in=GONE).exclude(order__email="").exclude(cause__in=OURS)


def want_told(
    *,
    group_id: int,
    read: Mapping[int, Days | None],
    note: str,
    by: str,
    at: datetime,
    codes: CodesWish | None = None,
) -> int:
    """Decide to tell many: those that were looked at, as far as nobody has told them since. Returns how many.

    `read`: by case, the days that were shown of it; the letter will name them. Raises DaysMoved if they are others by now, and
    TooGenerous for the first whose code would give too much.
    """
    with transaction.atomic():
        # Held and looked at again: whoever waited here finds those that somebody else has decided about gone.
        wanted = untold(group_id).filter(pk__in=read)
        # The orders before their cases, as everybody else.
        hold_all(Order, wanted.values_list("order_id", flat=True))
        wanted = wanted.select_for_update(of=("self",))
        found = list(wanted.select_related("order", "parcel").order_by("pk"))
        _require_same_days(found, read, at)
        for case in found:
            case.wanted_at, case.wanted_by, case.wanted_note = at, by, note[:LONGEST_NOTE]
            case.wanted_first, case.wanted_last = read[case.pk] or (None, None)
            case.wanted_code = _code_for(case.order, codes, at)
        Trouble.objects.bulk_update(found, _WANTED)
        changes = [(case.order_id, None, {"cause": case.cause}) for case in found]
        write_audits("trouble.told_many", kind="order", changes=changes, by=by, at=at)
    return len(found)


@every(timedelta(seconds=5), name="messaging.tell_wanted")
def tell_wanted(now: datetime) -> int:
    """Tell those of whom it was decided. Each in a transaction of its own, so that whoever is killed has told some of them."""
    rows = Trouble.objects.filter(wanted_at__isnull=False).select_related("order").order_by("wanted_at", "id")
    with Round() as cases:
        return cases.each(
            list(rows[:_BATCH]),
            lambda case: _tell_wanted(case, now),
            # Whatever it was: it is put before a person, and the next one has its turn.
            push_back=lambda case, problem: _give_up(case.pk, type(problem).__name__, now),
        )


def _tell_wanted(case: Trouble, now: datetime) -> bool:
    try:
        code = CodeWish(**case.wanted_code) if case.wanted_code else None
        # Counted from when it was read, like the days.
        hears_by = usual_day(case.order, at=case.wanted_at or now)
        wish = Wish(note=case.wanted_note, arrives=case.wanted_days, code=code, hears_by=hears_by)
        tell(trouble_id=case.pk, wish=wish, by=case.wanted_by, at=now)
    except (AlreadyTold, OrderGone, CannotTell, TooEarly, NotLater, DaysMoved, TooGenerous, UnsafeHeader) as error:
        _give_up(case.pk, type(error).__name__, now)
        return False
    return True


def _code_for(order: Order, codes: CodesWish | None, at: datetime) -> dict[str, int]:
    """As the row of the case keeps it until its letter leaves. Raises TooGenerous."""
    if codes is None:
        return {}
    wish = codes.of(order)
    coupon_for(order, wish, at=at)
    return asdict(wish)


def _require_same_days(cases: list[Trouble], read: Mapping[int, Days | None], at: datetime) -> None:
    """Of parcels all days are shown, and counted in one statement; of orders that are still here, those of the letters. Raises DaysMoved."""
    by_now = days_of(cases, at=at)
    for case in cases:
        days = read[case.pk]
        if case.pk in by_now:
            if days != by_now[case.pk]:
                raise DaysMoved(days, by_now[case.pk])
        elif days is not None:
            prospect(case, at=at, wish=Wish(arrives=days))


def _is_its_turn(case: Trouble, wish: Wish) -> bool:
    """Each case is told once, with one code at most; whoever was told no day, once more for each time that they were promised to hear."""
    if case.told_at is None:
        return True
    owed = answer_owed(case)
    return owed is not None and owed.pk == wish.answers and (wish.code is None or code_of_trouble(case.pk) is None)


def _give_up(trouble_id: int, problem: str, at: datetime) -> None:
    """It stays open, and says what kept it from being told."""
    with transaction.atomic():
        case = held_case(trouble_id)
        case.wanted_at = None
        case.done = [*case.done, {"act": "not_told", "by": case.wanted_by, "at": at.isoformat(), "why": problem}]
        case.save(update_fields=["wanted_at", "done"])


def held_case(trouble_id: int) -> Trouble:
    """Locked, in the caller's transaction. The order first, as whoever changes its parcels does."""
    Order.objects.select_for_update().get(pk__in=Trouble.objects.filter(pk=trouble_id).values("order_id"))
    rows = Trouble.objects.select_for_update(of=("self",)).select_related("order__account", "parcel")
    return rows.get(pk=trouble_id)


def _give_back(order: Order, back: int, *, by: str, at: datetime) -> None:
    """Raises MoreThanCaptured."""
    if order.currency == "" or back > order.paid:
        raise MoreThanCaptured(order.ref, Money(back, order.currency), Money(order.paid, order.currency))
    money = Money(back, order.currency)
    plan_refunds(subject=("order", order.pk), amount=money, reason=BECAUSE_OF_TROUBLE, at=at, by=by)


def _promise_anew(seen: Prospect, *, at: datetime, by: str) -> None:
    order, arrives = seen.case.order, seen.news.arrives
    if seen.quote is not None and order.buyer_id is not None:
        account_id = order.account_id
        renew_delivery(
            seen.quote,
            buyer_id=order.buyer_id,
            order_id=order.pk,
            at=at,
            account_id=account_id,
            where=f"letter.{MOMENT}",
        )
    elif arrives is not None and seen.promise is not None and _is_other(seen.promise, arrives):
        renew(promise_id=seen.promise.pk, told=_told(seen, arrives, at), at=at, by=by)


def _is_other(promise: Promise, arrives: Days) -> bool:
    return (promise.first_day, promise.last_day) != arrives or promise.state in PASSED


def _told(seen: Prospect, arrives: Days, at: datetime) -> Told:
    order, old, country = seen.case.order, seen.promise, country_of(seen.case)
    since, _ = until(arrives[0] - timedelta(days=1), country)
    end, zone = until(arrives[1], country)
    # All that was known stays known: a special notice looks for its way, and what has left is not promised again.
    inputs = {
        **(old.inputs if old else {}),
        CAUSE: seen.case.cause,
        SINCE: seen.case.begun_at.astimezone(ZoneInfo(zone)).date().isoformat(),
        # No share of the promise itself: lanes are not judged by what was told of parcels in trouble.
        TROUBLE_SHARE: SHARE if days_of([seen.case], at=at).get(seen.case.pk) == arrives else None,
    }
    return Told(end, zone, since, order.buyer_id, order.account_id, inputs, where=f"letter.{MOMENT}")


def _write(seen: Prospect, answers: int | None, at: datetime) -> None:
    """The first letter is about the case, each further one about the promise to write again."""
    order = seen.case.order
    letter = order_trouble(seen.case, seen.news, linked_at=at)
    subject = ("trouble", seen.case.pk) if seen.case.told_at is None or answers is None else ("promise", answers)
    plan_letter(order, letter, subject=subject, at=at)


def _hear(seen: Prospect, *, by: str, at: datetime) -> None:
    has_heard(seen.case.order_id, at=at, by=by)
    if seen.news.hears_by is not None:
        promise_to_write(seen.case, seen.news.hears_by, where=MOMENT, by=by, at=at)


def _note(seen: Prospect, *, by: str, at: datetime) -> None:
    case = seen.case
    case.told_at, case.wanted_at = at, None
    case.save(update_fields=["told_at", "wanted_at"])
    # What was not said beside this cause is said once its buyer has heard of it.
    look_soon([case.order_id], at=at)
    days = [day.isoformat() for day in seen.news.arrives] if seen.news.arrives else []
    code = seen.news.code.code if seen.news.code else ""
    leaves = seen.news.leaves.isoformat() if seen.news.leaves else ""
    note_done(case, "tell", by=by, at=at, days=days, leaves=leaves, back=seen.news.back, code=code)
    write_audit(
        "trouble.told", subject=("order", case.order_id), by=by, at=at, after={"cause": case.cause, "days": days}
    )
    if case.cause in _OVER_ONCE_TOLD and seen.quote is not None:
        # It leaves in time for the new date: begun anew if it does not.
        close(case, Trouble.State.SOLVED, by=by, at=at)
