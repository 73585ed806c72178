"""One case: what is wrong since when, what we propose and why, the letter as it would leave, and what was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.console.timeline import actor_names
from tradewind.console.troubles.wording import act_words, cause_words, why_words
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import may, needs
from tradewind.lib.clock import parse_moment, utc_now
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.trouble_prospects import DaysMoved, Prospect, TooEarly, Wish, preview, prospect
from tradewind.messaging.trouble_telling import LONGEST_NOTE
from tradewind.promises.wording import arrival_words
from tradewind.shipping.carriers import tracking_url
from tradewind.shipping.models import Trouble
from tradewind.shipping.tracking_words import party_words, status_words
from tradewind.shipping.trouble_proposing import DATED, Act
from tradewind.shipping.trouble_rules import HELD, OF_ORDERS

_MOST_DONE: Final = 20
# What kept the worker from telling, by the name of the error.
_KEPT: Final = {
    "TooEarly": gettext_noop("the days had passed"),
    "DaysMoved": gettext_noop("the days had moved since they were read"),
    "CannotTell": gettext_noop("there was no address to write to"),
    "UnsafeHeader": gettext_noop("the address cannot be written to"),
    "AlreadyTold": gettext_noop("somebody had told it already, or it was over"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did, for the list."""

    act: str
    who: str
    at: datetime
    why: str
    order_id: int | None
    amount: str


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
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with the letter as somebody has changed it, or with what was wrong in one of its forms. Raises Http404."""
    case, now, language = found(trouble_id), utc_now(), words.spoken()
    try:
        seen = prospect(case, at=now, wish=wish)
    except (TooEarly, DaysMoved):
        seen = prospect(case, at=now)
    letter = preview(seen) if seen.can_write and case.is_open and not case.told_at else None
    parcel = case.parcel
    values = {
        "case": case,
        "cause": cause_words(case.cause, language),
        "lane": case.group.notice or case.group.carrier,
        "parcel": parcel,
        "contents": list(parcel.lines.select_related("line").order_by("line__position")) if parcel else [],
        "state": status_words(parcel.status, parcel.reason, language) if parcel else "",
        "answers": party_words(case.party, language),
        "carriers_page": tracking_url(parcel.carrier, parcel.tracking_number) if parcel else "",
        "promised": arrival_words(seen.promise, language) if seen.promise else "",
        **_proposed(request, seen, letter),
        "language": language_of(case.order),
        "is_dated": case.cause in DATED and case.cause not in OF_ORDERS,
        "may_be_dated": case.cause in HELD,
        "is_of_order": seen.quote is not None,
        "arrives": seen.news.arrives,
        "longest": LONGEST_NOTE,
        "wish": wish or Wish(),
        "acted": _done(case),
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
        "may_write": may(staff, "messages.answer"),
        "can_replace": _can_replace(seen.case),
    }


def _can_replace(case: Trouble) -> bool:
    """What has left can be sent again, once."""
    is_again = any(each["act"] == "resend" for each in case.done)
    return case.parcel is not None and case.is_open and not is_again and case.order.erased_at is None


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
        )
        for each in reversed(case.done[-_MOST_DONE:])
    ]


def _why(each: dict[str, Any]) -> str:
    """In words: what a person typed, or what kept the worker."""
    why = str(each.get("why", ""))
    return words.say(words.spoken(), _KEPT[why]) if why in _KEPT else why


def _amount(case: Trouble, each: dict[str, Any]) -> str:
    units = each.get("back") or each.get("amount") or 0
    money = Money(int(units), case.order.currency)
    return format_money(money, words.locale_of(words.spoken())) if units else ""
