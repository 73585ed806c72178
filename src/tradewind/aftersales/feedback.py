"""What buyers say of an order once it is there: delivery and goods from 1 to 5, and words of their own. Nothing depends on what they say.

Whoever is not content, or asks for help, is put before a person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from tradewind.aftersales.events import FeedbackGiven
from tradewind.aftersales.models import Feedback
from tradewind.core import todos
from tradewind.core.facts import record
from tradewind.core.models import Staff
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

UNHAPPY: Final = "order.unhappy"
HELP_WITHIN: Final = timedelta(days=1)
LONGEST: Final = 2000
MOST: Final = 5
# So few stars ask for a hand.
LOW: Final = 2
_SENT: Final = frozenset({OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.COMPLETED})


class BadFeedback(ValueError):
    """Stars beside 1 to 5, more than LONGEST characters, or nothing at all."""


class NotThereYet(Exception):
    """The order has not left, or was cancelled: nobody can say how it was."""


class AlreadyHelped(Exception):
    """Somebody has seen to it."""


@dataclass(frozen=True, slots=True)
class Said:
    """Stars are 0 where the buyer gave none."""

    delivery: int = 0
    goods: int = 0
    words: str = ""
    wants_help: bool = False

    @property
    def is_unhappy(self) -> bool:
        return self.wants_help or any(0 < stars <= LOW for stars in (self.delivery, self.goods))


def give_feedback(*, order_id: int, said: Said, at: datetime) -> Feedback:
    """Keep what a buyer says; said again, the newest counts, and the same again changes nothing. Raises BadFeedback, NotThereYet."""
    _check(said)
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        if order.state not in _SENT:
            raise NotThereYet(order_id)
        row = Feedback.objects.filter(order=order).first()
        if row is not None and said == said_in(row):
            return row
        row = row or Feedback(order=order)
        row.market, row.given_at = order.market, at
        row.delivery, row.goods, row.words, row.wants_help = said.delivery, said.goods, said.words, said.wants_help
        row.helped_at, row.helped_by = None, None
        row.save()
        subject = ("order", order.pk)
        if said.is_unhappy:
            due_at = at + HELP_WITHIN
            todos.ask_for_hand(UNHAPPY, subject=subject, account_id=order.account_id, due_at=due_at, at=at)
        else:
            todos.settle_by_fact(UNHAPPY, subject=subject, at=at)
        record(FeedbackGiven(order.pk, order.buyer_id, said.delivery, said.goods, said.wants_help), by="buyer", at=at)
    return row


def note_helped(*, order_id: int, by: Staff, at: datetime) -> None:
    """A person has seen to whoever was not content. Raises AlreadyHelped."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order_id)
        if not Feedback.objects.filter(order_id=order_id, helped_at=None).update(helped_at=at, helped_by=by):
            raise AlreadyHelped(order_id)
        todos.settle_by_fact(UNHAPPY, subject=("order", order_id), at=at)


def feedback_of(order_id: int) -> Feedback | None:
    return Feedback.objects.filter(order_id=order_id).select_related("helped_by").first()


def said_in(row: Feedback) -> Said:
    return Said(row.delivery, row.goods, row.words, row.wants_help)


def can_give(state: str) -> bool:
    return state in _SENT


def erase_feedback(order_id: int) -> None:
    """Forget the words; the stars stay and are counted. In the caller's transaction."""
    Feedback.objects.filter(order_id=order_id).update(words="")


def _check(said: Said) -> None:
    stars = (said.delivery, said.goods)
    if not all(0 <= each <= MOST for each in stars) or len(said.words) > LONGEST:
        raise BadFeedback
    if not any(stars) and not said.words and not said.wants_help:
        raise BadFeedback
