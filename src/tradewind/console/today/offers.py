"""Letters that can leave from Today: the first few cases whose proposal is a letter in which nothing has to be typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from tradewind.console import pages
from tradewind.console.today.duties import Duty
from tradewind.console.today.troubles import Told
from tradewind.console.troubles.wording import act_words, why_words
from tradewind.core.staff import may
from tradewind.core.words import spoken
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.trouble_prospects import Prospect, can_be_told, preview, prospect
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_proposing import DATED, Act
from tradewind.shipping.trouble_queries import cases_of_group
from tradewind.shipping.trouble_rules import HELD, OF_ORDERS, Cause

# Each letter takes statements of its own: those that are due first stand here, the others on their pages.
SHOWN: Final = 3
_MAY_GO_BACK: Final = frozenset({Cause.LOST, Cause.DAMAGED, Cause.RETURNED, Cause.RETURNING})


@dataclass(frozen=True, slots=True)
class Offer:
    """A form to a view of the cases' own pages, with what was looked at."""

    address: str
    fields: tuple[tuple[str, str], ...]
    number: int
    proposal: str
    whys: Sequence[str]
    letters: tuple[tuple[str, Rendered], ...]  # language and letter


def offers_of(request: HttpRequest, asked: Sequence[Duty], *, now: datetime) -> dict[int, Offer]:
    """By to-do. None for who may not answer buyers."""
    staff = pages.staff_of(request)
    if not (may(staff, "messages.answer") and may(staff, "orders.view")):
        return {}
    rows = sorted((duty for duty in asked if duty.case and _is_ready(duty.case)), key=lambda duty: duty.due_at)
    # Counted as looked at, not as offered: statements stay bounded.
    made = ((duty.id, _offer(duty.case, now)) for duty in islice(rows, SHOWN) if duty.case)
    return {number: offer for number, offer in made if offer is not None}


def _is_ready(case: Told) -> bool:
    """Of what has left, where no day waits to be chosen."""
    return case.number > 0 and case.cause not in OF_ORDERS and case.cause not in HELD


def _offer(told: Told, now: datetime) -> Offer | None:
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
    # Money to give, or a carrier to ask: that is decided on the page.
    if not seen or any(each.proposal.act is not Act.TELL for each in seen):
        return None
    return Offer(
        *(_alone(seen[0]) if len(chosen) == 1 else _many(told.group_id, chosen)),
        number=len(chosen),
        proposal=act_words(seen[0].proposal.act, spoken()),
        whys=why_words(seen[0].proposal.whys, spoken()),
        letters=tuple((language_of(each.case.order), preview(each)) for each in seen),
    )


def _alone(seen: Prospect) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The days that were read are those that are promised."""
    address = reverse("console:trouble-telling", kwargs={"trouble_id": seen.case.pk})
    days = zip(("first", "last"), seen.news.arrives or (), strict=False)
    return address, tuple((name, day.isoformat()) for name, day in days)


def _many(group_id: int, chosen: list[Trouble]) -> tuple[str, tuple[tuple[str, str], ...]]:
    address = reverse("console:trouble-group-telling", kwargs={"trouble_group_id": group_id})
    return address, tuple(("case", str(case.pk)) for case in chosen)
