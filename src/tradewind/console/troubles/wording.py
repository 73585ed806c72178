"""Cases in words: what is wrong, what we propose, and why."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say
from tradewind.shipping.trouble_proposing import Act, Why
from tradewind.shipping.trouble_rules import Cause

CAUSES: Final[Mapping[Cause, str]] = {
    Cause.LOST: gettext_noop("Lost"),
    Cause.DAMAGED: gettext_noop("Damaged on the way"),
    Cause.RETURNED: gettext_noop("Came back to us"),
    Cause.RETURNING: gettext_noop("Coming back to us"),
    Cause.CUSTOMS: gettext_noop("Customs ask for something"),
    Cause.BAD_ADDRESS: gettext_noop("Address not found"),
    Cause.ATTEMPT: gettext_noop("Could not be handed over"),
    Cause.PICKUP: gettext_noop("Not collected"),
    Cause.STOPPED: gettext_noop("Stopped by the carrier"),
    Cause.UNSCANNED: gettext_noop("Handed over, but never scanned"),
    Cause.SILENT: gettext_noop("No scan for too long"),
    Cause.SLOW: gettext_noop("Likely to be late"),
    Cause.UNCOLLECTED: gettext_noop("Waits too long for its carrier"),
    Cause.UNNUMBERED: gettext_noop("No tracking number yet"),
    Cause.NOT_LEAVING: gettext_noop("Not packed, and its day is nearly over"),
    Cause.NO_STOCK: gettext_noop("Waits for goods"),
    Cause.SUPPLIER: gettext_noop("A supplier is late"),
    Cause.CLOSED_LANE: gettext_noop("The way to deliver is closed"),
    Cause.HOLIDAY: gettext_noop("A holiday ahead"),
}
ACTS: Final[Mapping[Act, str]] = {
    Act.TELL: gettext_noop("Write to the buyer"),
    Act.OFFER: gettext_noop("Write to the buyer, and give a part of the money back"),
    Act.CODE: gettext_noop("Write to the buyer, with a code for the next order"),
    Act.RESEND: gettext_noop("Send again"),
    Act.REFUND: gettext_noop("Give the money back"),
    Act.CALL: gettext_noop("Ask the carrier"),
    Act.COLLECT: gettext_noop("Say that the carrier has it, or ask when it comes"),
    Act.NUMBER: gettext_noop("Enter the tracking number"),
}
_WHYS: Final[Mapping[Why, str]] = {
    Why.NEW_DATE: gettext_noop("Who hears of a delay from us before the day has come forgives it."),
    Why.LATE: gettext_noop("It will be four days late or more: that is when buyers begin to complain."),
    Why.VERY_LATE: gettext_noop("It will be more than a week late."),
    Why.BUYER_ACTS: gettext_noop("Only the buyer can go on from here, and may not know it."),
    Why.CARRIER_ANSWERS: gettext_noop("The carrier answers for it: claim it there."),
    Why.CARRIER_KNOWS: gettext_noop(
        "The carrier knows more than its scans say. The promised day is not in danger yet."
    ),
    Why.BUYER_CHOOSES: gettext_noop("The buyer decides: a new parcel, or the money back."),
    Why.EU_THIRTY: gettext_noop(
        "In the European Union goods come within 30 days unless another time was agreed. After that the buyer may have all of the money back."
    ),
    Why.US_AGAIN: gettext_noop(
        "In the United States a day of dispatch is moved once. The second time the buyer has to agree, or gets the money back."
    ),
    Why.CHANNEL: gettext_noop("We have no address to write to: write over the sales channel, then close the case."),
    Why.MAY_BE_GONE: gettext_noop(
        "Mostly it was collected, and nobody has said so. Then the buyer hears at once that it is on its way."
    ),
    Why.UNFOLLOWED: gettext_noop(
        "It went by a way that is tracked. Without its number nobody follows it, and the buyer cannot see where it is."
    ),
    Why.TOLD: gettext_noop("The buyer has been told. It stays open until a scan says that it goes on."),
}
# Why the worker could not write, by what it met.
_NOT_TOLD: Final[Mapping[str, str]] = {
    "DaysMoved": gettext_noop("the days had moved since they were read"),
    "AlreadyTold": gettext_noop("it was over, or told already"),
    "OrderGone": gettext_noop("the order was cancelled, or has become part of another one"),
    "CannotTell": gettext_noop("there is no address to write to"),
    "TooEarly": gettext_noop("the new day had come already"),
    "TooGenerous": gettext_noop("the code would give more than an owner allows by now"),
    "NotLater": gettext_noop("the promised day can still be kept"),
    "UnsafeHeader": gettext_noop("a line of the letter's head holds signs that no mail may hold"),
}


def cause_words(cause: str, language: str) -> str:
    return say(language, CAUSES[Cause(cause)]) if cause in set(Cause) else cause


def act_words(act: Act, language: str) -> str:
    return say(language, ACTS[act])


def why_words(whys: tuple[Why, ...], language: str) -> list[str]:
    return [say(language, _WHYS[why]) for why in whys]


def why_not_told(code: str, language: str) -> str:
    return say(language, _NOT_TOLD[code]) if code in _NOT_TOLD else code
