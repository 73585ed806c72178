"""Several workers tell the same people at the same moment that something is back: each hears it once, and not too many do."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest
from django.db import transaction

from tests.load.crowd import let_loose
from tests.shop import Shop, open_shop
from tradewind.inventory.stocktaking import adjust
from tradewind.messaging import waiting
from tradewind.messaging.models import Message, Waiting

pytestmark = [pytest.mark.slow, pytest.mark.processes, pytest.mark.django_db(transaction=True)]

TELLERS: Final = 8
PEOPLE: Final = 12
UNITS: Final = 2


def test_tellers_at_the_same_moment_tell_everybody_once_and_no_more_than_the_stock_can_serve(now: datetime) -> None:
    shop = _shop_with_a_queue(now)

    def tell(teller: int, meet: Callable[[], object]) -> str:
        meet()
        return str(waiting.tell(variant_id=shop.small.pk, at=now))

    answers = let_loose(TELLERS, tell, processes=4)

    assert sum(map(int, answers)) == UNITS * waiting.PER_UNIT
    letters = list(Message.objects.values_list("recipient", flat=True))
    assert sorted(letters) == [f"buyer{n:02}@example.com" for n in range(UNITS * waiting.PER_UNIT)]


def test_without_holding_the_queue_the_same_tellers_write_twice(now: datetime) -> None:
    """The control: each teller reads who waits, and then writes."""
    shop = _shop_with_a_queue(now)

    def tell(teller: int, meet: Callable[[], object]) -> str:
        queue = list(Waiting.objects.filter(variant=shop.small, state=Waiting.State.CONFIRMED).order_by("pk"))
        queue = queue[: UNITS * waiting.PER_UNIT]
        meet()
        with transaction.atomic():
            for row in queue:
                Waiting.objects.filter(pk=row.pk).update(state=Waiting.State.TOLD, told_at=now, email="", address="")
        return " ".join(row.email for row in queue)

    answers = let_loose(TELLERS, tell, processes=4)

    letters = Counter(" ".join(answers).split())
    assert letters == dict.fromkeys((f"buyer{n:02}@example.com" for n in range(UNITS * waiting.PER_UNIT)), TELLERS)


def _shop_with_a_queue(now: datetime) -> Shop:
    shop = open_shop(now, stock=0)
    for number in range(PEOPLE):
        email = f"buyer{number:02}@example.com"
        waiting.ask(variant=shop.small, email=email, page=waiting.Page("de", "de"), at=now)
        waiting.confirm(waiting_id=Waiting.objects.get(address=email).pk, at=now)
    place = shop.shenzhen
    adjust(variant_id=shop.small.pk, warehouse=place, counted=UNITS, reason="counted", by="staff:1", at=now)
    return shop
