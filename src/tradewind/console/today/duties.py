"""To-dos in words, each with the one page that helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.core import words
from tradewind.core.queries import TodoRow
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.payments.models import PaymentIntent

# Kind of to-do -> what a person should do. {amount} and {ref} are filled from the facts of the to-do.
_WORDS: Final = {
    "payment.unexpected": gettext_noop(
        "Money came for an order that was given up: {amount}. Send it back or call the buyer."
    ),
    "message.failed": gettext_noop("A message could not be sent. Reach the buyer another way, or correct the address."),
}
_PAGES: Final = {"order": "console:order", "product": "console:product", "message": "console:message"}
_PARTS: Final = {"order": "order_id", "product": "product_id", "message": "message_id"}


@dataclass(frozen=True, slots=True)
class Duty:
    """A to-do as it is shown. `address` is empty where no page can help yet."""

    id: int
    words: str
    address: str
    due_at: datetime
    is_late: bool


def duties(rows: Sequence[TodoRow], *, now: datetime) -> list[Duty]:
    """In the order given, with one statement for those that are about payments."""
    intents = [row.subject[1] for row in rows if row.subject[0] == "intent"]
    paid_for = {
        intent.pk: (intent.subject_kind, intent.subject_id) for intent in PaymentIntent.objects.filter(pk__in=intents)
    }
    return [
        Duty(
            id=row.id,
            words=_in_words(row),
            address=_address(paid_for.get(row.subject[1]) if row.subject[0] == "intent" else row.subject),
            due_at=row.due_at,
            is_late=row.due_at < now,
        )
        for row in rows
    ]


def _in_words(row: TodoRow) -> str:
    language = words.spoken()
    message = _WORDS.get(row.kind)
    if message is None:
        return row.kind.replace("_", " ").replace(".", ": ")
    return words.say(language, message, amount=_amount(row, language), ref=row.facts.get("ref", ""))


def _amount(row: TodoRow, language: str) -> str:
    if not {"amount", "currency"} <= row.facts.keys():
        return ""
    return format_money(Money(row.facts["amount"], row.facts["currency"]), words.locale_of(language))


def _address(subject: tuple[str, int] | None) -> str:
    if subject is None or subject[0] not in _PAGES:
        return ""
    return reverse(_PAGES[subject[0]], kwargs={_PARTS[subject[0]]: subject[1]})
