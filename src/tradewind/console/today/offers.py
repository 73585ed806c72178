"""What can be done from Today: the first few cases whose proposal is a letter in which nothing has to be typed, also with a part of the
money or a code for the next order, or all of the money back. Of orders that have not left that can always be given back; which day
their buyers are told is decided on their page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.console import pages
from tradewind.console.today.duties import Duty
from tradewind.console.today.troubles import Told
from tradewind.console.troubles.refunding import Refund, may_refund, refund_of
from tradewind.console.troubles.wishes import PERCENT
from tradewind.console.troubles.wording import act_words, why_words
from tradewind.core.models import Staff
from tradewind.core.staff import may
from tradewind.core.words import locale_of, say, spoken
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.trouble_codes import usual_code
from tradewind.messaging.trouble_prospects import Prospect, Wish, can_be_told, preview, prospect
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_proposing import DATED, Act
from tradewind.shipping.trouble_queries import cases_of_group
from tradewind.shipping.trouble_rules import HELD, OF_ORDERS, Cause

# Each letter takes statements of its own: those that are due first stand here, of parcels and of orders that are still here, the others on
# their pages.
SHOWN: Final = 3
_CODE: Final = gettext_noop("{percent} % off the next order, for {days} days")
_MAY_GO_BACK: Final = frozenset({Cause.LOST, Cause.DAMAGED, Cause.RETURNED, Cause.RETURNING})


@dataclass(frozen=True, slots=True)
class Offer:
    """A form to a view of the cases' own pages, with what was looked at."""

    address: str
    fields: tuple[tuple[str, str], ...]
    number: int
    proposal: str
    whys: Sequence[str]
    letters: tuple[Rendered, ...]
    given: str = ""  # what goes with the letter, in words
    refund: Refund | None = None  # all of the money, with its amounts


def offers_of(request: HttpRequest, asked: Sequence[Duty], *, now: datetime) -> dict[int, Offer]:
    """By to-do. None for who may not answer buyers."""
    staff = pages.staff_of(request)
    if not (may(staff, "messages.answer") and may(staff, "orders.view")):
        return {}
    rows = sorted((duty for duty in asked if duty.case and _is_ready(duty.case)), key=lambda duty: duty.due_at)
    sent = (duty for duty in rows if duty.case and duty.case.cause not in OF_ORDERS)
    here = (duty for duty in rows if duty.case and duty.case.cause in OF_ORDERS)
    # Counted as looked at, not as offered: statements stay bounded.
    looked_at = (*islice(sent, SHOWN), *islice(here, SHOWN))
    made = ((duty.id, _offer(staff, duty.case, now)) for duty in looked_at if duty.case)
    return {number: offer for number, offer in made if offer is not None}


def _is_ready(case: Told) -> bool:
    """Where no day waits to be chosen; of what has not left, one alone."""
    return case.number > 0 and case.cause not in HELD and (case.number == 1 or case.cause not in OF_ORDERS)


def _offer(staff: Staff, told: Told, now: datetime) -> Offer | None:
    cases, _ = cases_of_group(told.group_id)
    # As the row counts them: what somebody has handled otherwise is not told.
    waits = [each for each in cases if not (each.told_at or each.wanted_at or each.handled_at)]
    chosen = [each for each in waits if can_be_told(each)]
    # Each of several may ask for something else, by its days and its money; those are looked at on their page.
    if len(chosen) != told.number or (len(chosen) > 1 and told.cause in DATED | _MAY_GO_BACK):
        return None
    firsts: dict[str, Trouble] = {}
    for case in chosen:
        firsts.setdefault(language_of(case.order), case)
    seen = [prospect(case, at=now) for case in firsts.values()]
    if len(chosen) == 1:
        return _of_one(staff, seen[0], now)
    # A carrier to ask: that is decided on the page.
    if not seen or any(each.proposal.act is not Act.TELL for each in seen):
        return None
    return Offer(
        *_many(told.group_id, chosen),
        number=len(chosen),
        proposal=act_words(seen[0].proposal.act, spoken()),
        whys=why_words(seen[0].proposal.whys, spoken()),
        letters=tuple(preview(each) for each in seen),
    )


def _of_one(staff: Staff, seen: Prospect, now: datetime) -> Offer | None:
    """None where there is a carrier to ask, or something to give that this person may not give."""
    if seen.case.parcel_id is None:
        return _money(seen, now) if may_refund(staff, seen.case) else None
    match seen.proposal.act:
        case Act.TELL:
            return _letter(seen, Wish(), now)
        case Act.OFFER if may(staff, "payments.confirm"):
            return _letter(seen, Wish(back=seen.proposal.back), now)
        case Act.CODE if may(staff, "codes.change"):
            return _letter(seen, Wish(code=usual_code()), now)
        case Act.REFUND if may_refund(staff, seen.case):
            return _money(seen, now)
        case _:
            return None


def _letter(seen: Prospect, wish: Wish, now: datetime) -> Offer:
    """The days that were read are those that are promised, and what was read is given."""
    currency = seen.case.order.currency
    fields = [(name, day.isoformat()) for name, day in zip(("first", "last"), seen.news.arrives or (), strict=False)]
    given = ""
    if wish.back:
        back = Money(wish.back, currency)
        fields.append(("back", str(back.decimal)))
        given = format_money(back, locale_of(spoken()))
    if wish.code:
        fields += [("gives", PERCENT), (PERCENT, str(wish.code.percent)), ("days", str(wish.code.days))]
        given = say(spoken(), _CODE, percent=wish.code.percent, days=wish.code.days)
    whole = prospect(seen.case, at=now, wish=replace(wish, arrives=seen.news.arrives)) if given else seen
    address = reverse("console:trouble-telling", kwargs={"trouble_id": seen.case.pk})
    return _offer_of(whole, address, fields, (preview(whole),), given=given)


def _money(seen: Prospect, now: datetime) -> Offer | None:
    refund = refund_of(seen.case, at=now)
    if refund.owed is None:
        return None
    address = reverse("console:trouble-refund", kwargs={"trouble_id": seen.case.pk})
    letters = (refund.letter,) if refund.letter else ()
    return _offer_of(seen, address, [], letters, refund=refund)


def _offer_of(
    seen: Prospect,
    address: str,
    fields: Sequence[tuple[str, str]],
    letters: tuple[Rendered, ...],
    *,
    given: str = "",
    refund: Refund | None = None,
) -> Offer:
    words, whys = act_words(seen.proposal.act, spoken()), why_words(seen.proposal.whys, spoken())
    return Offer(address, tuple(fields), 1, words, whys, letters, given, refund)


def _many(group_id: int, chosen: list[Trouble]) -> tuple[str, tuple[tuple[str, str], ...]]:
    address = reverse("console:trouble-group-telling", kwargs={"trouble_group_id": group_id})
    return address, tuple(("case", str(case.pk)) for case in chosen)
