"""What we propose to do about a case, and why. Pure: staff read the reasons, and decide.

Who is late by days writes worse reviews by stars: one to three days 3.3, four to seven 1.95. So whoever
waits long is offered something. The law of the United States (Mail, Internet or Telephone Order Rule) lets a seller move a date once
without being asked; the second time silence means to cancel. In the European Union goods come within thirty days unless it was
agreed otherwise (Consumer Rights Directive, article 18).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tradewind.lib.countries import EU_MEMBERS as EU
from tradewind.shipping.trouble_rules import OF_ORDERS, Cause


class Act(StrEnum):
    TELL = "tell"  # write to the buyer: the new date, or what they can do
    OFFER = "offer"  # the same, with a part of the money back
    CODE = "code"  # the same, with a code for the next order
    RESEND = "resend"
    REFUND = "refund"
    CALL = "call"  # the carrier
    COLLECT = "collect"  # say that the carrier has it, or ask when it comes
    NUMBER = "number"  # enter it


class Why(StrEnum):
    """Reasons, put into words by trouble_words."""

    NEW_DATE = "new_date"
    LATE = "late"
    VERY_LATE = "very_late"
    BUYER_ACTS = "buyer_acts"
    CARRIER_ANSWERS = "carrier_answers"
    CARRIER_KNOWS = "carrier_knows"
    BUYER_CHOOSES = "buyer_chooses"
    EU_THIRTY = "eu_thirty"
    US_AGAIN = "us_again"
    CHANNEL = "channel"
    TOLD = "told"
    MAY_BE_GONE = "may_be_gone"
    UNFOLLOWED = "unfollowed"


@dataclass(frozen=True, slots=True)
class Situation:
    """`late_by`: days that the new window ends after what was promised. `moved`: how often a date was moved before.
    `offers_code`: the shop offers those who wait long a code for the next order.
    """

    cause: Cause
    party: str
    total: int
    late_by: int
    waited_days: int  # since the order was placed
    country: str
    can_write: bool
    moved: int = 0
    is_told: bool = False
    offers_code: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """`back` is what an offer gives, in minor units of the order's currency."""

    act: Act
    whys: tuple[Why, ...]
    back: int = 0


_LATE: Final = 4
_VERY_LATE: Final = 8
_PERCENT: Final = {_LATE: 5, _VERY_LATE: 10}
_LONGEST_EU: Final = 30
_GONE: Final = frozenset({Cause.LOST, Cause.DAMAGED})
# Whoever hears of it can go on.
_TOLD_WHY: Final = {
    Cause.RETURNED: Why.BUYER_CHOOSES,
    Cause.RETURNING: Why.BUYER_CHOOSES,
    Cause.CUSTOMS: Why.BUYER_ACTS,
    Cause.BAD_ADDRESS: Why.BUYER_ACTS,
    Cause.ATTEMPT: Why.BUYER_ACTS,
    Cause.PICKUP: Why.BUYER_ACTS,
}
# What helps before anybody is told.
_TO_DO_HERE: Final = {
    Cause.UNCOLLECTED: (Act.COLLECT, Why.MAY_BE_GONE),
    Cause.UNNUMBERED: (Act.NUMBER, Why.UNFOLLOWED),
}
_ASK_CARRIER: Final = frozenset({Cause.STOPPED, Cause.UNSCANNED})
# Of these a new date can be told.
DATED: Final = frozenset({Cause.UNSCANNED, Cause.SILENT, Cause.SLOW, Cause.UNCOLLECTED}) | OF_ORDERS


def propose(case: Situation) -> Proposal:
    """The one thing to do first."""
    if case.cause in _TO_DO_HERE:
        return _of_ours(case)
    if case.is_told or not case.can_write:
        return Proposal(Act.CALL, (Why.TOLD, *_answers(case)) if case.is_told else (Why.CHANNEL,))
    if case.cause in _GONE:
        return _of_gone(case)
    if (why := _TOLD_WHY.get(case.cause)) is not None:
        return Proposal(Act.TELL, (why,))
    if case.cause in _ASK_CARRIER and case.late_by <= 0:
        return Proposal(Act.CALL, (Why.CARRIER_KNOWS,))
    return _of_waiting(case)


def _of_ours(case: Situation) -> Proposal:
    act, why = _TO_DO_HERE[case.cause]
    is_news = case.late_by > 0 and case.can_write and not case.is_told
    return Proposal(act, (why, Why.NEW_DATE) if is_news else (why,))


def _of_gone(case: Situation) -> Proposal:
    if case.country in EU and case.waited_days > _LONGEST_EU:
        return Proposal(Act.REFUND, (Why.EU_THIRTY, *_answers(case)))
    return Proposal(Act.TELL, (Why.BUYER_CHOOSES, *_answers(case)))


def _of_waiting(case: Situation) -> Proposal:
    if case.country == "US" and case.cause in OF_ORDERS and case.moved:
        return Proposal(Act.REFUND, (Why.US_AGAIN,))
    whys = (Why.EU_THIRTY,) if case.country in EU and case.waited_days > _LONGEST_EU else ()
    if case.late_by >= _LATE and case.total > 0:
        is_very = case.late_by >= _VERY_LATE
        percent = _PERCENT[_VERY_LATE if is_very else _LATE]
        why = Why.VERY_LATE if is_very else Why.LATE
        if case.offers_code:
            return Proposal(Act.CODE, (why, *whys))
        return Proposal(Act.OFFER, (why, *whys), back=case.total * percent // 100)
    return Proposal(Act.TELL, (Why.NEW_DATE, *whys))


def _answers(case: Situation) -> tuple[Why, ...]:
    return (Why.CARRIER_ANSWERS,) if case.party == "carrier" else ()
