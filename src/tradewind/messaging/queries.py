"""Reading messages, and who waits for one."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Q

from tradewind.messaging.models import BuyerMessage, Message, Waiting
from tradewind.messaging.subjects import about_order

Key = tuple[datetime, int]


def messages_about(kind: str, subject_id: int) -> list[Message]:
    """All messages about a subject, oldest first."""
    found = Message.objects.filter(subject_kind=kind, subject_id=subject_id)
    return list(found.order_by("created_at", "pk"))


def messages_about_order(order_id: int) -> list[Message]:
    """All messages about an order and what happened to it, oldest first."""
    return list(Message.objects.filter(about_order(order_id)).order_by("created_at", "pk"))


def messages_from_buyer(order_id: int) -> list[BuyerMessage]:
    """What the buyer wrote about an order, oldest first, with who has answered."""
    written = BuyerMessage.objects.filter(order_id=order_id).select_related("answered_by")
    return list(written.order_by("received_at", "pk"))


def outbox(*, limit: int = 50, after: Key | None = None, state: str = "") -> list[Message]:
    """Messages of all kinds, newest first, without their bodies; `after` is the key of the last one of a page."""
    found = Message.objects.defer("text", "html")
    if state:
        found = found.filter(state=state)
    if after is not None:
        created_at, pk = after
        # The first condition looks redundant: it lets both databases start in the index at the right place.
        found = found.filter(Q(created_at__lte=created_at), Q(created_at__lt=created_at) | Q(pk__lt=pk))
    return list(found.order_by("-created_at", "-pk")[:limit])


def key_of(message: Message) -> Key:
    return message.created_at, message.pk


def counts_by_state() -> dict[str, int]:
    """How many messages are in each state, zero included."""
    counted = dict(Message.objects.values_list("state").annotate(Count("pk")).order_by("state"))
    return {state: counted.get(state, 0) for state in Message.State.values}


def count_waiting(variant_ids: Collection[int]) -> dict[int, int]:
    """How many have confirmed that they wait for each of these variants; who waits for none is left out."""
    confirmed = Waiting.objects.filter(variant_id__in=variant_ids, state=Waiting.State.CONFIRMED)
    return dict(confirmed.order_by("variant_id").values_list("variant_id").annotate(Count("pk")))
