"""All of the money back, as a case's page and Today show it before it goes: the amounts, the letter, and why it does not go from here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.aftersales import missing_goods
from tradewind.aftersales.missing_goods import NotOwed, Owed
from tradewind.core.models import Staff
from tradewind.core.staff import may
from tradewind.core.words import say, spoken
from tradewind.messaging.rendering import Rendered
from tradewind.messaging.trouble_settling import owed_now, refund_preview
from tradewind.shipping.models import Trouble

FORM: Final = "refund"
_WHY_NOT: Final[Mapping[str, str]] = {
    missing_goods.NO_MONEY: gettext_noop(
        "Nothing that was paid for it is here: all of it went back, or came elsewhere."
    ),
    missing_goods.SENT_AGAIN: gettext_noop("The goods go to the buyer once more."),
    missing_goods.ARRIVED: gettext_noop("The parcel of which these goods went once more has arrived after all."),
    missing_goods.CODE_FAILS: gettext_noop(
        "With only what has left, the code of the order would not hold: decide on the order's page what goes back."
    ),
    missing_goods.LEFT_IN_PART: gettext_noop(
        "A part of the order has left: the money for the rest goes back on the order's page."
    ),
    missing_goods.MOVED_ON: gettext_noop("It has moved on in the meantime."),
    missing_goods.UNKNOWN: gettext_noop(
        "Nobody has written down what was in the parcel: the money goes back on the order's page."
    ),
    missing_goods.CHANGED: gettext_noop("The amount has changed in the meantime. Look at it, and decide again."),
}


@dataclass(frozen=True, slots=True)
class Refund:
    """What would go back and the letter that says so; or why nothing does."""

    owed: Owed | None = None
    letter: Rendered | None = None
    note: str = ""
    why_not: str = ""
    # The order has not left, and is cancelled with it; or a part has left, and only the rest comes off it.
    is_cancelling: bool = False
    is_rest: bool = False
    # The order whose money it is, where its goods went once more.
    source: str = ""

    @property
    def has_note(self) -> bool:
        """May words of one's own stand in the letter?"""
        return self.letter is not None and not self.is_cancelling


def may_refund(staff: Staff, case: Trouble) -> bool:
    """What has not left is cancelled with it."""
    return may(staff, "payments.confirm") and (case.parcel_id is not None or may(staff, "orders.cancel"))


def refund_of(case: Trouble, *, at: datetime, note: str = "") -> Refund:
    """For an open case."""
    try:
        owed = owed_now(case, at=at)
    except NotOwed as problem:
        return Refund(why_not=why_not_words(problem.why))
    return Refund(
        owed,
        refund_preview(case, owed, note),
        note,
        is_cancelling=case.parcel_id is None and not owed.is_rest,
        is_rest=owed.is_rest,
        source="" if owed.order == case.order else owed.order.ref,
    )


def why_not_words(why: str) -> str:
    return say(spoken(), _WHY_NOT[why])
