"""Questions that can wait until the order stands: how the buyer found the shop, and what nearly kept them from ordering."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count

from tradewind.checkout.models import ThankYouAnswer
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

LONGEST: Final = 500
# Later nobody remembers, and the page has other things to say.
ASKED_FOR: Final = timedelta(days=14)


class BadAnswer(ValueError):
    """Not an answer that was offered, or more than LONGEST characters."""


def is_time_to_ask(*, state: str, placed_at: datetime, at: datetime) -> bool:
    """For some days, and not of somebody who has cancelled."""
    return state != OrderState.CANCELLED and at < placed_at + ASKED_FOR


def answer_after_order(*, order_id: int, found_by: str, words: str, at: datetime) -> None:
    """Keep what the buyer says; the first answer stands. Nothing at all is no answer. Raises BadAnswer."""
    if (found_by and found_by not in ThankYouAnswer.FoundBy.values) or len(words) > LONGEST:
        raise BadAnswer
    if not found_by and not words:
        return
    with transaction.atomic():
        market = Order.objects.values_list("market", flat=True).get(pk=order_id)
        ThankYouAnswer.objects.get_or_create(
            order_id=order_id,
            defaults={"market": market, "found_by": found_by, "words": words, "answered_at": at},
        )


def answer_of(order_id: int) -> ThankYouAnswer | None:
    return ThankYouAnswer.objects.filter(order_id=order_id).first()


def found_by_counts(*, since: datetime, until: datetime, market: str = "") -> list[tuple[str, int]]:
    """How buyers say that they found the shop, the most frequent first. The period is half-open; "" is every market."""
    found = ThankYouAnswer.objects.filter(answered_at__gte=since, answered_at__lt=until).exclude(found_by="")
    if market:
        found = found.filter(market=market)
    return list(found.values_list("found_by").annotate(number=Count("id")).order_by("-number", "found_by"))
