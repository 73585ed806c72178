"""What happened to a subject, told from its facts. A fact that no line here knows is shown by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.console.labels import tag
from tradewind.console.troubles.wording import cause_words
from tradewind.core import facts, words
from tradewind.core.models import ApiToken, FactRecord, Staff
from tradewind.core.staff import COMMAND
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.papers.labels import title
from tradewind.papers.paper import Kind
from tradewind.shipping.tracking_words import status_words


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, what in words, and who. `tone` marks what is good or bad news."""

    at: datetime
    words: str
    who: str
    tone: str = "plain"


_WORDS: Final[dict[str, tuple[str, str]]] = {
    "catalog.published": (gettext_noop("Published"), "good"),
    "catalog.taken_offline": (gettext_noop("Taken offline"), "wait"),
    "catalog.returned": (gettext_noop("Online again"), "good"),
    "catalog.moved": (gettext_noop("New address: {slug}"), "plain"),
    "catalog.pinned": (gettext_noop("Place in lists decided"), "plain"),
    "catalog.succeeded": (gettext_noop("What stands in its place was decided"), "plain"),
    "catalog.price_changed": (gettext_noop("New price: {amount}"), "plain"),
    "orders.placed": (gettext_noop("Order placed over {amount}"), "plain"),
    "orders.imported": (gettext_noop("Taken over from a file"), "plain"),
    "orders.taken_back": (gettext_noop("What a file had brought in was taken back"), "wait"),
    "orders.paid": (gettext_noop("Paid in full"), "good"),
    "aftersales.withdrawal_declared": (gettext_noop("The buyer withdrew from the contract"), "wait"),
    "aftersales.feedback_given": (gettext_noop("The buyer said how it was"), "plain"),
    "orders.cancelled": (gettext_noop("Cancelled: {reason}"), "bad"),
    "orders.reduced": (gettext_noop("Goods taken off: {amount} less"), "wait"),
    "orders.extended": (gettext_noop("Goods changed; still to pay for that: {amount}"), "wait"),
    "orders.split": (gettext_noop("Split: some of its goods became an order of their own"), "wait"),
    "orders.split_off": (gettext_noop("Made of goods of another order"), "plain"),
    "orders.merged": (gettext_noop("Became part of another order"), "wait"),
    "orders.took_in": (gettext_noop("Took another order in"), "plain"),
    "orders.held": (gettext_noop("Kept back: {hold}"), "wait"),
    "orders.released": (gettext_noop("Released: it may leave"), "good"),
    "orders.address_changed": (gettext_noop("The buyer changed the delivery address"), "wait"),
    "orders.erasure_asked": (gettext_noop("The buyer asked us to erase their data"), "wait"),
    "orders.erased": (gettext_noop("Personal data erased"), "plain"),
    "payments.captured": (gettext_noop("Received {amount}"), "good"),
    "payments.declined": (gettext_noop("Payment declined ({problem})"), "bad"),
    "payments.cancelled": (gettext_noop("Payment called off"), "plain"),
    "payments.refund_planned": (gettext_noop("Refund of {amount} decided"), "plain"),
    "payments.refund_confirmed": (gettext_noop("Refund of {amount} confirmed"), "good"),
    "papers.issued": (gettext_noop("{paper} {number} issued over {amount}"), "plain"),
    "markets.notice_changed": (gettext_noop("A special notice was made, changed or taken down"), "plain"),
    "promises.made": (gettext_noop("Promise made: {promise}"), "plain"),
    "promises.renewed": (gettext_noop("Promise renewed: {promise}"), "wait"),
    "promises.released": (gettext_noop("Promise released: {promise}"), "plain"),
    "promises.at_risk": (gettext_noop("Promise at risk: {promise}"), "wait"),
    "promises.safe_again": (gettext_noop("Promise safe again: {promise}"), "good"),
    "promises.not_known": (gettext_noop("Nobody could see whether it was kept: {promise}"), "wait"),
    "promises.broken": (gettext_noop("Promise broken: {promise}"), "bad"),
    "quotations.sent": (gettext_noop("Quotation sent over {amount}"), "plain"),
    "quotations.ordered": (gettext_noop("Order written from a draft or a quotation"), "good"),
    "quotations.declined": (gettext_noop("The buyer declined the quotation"), "bad"),
    "quotations.asked_anew": (gettext_noop("The buyer asked for a new quotation"), "wait"),
    "quotations.not_to_be_had": (gettext_noop("The buyer accepted, and it cannot be delivered as quoted"), "bad"),
    "shipping.marked_dispatched": (gettext_noop("Marked dispatched"), "good"),
    "shipping.packed": (gettext_noop("Packed, compared piece by piece"), "good"),
    "shipping.part_dispatched": (gettext_noop("A part has left in a parcel of its own"), "plain"),
    "shipping.quality_checked": (gettext_noop("Quality check: {check}"), "plain"),
    "shipping.tracking_told": (gettext_noop("Carrier or tracking number changed"), "plain"),
    "shipping.parcel_handed_over": (gettext_noop("Parcel handed over"), "plain"),
    "shipping.parcel_first_scanned": (gettext_noop("Scanned by a carrier for the first time"), "good"),
    "shipping.parcel_moved": (gettext_noop("Parcel: {parcel}"), "plain"),
    "shipping.parcel_in_trouble": (gettext_noop("Parcel in trouble: {parcel}"), "bad"),
    "shipping.parcel_delivered": (gettext_noop("Parcel delivered"), "good"),
    "shipping.trouble_found": (gettext_noop("Trouble: {trouble}"), "bad"),
    "shipping.trouble_over": (gettext_noop("Over: {trouble}"), "good"),
    "shipping.order_delivered": (gettext_noop("All of the order has arrived"), "good"),
    "messaging.received": (gettext_noop("The buyer wrote: {topic}"), "wait"),
    "messaging.answered": (gettext_noop("Marked as answered: {topic}"), "good"),
    "messaging.sent": (gettext_noop("Message sent: {moment}"), "plain"),
    "messaging.returned": (gettext_noop("Message came back: {moment}"), "bad"),
    "messaging.failed": (gettext_noop("Message could not be sent: {moment}"), "bad"),
}
# Was the promise kept in time?
_KEPT: Final = {
    True: (gettext_noop("Promise kept: {promise}"), "good"),
    False: (gettext_noop("Promise kept too late: {promise}"), "bad"),
}
_PASSED: Final = gettext_noop("passed")
_FAILED: Final = gettext_noop("failed")
_UNKNOWN: Final = ("", "plain")
_SYSTEM: Final = gettext_noop("System")
_BUYER: Final = gettext_noop("Buyer")
_COMMAND: Final = gettext_noop("Command line")
_PROVIDER: Final = gettext_noop("The payment provider")
_PROGRAM: Final = gettext_noop("Program: {name}")


def entries(kind: str, subject_id: int) -> list[Entry]:
    """The newest first. Two statements: the facts, and the names of the staff among their actors."""
    # By their own time: a worker may have written down today what the bank saw yesterday.
    rows = sorted(facts.timeline(kind, subject_id), key=lambda row: (row.recorded_at, row.pk), reverse=True)
    names = actor_names({row.actor for row in rows})
    return [_entry(row, names) for row in rows]


def _entry(row: FactRecord, names: dict[str, str]) -> Entry:
    language = words.spoken()
    message, tone = (
        _KEPT[bool(row.data["in_time"])] if row.name == "promises.settled" else _WORDS.get(row.name, _UNKNOWN)
    )
    told = words.say(language, message, **_values(row.data)) if message else row.name
    return Entry(row.recorded_at, told, names.get(row.actor, row.actor), tone)


def _values(data: dict[str, Any]) -> dict[str, str]:
    """All values that a line may name; those that this fact does not have stay empty."""
    amount, currency = data.get("amount", data.get("total")), data.get("currency")
    has_money = isinstance(amount, int) and isinstance(currency, str)
    locale = words.locale_of(words.spoken())
    shown: dict[str, Callable[[str], str]] = {
        "reason": lambda code: tag("cancel_reason", code).words,
        "hold": lambda code: tag("hold_reason", code).words,
        "promise": lambda code: tag("promise_kind", code).words,
        "topic": lambda code: tag("topic", code).words,
        "paper": _paper_words,
        "moment": lambda code: tag("moment", code).words,
        "problem": lambda code: code.replace("_", " "),
        "trouble": lambda code: cause_words(code, words.spoken()) if code else "",
        "parcel": lambda code: status_words(code, data.get("reason", ""), words.spoken()) if code else "",
    }
    kind = data.get("kind", "")
    codes = {
        **data,
        "promise": kind,
        "paper": kind,
        "hold": data.get("reason", ""),
        "parcel": data.get("status", ""),
        "trouble": data.get("cause", ""),
    }
    return {
        "slug": str(data.get("slug", "")),
        "number": str(data.get("number", "")),
        "check": words.say(words.spoken(), _PASSED if data.get("is_passed") else _FAILED),
        "amount": format_money(Money(amount, currency), locale) if has_money else "",  # type: ignore[arg-type]  # has_money
        **{name: in_words(str(codes.get(name) or "")) for name, in_words in shown.items()},
    }


def _paper_words(code: str) -> str:
    return next((title(kind, words.spoken()) for kind in Kind if kind == code), "")


def actor_names(actors: set[str]) -> dict[str, str]:
    """How people call those who acted: "system", "buyer", "command", staff and programs' keys by their names. A statement
    for each of the two that is among them.
    """
    language = words.spoken()
    staff = Staff.objects.filter(pk__in=_numbers(actors, "staff:"))
    keys = ApiToken.objects.filter(pk__in=_numbers(actors, "token:"))
    return {
        "system": words.say(language, _SYSTEM),
        "buyer": words.say(language, _BUYER),
        COMMAND: words.say(language, _COMMAND),
        **{f"staff:{person.pk}": person.name for person in staff},
        **{f"token:{key.pk}": words.say(language, _PROGRAM, name=key.name) for key in keys},
        **{actor: words.say(language, _PROVIDER) for actor in actors if actor.startswith("provider:")},
    }


def _numbers(actors: set[str], kind: str) -> list[int]:
    numbers = (actor.removeprefix(kind) for actor in actors if actor.startswith(kind))
    return [int(number) for number in numbers if number.isdigit()]
