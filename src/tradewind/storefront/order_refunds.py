"""What goes back of an order's money: how much, which way, and since or until when, in the buyer's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tradewind.core.words import locale_of, say
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.payments.models import MANUAL, LedgerEntry, PaymentIntent, Refund
from tradewind.payments.refunding import SEND_WITHIN
from tradewind.storefront.order_receipt import day_with_year


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is said: language, the shop's time zone, methods by code as the market calls them, and the hour."""

    language: str
    zone: str
    methods: Mapping[str, str]
    now: datetime

    def day(self, moment: datetime) -> str:
        return day_with_year(moment, self.zone, self.language)

    def method(self, intent: PaymentIntent) -> str:
        return self.methods.get(intent.method, intent.method)


def money_back(intents: Sequence[PaymentIntent], reader: Reader, *, is_cancelled: bool) -> list[str]:
    """A sentence for each refund, and what has yet to be set going; of a cancelled order always at least one."""
    said = [words for intent in intents for words in _refunds(intent, reader)]
    if is_cancelled:
        said += [words for intent in intents for words in _not_begun(intent, reader)]
    if said or not is_cancelled:
        return said
    return [
        say(reader.language, "You owe nothing. A payment that is still on its way to us goes back to you in full."),
    ]


def _refunds(intent: PaymentIntent, reader: Reader) -> Iterator[str]:
    for refund in sorted(intent.refunds.all(), key=lambda each: each.pk):
        yield _words(refund, intent, reader)


def _words(refund: Refund, intent: PaymentIntent, reader: Reader) -> str:
    language, method = reader.language, reader.method(intent)
    amount = format_money(refund.owed, locale_of(language))
    if refund.state == Refund.State.CONFIRMED:
        return say(
            language,
            "{amount} went back to you on {day}: {method}. Your bank may need some days to show it.",
            amount=amount,
            day=reader.day(refund.confirmed_at or refund.created_at),
            method=method,
        )
    if refund.state == Refund.State.FAILED:
        return say(
            language,
            "{amount} could not go back by itself: {method}. One of us sees to it, and you need do nothing.",
            amount=amount,
            method=method,
        )
    if intent.provider != MANUAL:
        return say(
            language,
            "{amount} is on its way back to you since {day}: {method}. Your bank may need some days to show it.",
            amount=amount,
            day=reader.day(refund.created_at),
            method=method,
        )
    return _by_hand(amount, refund.created_at + SEND_WITHIN, reader)


def _by_hand(amount: str, until: datetime, reader: Reader) -> str:
    if reader.now > until:
        return say(
            reader.language,
            "We should have transferred {amount} back to you by {day}. It is late, and we are sorry: we are seeing to it.",
            amount=amount,
            day=reader.day(until),
        )
    return say(
        reader.language,
        "We transfer {amount} back to you by {day}, to the account from which it came.",
        amount=amount,
        day=reader.day(until),
    )


def _not_begun(intent: PaymentIntent, reader: Reader) -> Iterator[str]:
    """What arrived and is not promised back yet: for a moment after the cancellation, or where money came later."""
    # A refund that failed is said by itself, and still owed.
    left = _arrived(intent.entries.all()) - sum(refund.amount for refund in intent.refunds.all())
    if left > 0:
        amount = format_money(Money(left, intent.currency), locale_of(reader.language))
        yield say(reader.language, "{amount} goes back to you: {method}.", amount=amount, method=reader.method(intent))


def _arrived(entries: Iterable[LedgerEntry]) -> int:
    return sum(entry.amount for entry in entries if entry.kind != LedgerEntry.Kind.REFUND)
