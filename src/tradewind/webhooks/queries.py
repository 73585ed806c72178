"""Named reads of subscriptions and of what was said to them, within somebody's reach."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from tradewind.core.reach import Reach
from tradewind.webhooks.models import HookAttempt, HookMessage, Subscription


class NoSuchSubscription(LookupError):
    """No subscription within reach is called so."""


class NoSuchMessage(LookupError):
    """Nothing was said to this subscription under this id."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    rows: Sequence[HookMessage]
    older: int | None


def is_heard(kind: str) -> bool:
    """Does anybody want to hear of this? One statement, and mostly nobody does."""
    return any(kind in kinds for kinds in Subscription.objects.filter(is_active=True).values_list("kinds", flat=True))


def subscriptions_within(reach: Reach) -> list[Subscription]:
    """Those that hear of nothing out of reach, in the order in which they were made."""
    rows = Subscription.objects.select_related("created_by").order_by("pk")
    return [row for row in rows if _is_within(row, reach)]


def subscription_within(reach: Reach, *, ref: str = "", pk: int = 0) -> Subscription:
    """By its reference, or by its number. Raises NoSuchSubscription, also where it is out of reach."""
    rows = Subscription.objects.select_related("created_by")
    row = (rows.filter(ref=ref) if ref else rows.filter(pk=pk)).first()
    if row is None or not _is_within(row, reach):
        raise NoSuchSubscription(ref or pk)
    return row


def messages_of(subscription: Subscription, *, after: int | None = None, size: int = 50) -> MessagePage:
    """A page of what was said, newest first, each with its tries, oldest first. The same statements for one as for many."""
    rows = subscription.messages.order_by("-pk")
    if after:
        rows = rows.filter(pk__lt=after)
    tries = Prefetch("attempts", HookAttempt.objects.order_by("pk"))
    found = list(rows.prefetch_related(tries)[: size + 1])
    return MessagePage(found[:size], found[size - 1].pk if len(found) > size else None)


def message_of(subscription: Subscription, *, ref: str = "", pk: int = 0) -> HookMessage:
    """Raises NoSuchMessage."""
    rows = subscription.messages
    message = (rows.filter(ref=ref) if ref else rows.filter(pk=pk)).first()
    if message is None:
        raise NoSuchMessage(ref or pk)
    return message


def _is_within(row: Subscription, reach: Reach) -> bool:
    if reach.account_ids is None:
        return True
    return row.account_ids is not None and frozenset(row.account_ids) <= reach.account_ids
