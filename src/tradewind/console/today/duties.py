"""To-dos in words, each with the one page that helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.console.today.troubles import Told, trouble_todos
from tradewind.core import words
from tradewind.core.queries import TodoRow
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.payments.models import Refund

# Kind of to-do -> what a person should do. {amount} is filled from the facts of the to-do.
_WORDS: Final = {
    "payment.unexpected": gettext_noop("{amount} came for something that was given up. Send it back or ask the buyer."),
    "payment.refund_by_hand": gettext_noop("Send {amount} back by bank transfer, and record that it is sent."),
    "payment.refund_failed": gettext_noop("The provider did not take the refund of {amount}. Look why and try again."),
    "order.paid_after_cancel": gettext_noop("{amount} came for a cancelled order. Send it back or ask the buyer."),
    "order.overpaid": gettext_noop("{amount} too much came for an order. Send it back or ask the buyer."),
    "order.check_failed": gettext_noop("Goods failed their quality check. Replace them, check again, then send them."),
    "order.withdrawal": gettext_noop(
        "A buyer withdrew from the contract. Stop the parcel or take the goods back, and answer."
    ),
    "order.unhappy": gettext_noop("A buyer is not content, or asks for help. Read what they say, and help."),
    "order.buyer_wrote": gettext_noop("A buyer wrote about an order. Read it there, and answer."),
    "order.erasure": gettext_noop(
        "A buyer asked us to erase the data of an order. Decide what the accounts still need, and answer."
    ),
    "address.dearer": gettext_noop(
        "A buyer changed the address, and going there costs {amount} more. Ask for it, send it all the same, or cancel."
    ),
    "address.no_way": gettext_noop(
        "A buyer changed the address, and the way that was chosen does not go there. Write to them, or choose another way."
    ),
    "parcel.unfollowed": gettext_noop(
        "A tracker does not take some parcels, and nobody hears of them. The list says why, and has them told again."
    ),
    "tracker.deaf": gettext_noop(
        "A tracker does not answer, and nobody hears of its parcels. The page “Connections” says how to reach it."
    ),
    "quotation.declined": gettext_noop("A buyer declined a quotation. Read whether they said why."),
    "quotation.asked_anew": gettext_noop("A buyer asks for a new quotation: the last one has lapsed."),
    "quotation.not_to_be_had": gettext_noop(
        "A buyer accepted a quotation, and it cannot be delivered as quoted. Nothing was ordered: write to them."
    ),
    "message.failed": gettext_noop("A message could not be sent. Reach the buyer another way, or correct the address."),
    "message.returned": gettext_noop("A message came back. Reach the buyer another way, or correct the address."),
    "mail.look": gettext_noop("Mail came in that nobody has read. The page “Mail that came in” shows it."),
    "backup.failed": gettext_noop("The nightly backup failed. Start it by hand: “tradewind backup” says why."),
    "backup.old": gettext_noop("There is no backup of the last two days. Start one: “tradewind backup”."),
    "webhook.switched_off": gettext_noop(
        "A webhook was switched off: its program took nothing. Talk to whoever runs it, then switch it on again."
    ),
    "alert.robot_failing": gettext_noop(
        "Alerts do not arrive at one of those who are told. The page “Alerts” shows how it was answered, and what to do."
    ),
    "connection.failing": gettext_noop(
        "A connection was not reached twice in a row. The page “Connections” says at which step, and what to do."
    ),
    "job.failing": gettext_noop(
        "Something fails again and again, while everything else goes on: {problem}. The log says why; tell whoever looks after the machine."
    ),
    "mail.slow": gettext_noop(
        "A mailbox provider takes one letter an hour at most ({problem}). Look what it wants: SPF, DKIM, fewer letters, or its own form."
    ),
    "mail.stopped": gettext_noop("No mail can leave. Look at the work page for what is missing; nothing is lost."),
}
# Of all mail, and of all that is done on time.
_OF_MACHINE: Final = {("mail", 0), ("job", 0)}
# About all of a kind: the page that lists them, and how.
_LISTS: Final = {
    "mail": ("console:received-mails", ""),
    "mail_pace": ("console:messages", ""),
    "parcels": ("console:parcels", "?view=unfollowed"),
    "tracker": ("console:connections", ""),
}
_PAGES: Final = {
    "order": ("console:order", "order_id"),
    "message": ("console:message", "message_id"),
    "hook": ("console:hook", "hook_id"),
    "alert_receiver": ("console:alert-receiver", "receiver_id"),
    "quotation": ("console:quotation", "quotation_id"),
    "withdrawal": ("console:withdrawal", "withdrawal_id"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """A to-do as it is shown. `address` is empty where no page can help yet; `case` says which case and promise it is about."""

    id: int
    words: str
    address: str
    due_at: datetime
    is_late: bool
    case: Told | None = None


def duties(rows: Sequence[TodoRow], *, now: datetime) -> list[Duty]:
    """In the order given, with one statement for those that are about refunds."""
    refunds = Refund.objects.filter(pk__in=[row.subject[1] for row in rows if row.subject[0] == "refund"])
    refunded = {
        refund.pk: (refund.intent.subject_kind, refund.intent.subject_id) for refund in refunds.select_related("intent")
    }
    cases = trouble_todos(rows)
    return [
        _of_case(row, cases[row.id], now)
        if row.id in cases
        else Duty(
            id=row.id,
            words=_in_words(row),
            address=_address(refunded.get(row.subject[1]) if row.subject[0] == "refund" else row.subject),
            due_at=row.due_at,
            is_late=row.due_at < now,
        )
        for row in rows
    ]


def _of_case(row: TodoRow, case: Told, now: datetime) -> Duty:
    """The case and its promise are one row, due when the first of the two is."""
    due_at = min(row.due_at, case.promise.due_at) if case.promise else row.due_at
    return Duty(row.id, case.words, case.address, due_at, due_at < now, case)


def _in_words(row: TodoRow) -> str:
    language = words.spoken()
    message = _WORDS.get(row.kind)
    if message is None:
        return row.kind.replace("_", " ").replace(".", ": ")
    return words.say(language, message, amount=_amount(row, language), problem=row.facts.get("problem", ""))


def _amount(row: TodoRow, language: str) -> str:
    if not {"amount", "currency"} <= row.facts.keys():
        return ""
    return format_money(Money(row.facts["amount"], row.facts["currency"]), words.locale_of(language))


def _address(subject: tuple[str, int] | None) -> str:
    if subject is None:
        return ""
    if subject in _OF_MACHINE:
        return reverse("console:work")
    if subject[0] in _LISTS:
        page, query = _LISTS[subject[0]]
        return reverse(page) + query
    if subject[0] not in _PAGES:
        return ""
    page, part = _PAGES[subject[0]]
    return reverse(page, kwargs={part: subject[1]})
