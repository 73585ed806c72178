"""What follows from mail that came back: the message is marked, a soft failure tried again, a lost address not written to.

A report counts against an address only where it names the Message-ID of one of our messages, or came to the address that this one
letter left from. Nobody can guess either: otherwise anybody could end our mail to anybody.
"""

from datetime import datetime, timedelta
from typing import Final

from tradewind.buyers.registering import normal_email
from tradewind.core import deliveries, todos
from tradewind.core.accounts import own_shop
from tradewind.core.facts import SYSTEM, record
from tradewind.messaging.coming_back import Meant, order_id_of
from tradewind.messaging.couriers import ANSWER_WITHIN, MAIL
from tradewind.messaging.events import MessageReturned
from tradewind.messaging.incoming.mail import Bounce, Kind, Outcome, ReadMail
from tradewind.messaging.models import Message
from tradewind.messaging.queries import messages_about_order
from tradewind.messaging.received_models import Failure, ReceivedMail, Suppression
from tradewind.messaging.suppressing import suppress

RETURNED: Final = "message.returned"
# After each soft failure of a message it is sent again, until these are used up.
PAUSES: Final = (timedelta(hours=6), timedelta(hours=24))
# So many soft failures of an address within the time, and it is given up.
MOST_SOFT: Final = 5
WITHIN: Final = timedelta(days=14)
_LONGEST: Final = 254


def keys_of_repeats(message_id: str) -> list[str]:
    """Of the deliveries that send a message once more."""
    return [f"{message_id}/{number}" for number, _ in enumerate(PAUSES, 1)]


def message_meant(read: ReadMail, meant: Meant) -> Message | None:
    """The message of ours to whose own address a mail came, or that it names by its Message-ID. Of one that came to an order's address,
    a letter about this order: else the newest.
    """
    came_to = Message.objects.filter(pk=meant.letter_id).first() if meant.letter_id else None
    if came_to is not None:
        return came_to
    named = _message_named(read)
    # A buyer may have handed on the order's address: what counts against an address has to name a letter.
    is_report = read.outcome in {Outcome.BOUNCE, Outcome.COMPLAINT}
    if meant.order_id is None or is_report or (named is not None and order_id_of(named) == meant.order_id):
        return named
    return next(reversed(messages_about_order(meant.order_id)), None)


def _message_named(read: ReadMail) -> Message | None:
    found = {row.message_id: row for row in Message.objects.filter(message_id__in=read.original.message_ids)}
    return next((found[one] for one in read.original.message_ids if one in found), None)


def follow(mail: ReceivedMail, read: ReadMail, *, came_to_letter: bool, at: datetime) -> None:
    """In the transaction that stores the mail. What a person wrote counts against nobody, whichever report they quote; but to the
    address that a letter left from, machines alone write, and whom it went to.
    """
    if read.outcome is Outcome.COMPLAINT and mail.about is not None and mail.about.recipient:
        suppress(mail.about.recipient, why=Suppression.Why.COMPLAINT, at=at)
    message = mail.about if read.is_by_machine or came_to_letter else None
    is_given_back = message is not None and (came_to_letter or message.message_id in read.original.given_back)
    for bounce in read.bounces:
        _follow_bounce(mail, bounce, message, is_only=is_given_back and len(read.bounces) == 1, at=at)


def _follow_bounce(mail: ReceivedMail, bounce: Bounce, message: Message | None, *, is_only: bool, at: datetime) -> None:
    if message is not None and not (is_only or _is_to(message, bounce)):
        message = None  # one of several, or of a mail that only answers ours, and not the one whom we wrote to
    # Under its lock: two reports about one message count each other.
    held = Message.objects.select_for_update().filter(pk=message.pk).first() if message is not None else None
    address = normal_email(held.recipient) if held is not None else ""
    Failure.objects.create(
        mail=mail,
        message=held,
        recipient=normal_email(bounce.recipient)[:_LONGEST],
        address=address,
        kind=bounce.kind,
        status=bounce.status[:12],
        reason=bounce.reason,
        words=bounce.words[:500],
        is_waiting=bounce.is_waiting,
        at=at,
    )
    if held is None or not address or bounce.is_waiting:
        return
    if bounce.kind is Kind.HARD or _has_failed_too_often(address, at):
        suppress(address, why=Suppression.Why.UNREACHABLE, status=bounce.status, at=at)
        _give_up(held, bounce, at)
    elif not _send_again(held, at):
        _give_up(held, bounce, at)


def _is_to(message: Message, bounce: Bounce) -> bool:
    written_to = normal_email(message.recipient)
    return written_to in {normal_email(bounce.recipient), normal_email(bounce.written_to)}


def _has_failed_too_often(address: str, at: datetime) -> bool:
    return Failure.objects.filter(address=address, is_waiting=False, at__gt=at - WITHIN).count() >= MOST_SOFT


def _send_again(message: Message, at: datetime) -> bool:
    """Plan it once more under its Message-ID, which mail programs show once. False when it has been tried often enough."""
    tried = Failure.objects.filter(message=message, is_waiting=False).count()
    if tried > len(PAUSES):
        return False
    due = at + PAUSES[tried - 1]
    subject = (message.subject_kind, message.subject_id)
    deliveries.plan(
        MAIL, keys_of_repeats(message.message_id)[tried - 1], {"message": message.pk}, at=due, subject=subject
    )
    return True


def _give_up(message: Message, bounce: Bounce, at: datetime) -> None:
    if message.state == Message.State.RETURNED:
        return
    message.state = Message.State.RETURNED
    message.problem = bounce.words if bounce.status in bounce.words else f"{bounce.status} {bounce.words}".strip()
    message.save(update_fields=["state", "problem"])
    order_id = order_id_of(message)
    todos.ask_for_hand(
        RETURNED,
        subject=("message", message.pk),
        account_id=own_shop(at=at).pk,
        due_at=at + ANSWER_WITHIN,
        at=at,
        facts={"moment": message.moment, "order_id": order_id, "status": bounce.status},
    )
    record(MessageReturned(message.pk, order_id, message.moment, bounce.status), by=SYSTEM, at=at)
