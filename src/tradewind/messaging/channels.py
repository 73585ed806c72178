"""Obeys what sales channels allow (channel_rules.py): asked before a letter is made, and once more where every letter is planned."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count

from tradewind.messaging.channel_rules import Way, way_of
from tradewind.messaging.models import Withheld
from tradewind.messaging.subjects import orders_behind
from tradewind.orders.models import Order

_COUNTED: Final = timedelta(days=30)


class NotAllowedThere(Exception):
    """A letter was to be planned that the channel of its order does not let us send. Whoever makes letters asks `may_be_told` before."""

    def __init__(self, moment: str, order_id: int, way: Way) -> None:
        super().__init__(f"{moment} of order {order_id}: {way}")


def may_be_told(order: Order, moment: str, *, subject: tuple[str, int] | None = None, at: datetime) -> bool:
    """In the caller's transaction; the order's account is loaded. Where it may not, the reason is kept, once."""
    way = way_of(order.account.channel, moment, at.date())
    if way is Way.MAIL:
        return True
    kind, subject_id = subject or ("order", order.pk)
    kept = {"order": order, "channel": order.account.channel, "why": way.value, "at": at}
    Withheld.objects.get_or_create(moment=moment, subject_kind=kind, subject_id=subject_id, defaults=kept)
    return False


def require_allowed(moment: str, kind: str, subject_ids: Collection[int], *, at: datetime) -> None:
    """Of letters about this kind of subject. What is about no order is no channel's matter. Raises NotAllowedThere."""
    orders = set(orders_behind(kind, subject_ids).values())
    channels = Order.objects.filter(pk__in=orders).order_by("pk").values_list("pk", "account__channel")
    for order_id, channel in channels:
        way = way_of(channel, moment, at.date())
        if way is not Way.MAIL:
            raise NotAllowedThere(moment, order_id, way)


def withheld_from(order_id: int) -> list[Withheld]:
    """What the buyer of an order was not told, oldest first."""
    return list(Withheld.objects.filter(order_id=order_id).order_by("pk"))


def count_withheld(*, now: datetime) -> Mapping[str, list[tuple[str, str, int]]]:
    """By moment, of the last thirty days: channel, reason, and how many letters were not made."""
    rows = Withheld.objects.filter(at__gt=now - _COUNTED).values_list("moment", "channel", "why")
    found: dict[str, list[tuple[str, str, int]]] = {}
    for moment, channel, why, number in rows.annotate(Count("pk")).order_by("moment", "channel", "why"):
        found.setdefault(moment, []).append((channel, why, number))
    return found
