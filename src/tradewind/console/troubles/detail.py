"""One case: what is wrong since when, what we propose and why, the letter as it would leave, and what was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.aftersales.sent_again import sent_again
from tradewind.checkout.queries import code_of_trouble
from tradewind.console import pages
from tradewind.console.timeline import actor_names
from tradewind.console.troubles.refunding import may_refund, refund_of
from tradewind.console.troubles.wording import act_words, cause_words, why_not_told, why_words
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import may, needs
from tradewind.lib.clock import parse_moment, utc_now
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.trouble_answers import answer_owed
from tradewind.messaging.trouble_codes import TooGenerous, most_off, usual_code
from tradewind.messaging.trouble_prospects import (
    AWAITED,
    DaysMoved,
    Prospect,
    TooEarly,
    Wish,
    preview,
    prospect,
)
from tradewind.messaging.trouble_telling import LONGEST_NOTE
from tradewind.orders.changing import has_left_in_part
from tradewind.orders.models import OrderLine
from tradewind.promises.wording import arrival_words, promise_words
from tradewind.shipping.carriers import carrier_names, tracking_url
from tradewind.shipping.models import Trouble
from tradewind.shipping.tracking_words import party_words, status_words
from tradewind.shipping.trouble_limits import code_limits
from tradewind.shipping.trouble_proposing import DATED, Act
from tradewind.shipping.trouble_rules import HELD, OF_ORDERS, OURS, Cause

_MOST_DONE: Final = 20
# What kept the worker from telling, by the name of the error.


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did, for the list."""

    act: str
    who: str
    at: datetime
    why: str
    order_id: int | None
    amount: str
    code: str


@needs("orders.view")
@require_safe
def trouble_page(request: HttpRequest, trouble_id: int) -> HttpResponse:
    return show_case(request, trouble_id)


def found(trouble_id: int) -> Trouble:
    """Raises Http404."""
    rows = Trouble.objects.select_related("group", "order__account", "parcel")
    case = rows.filter(pk=trouble_id).first()
    if case is None:
        raise Http404
    return case


def show_case(
    request: HttpRequest,
    trouble_id: int,
    *,
    wish: Wish | None = None,
    refund_note: str = "",
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the letter as somebody has changed it, or with what was wrong in one of its forms. Raises Http404."""
    case, now, language = found(trouble_id), utc_now(), words.spoken()
    try:
        seen = prospect(case, at=now, wish=wish)
    except (TooEarly, TooGenerous, DaysMoved):
        seen = prospect(case, at=now)
    owed = answer_owed(case) if case.told_at else None
    may_tell = case.is_open and (case.told_at is None or owed is not None)
    letter = preview(seen) if seen.can_write and may_tell else None
    parcel = case.parcel
    values = {
        "case": case,
        "cause": cause_words(case.cause, language),
        "lane": case.group.notice or case.group.carrier,
        "parcel": parcel,
        "contents": list(parcel.lines.select_related("line").order_by("line__position")) if parcel else [],
        "still_here": _still_here(case),
        "state": status_words(parcel.status, parcel.reason, language) if parcel else "",
        "answers": party_words(case.party, language),
        "carriers_page": tracking_url(parcel.carrier, parcel.tracking_number) if parcel else "",
        "promised": arrival_words(seen.promise, language) if seen.promise else "",
        **_proposed(request, seen, letter),
        **_ways_out(request, case, refund_note, now),
        **_code(case, now),
        "language": letter.language if letter else language_of(case.order),
        "is_dated": case.cause in DATED and case.cause not in OF_ORDERS,
        "may_be_dated": case.cause in HELD,
        "is_of_supplier": case.cause == Cause.SUPPLIER,
        "is_awaited": case.cause in AWAITED,
        "hears_by": seen.news.hears_by,
        "owed_answer": owed,
        "answer_promised": promise_words(owed, language) if owed else "",
        "is_of_order": seen.quote is not None,
        "arrives": seen.news.arrives,
        "longest": LONGEST_NOTE,
        "wish": wish or Wish(),
        "is_looked_at": wish is not None,
        "acted": _done(case),
        "is_ours": case.cause in OURS,
        "carriers": carrier_names() if case.cause in OURS else [],
        "problem": problem,
    }
    return pages.show(request, "troubles/detail.html", values, status=status)


def _proposed(request: HttpRequest, seen: Prospect, letter: Rendered | None) -> dict[str, Any]:
    """The proposal in words, the letter, and what is offered to whom."""
    language, proposal, order = words.spoken(), seen.proposal, seen.case.order
    staff = pages.staff_of(request)
    back = Money(proposal.back, order.currency) if proposal.act is Act.OFFER else None
    return {
        "letter": letter,
        "proposal": act_words(proposal.act, language),
        "act": proposal.act.value,
        "whys": why_words(proposal.whys, language),
        "back": back,
        "may_give": may(staff, "payments.confirm") and order.paid > 0,
        "may_give_code": may(staff, "codes.change") and order.paid > 0,
        "usual_code": usual_code(),
        "most_off": most_off(order),
        "code_limits": code_limits(),
        "may_write": may(staff, "messages.answer"),
    }


def _still_here(case: Trouble) -> list[tuple[int, OrderLine]]:
    """Units by line, where a part of its order has left."""
    if case.parcel_id is not None or not has_left_in_part(case.order_id):
        return []
    lines = case.order.lines.filter(kind=OrderLine.Kind.GOODS, quantity__gt=F("dispatched")).order_by("position", "pk")
    return [(line.quantity - line.dispatched, line) for line in lines]


def _code(case: Trouble, now: datetime) -> dict[str, Any]:
    """That its buyer was given, and what became of it."""
    row = code_of_trouble(case.pk)
    return {"code": row, "code_state": row.state(now) if row else ""}


def _ways_out(request: HttpRequest, case: Trouble, note: str, now: datetime) -> dict[str, Any]:
    """All of the money back, or the goods once more."""
    is_open = case.is_open and case.order.erased_at is None
    may_give = is_open and may_refund(pages.staff_of(request), case)
    return {
        "refund": refund_of(case, at=now, note=note) if may_give else None,
        "is_refund_asked": bool(note),
        # What has left can be sent again, once.
        "can_replace": is_open and case.parcel is not None and sent_again(case) is None,
    }


def _done(case: Trouble) -> list[Done]:
    names = actor_names({each["by"] for each in case.done})
    return [
        Done(
            act=each["act"],
            who=names.get(each["by"], each["by"]),
            at=parse_moment(each["at"]),
            why=_why(each),
            order_id=each.get("order"),
            amount=_amount(case, each),
            code=each.get("code", ""),
        )
        for each in reversed(case.done[-_MOST_DONE:])
    ]


def _why(each: dict[str, Any]) -> str:
    """In the words of who closed it, or ours where the worker could not write."""
    why = str(each.get("why", ""))
    return why_not_told(why, words.spoken()) if each["act"] == "not_told" else why


def _amount(case: Trouble, each: dict[str, Any]) -> str:
    units = each.get("back") or each.get("amount") or 0
    money = Money(int(units), case.order.currency)
    return format_money(money, words.locale_of(words.spoken())) if units else ""
