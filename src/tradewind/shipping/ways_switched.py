"""A way to deliver that was switched off, or on again: who has ordered by it waits for a parcel that does not leave as promised.

The way itself says up to which order it was looked at. The worker goes on from there, one bounded piece after the other; killed
anywhere, it goes on with the piece that it was at.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from tradewind.core.each_alone import Round
from tradewind.core.facts import Context, reaction
from tradewind.core.rows import hold_all
from tradewind.core.schedule import every
from tradewind.markets.models import Market
from tradewind.orders.models import Order
from tradewind.shipping.events import OptionSwitched
from tradewind.shipping.models import DeliveryOption, Trouble
from tradewind.shipping.trouble_orders import WAITS, clear_orders, note_orders
from tradewind.shipping.trouble_rules import Cause

# Where all of a piece are new cases, it holds SQLite for about half a second.
BATCH: Final = 50
# One round goes on while there is more, up to here; the next comes in seconds.
_ROUNDS: Final = 20


def way_name(market: str, option: str) -> str:
    """As its cases are called."""
    return f"{market} {option}"


@reaction(OptionSwitched, name="shipping.trouble_of_option")
def note_switched(fact: OptionSwitched, _context: Context) -> None:
    """From the first order on, also where the last switch was not yet followed to its end."""
    DeliveryOption.objects.filter(market_id=fact.market_id, code=fact.option).update(look_after=0)


@every(timedelta(seconds=5), name="shipping.look_at_switched_ways")
def look_at_switched_ways(now: datetime) -> int:
    """Returns how many orders were looked at."""
    switched = DeliveryOption.objects.filter(look_after__isnull=False).order_by("pk").values_list("pk", flat=True)
    with Round() as ways:
        return ways.each(list(switched), lambda pk: _follow(pk, now))


def _follow(option_id: int, now: datetime) -> int:
    looked = 0
    for _ in range(_ROUNDS):
        some = _look(option_id, now)
        looked += some
        if some < BATCH:
            break
    return looked


def _look(option_id: int, now: datetime) -> int:
    """A piece in one transaction, with the place from which the next one goes on. What it finds done it leaves as it is."""
    with transaction.atomic():
        way = DeliveryOption.objects.select_for_update(no_key=True).get(pk=option_id)
        if way.look_after is None:
            return 0
        market = Market.objects.get(pk=way.market_id).code
        name = way_name(market, way.code)
        rows = _ended(name, way.look_after) if way.is_on else _waiting(market, way)
        found = list(rows[:BATCH])
        hold_all(Order, found)
        if way.is_on:
            clear_orders(Cause.CLOSED_LANE, order_ids=found, notice=name, at=now)
        else:
            note_orders(Cause.CLOSED_LANE, found, notice=name, at=now)
        way.look_after = found[-1] if len(found) == BATCH else None
        way.save(update_fields=["look_after"])
    return len(found)


def _waiting(market: str, way: DeliveryOption) -> QuerySet[Order, int]:
    by_it = Order.objects.filter(market=market, state__in=WAITS, delivery_option__code=way.code)
    return by_it.filter(pk__gt=way.look_after).order_by("pk").values_list("pk", flat=True)


def _ended(name: str, after: int) -> QuerySet[Trouble, int]:
    cases = Trouble.objects.filter(cause=Cause.CLOSED_LANE, closed_at=None, group__notice=name[:80])
    return cases.filter(order_id__gt=after).order_by("order_id").values_list("order_id", flat=True)
