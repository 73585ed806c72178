"""Sends planned messages: one call per mail, repeated under the same Message-ID where its outcome stayed unknown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parseaddr
from typing import Any, Final

from tradewind.core import deliveries, todos, work
from tradewind.core.accounts import own_shop
from tradewind.core.facts import SYSTEM, record
from tradewind.core.models import Delivery
from tradewind.core.words import TAGS
from tradewind.markets.shop import shop_profile
from tradewind.messaging import pacing
from tradewind.messaging.coming_back import order_id_of, ways_back
from tradewind.messaging.events import MessageFailed, MessageSent
from tradewind.messaging.models import Message
from tradewind.messaging.ports import OutgoingMail, transport
from tradewind.messaging.repeating import is_still_news
from tradewind.messaging.senders import sender, sender_line
from tradewind.messaging.suppressing import COMPLAINED, refuse_suppressed

MAIL: Final = "messaging.mail"
FAILED: Final = "message.failed"
STOPPED: Final = "mail.stopped"
ANSWER_WITHIN: Final = timedelta(hours=4)
# With work's doubling pauses the last try comes after about three days; a confirmation that late helps nobody.
LAST_TRY: Final = 22
# Of what waits for its turn.
LONGEST_WAIT: Final = timedelta(days=3)
_TAKEN_BACK: Final = "taken_back"
_ENDED: Final = "ended"
# The to-do about mail as a whole has no row of its own to point to.
_ALL_MAIL: Final = ("mail", 0)


def _nothing(_message: Message, _at: datetime) -> None:
    """Nothing follows."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """For news that may be old when it leaves, because mail can stand still for days; and what follows from its leaving, in the
    transaction that notes it.
    """

    is_true: Callable[[Message, datetime], bool]
    # The message is then erased, as if it had never been planned.
    take_back: Callable[[Message, datetime], None] = _nothing
    has_left: Callable[[Message, datetime], None] = _nothing
    # It will not leave, unless somebody has it tried again.
    has_failed: Callable[[Message, datetime], None] = _nothing
    # Staff have given it up: it will never leave.
    was_dropped: Callable[[Message, datetime], None] = _nothing
    # What may have arrived is usually repeated, and mail programs show it once. Not this: it is nobody's to read any more.
    is_strict: bool = False


_last_looks: dict[str, LastLook] = {}


def look_before_sending(moment: str, look: LastLook) -> None:
    """Messages of this moment leave only while they are true. A moment may be told apart further behind a colon."""
    _last_looks[moment] = look


def _look_of(message: Message) -> LastLook | None:
    return _last_looks.get(message.moment.partition(":")[0])


def outgoing(message: Message) -> OutgoingMail:
    """The mail as it leaves, the same at every try: its date is that of its planning. Raises UnsafeHeader."""
    headers = {
        "Date": format_datetime(message.created_at),
        "Auto-Submitted": "auto-generated",
        "Content-Language": TAGS.get(message.language, message.language),
    }
    sent_by, back = message.sender or sender(message.language), ways_back(message)
    answers_to = sender_line(back.reply_to, parseaddr(sent_by)[0]) if back.reply_to else shop_profile().email
    if answers_to:
        headers["Reply-To"] = answers_to
    if message.stop_url:
        # RFC 8058: mail programs show their own button and post to the address when it is pressed.
        headers["List-Unsubscribe"] = f"<{message.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return OutgoingMail(
        message_id=message.message_id,
        sender=sent_by,
        recipient=message.recipient,
        subject=message.subject,
        text=message.text,
        html=message.html,
        headers=headers,
        returns_to=back.returns_to,
    )


class MailCourier:
    """Makes the deliveries of kind `messaging.mail`."""

    kind = MAIL

    def call(self, delivery: Delivery) -> dict[str, Any]:
        """Raises what the transport raises; TryAgain with pauses that grow, until the last try is spent."""
        message = Message.objects.get(pk=delivery.payload["message"])
        look = _look_of(message)
        at = deliveries.taken_at(delivery)
        # What may have arrived already cannot be taken back.
        if look is not None and (look.is_strict or not delivery.uncertain) and not look.is_true(message, at):
            return {_ENDED: True} if delivery.uncertain else {_TAKEN_BACK: True}
        # Whom it was for has been erased, or it came back and what it said is over by now: nobody misses it.
        if not message.recipient or (message.sent_at is not None and not is_still_news(message)):
            return {_ENDED: True}
        refuse_suppressed(message)
        try:
            with pacing.turn(delivery, message.recipient) as paced:
                accepted = transport().send(outgoing(message))
        except work.PutOff as problem:
            # It was not tried, but it has grown old: a day of dispatch that is told in a month helps nobody.
            if at - delivery.created_at > LONGEST_WAIT:
                raise work.Refused("no-answer", f"given up after three days: {problem}") from problem
            raise
        except work.TryAgain as problem:
            if delivery.tries >= LAST_TRY:
                raise work.Refused("no-answer", f"given up after {delivery.tries} tries: {problem}") from problem
            problem.after = max(problem.after, work.pause_after(delivery.tries))
            raise
        return {"response": accepted.response[:500], **paced}

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:
        """Nothing: SMTP has no way of asking what became of a mail."""

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        pacing.has_left(delivery, result)
        message = Message.objects.defer("text", "html").get(pk=delivery.payload["message"])
        if message.state == Message.State.FAILED:
            todos.settle_by_fact(FAILED, subject=("message", message.pk), at=now)
        if _is_ended(result):
            _end(message, now, is_taken_back=bool(result.get(_TAKEN_BACK)))
            return
        _note_sent(message, delivery, now)
        todos.settle_by_fact(STOPPED, subject=_ALL_MAIL, at=now)
        if (look := _look_of(message)) is not None:
            look.has_left(message, now)
        sent = MessageSent(message.pk, order_id_of(message), message.moment, delivery.uncertain)
        record(sent, by=SYSTEM, at=now)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:
        """Ask for a person's hand: about this message, or once about all mail where the way out is closed."""
        message = Message.objects.get(pk=delivery.payload["message"])
        message.problem = str(problem)[:1000]
        if isinstance(problem, work.NeedsAttention):
            message.save(update_fields=["problem"])
            todos.ask_for_hand(STOPPED, subject=_ALL_MAIL, account_id=None, due_at=now + ANSWER_WITHIN, at=now)
            return
        if (look := _look_of(message)) is not None:
            look.has_failed(message, now)
        self._fail(message, problem, now)

    def drop(self, delivery: Delivery, problem: deliveries.Dropped, now: datetime) -> None:
        """As if the other side had refused it, where nobody was asked for a hand yet. What has left stays said to have left."""
        message = Message.objects.get(pk=delivery.payload["message"])
        if (look := _look_of(message)) is not None:
            look.was_dropped(message, now)
        if delivery.result is not None and not _is_ended(delivery.result):
            _note_sent(message, delivery, now)
        elif message.state != Message.State.FAILED:
            message.problem = str(problem)[:1000]
            self._fail(message, problem, now)

    def _fail(self, message: Message, problem: BaseException, now: datetime) -> None:
        message.state = Message.State.FAILED
        message.save(update_fields=["state", "problem"])
        code = problem.code if isinstance(problem, work.Refused) else type(problem).__name__
        if code == COMPLAINED:  # nobody has to reach them otherwise: they do not want it
            return
        todos.ask_for_hand(
            FAILED,
            subject=("message", message.pk),
            account_id=own_shop(at=now).pk,  # marketplaces carry the messages of their own buyers
            due_at=now + ANSWER_WITHIN,
            at=now,
            facts={"moment": message.moment, "order_id": order_id_of(message), "code": code},
        )
        record(MessageFailed(message.pk, order_id_of(message), message.moment, code), by=SYSTEM, at=now)


def _is_ended(result: dict[str, Any]) -> bool:
    """The last look kept it from leaving."""
    return bool(result.get(_TAKEN_BACK) or result.get(_ENDED))


def _note_sent(message: Message, delivery: Delivery, now: datetime) -> None:
    message.state = Message.State.UNCERTAIN if delivery.uncertain else Message.State.SENT
    message.sent_at, message.problem = now, ""
    message.save(update_fields=["state", "sent_at", "problem"])


def _end(message: Message, now: datetime, *, is_taken_back: bool) -> None:
    """Send it no more. What has left once stays on record."""
    look = _look_of(message)
    if message.sent_at is not None:
        return
    if is_taken_back and look is not None:
        look.take_back(message, now)
        message.delete()
        return
    message.state = Message.State.FAILED
    message.save(update_fields=["state"])
    if look is not None:
        look.has_failed(message, now)


deliveries.register(MailCourier())
