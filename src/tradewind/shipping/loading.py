"""Load: how many orders wait at a warehouse that can send so many a day, and on which day one more finds room.

Counted by the worker and kept with the warehouse; pages never count. A day that is kept moves back at once, and forward only
when the queue is clearly shorter: each move makes every page anew.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count

from tradewind.core.schedule import every
from tradewind.inventory.models import Reservation, Warehouse
from tradewind.inventory.queries import calendar_of, first_warehouse
from tradewind.lib.calendars import WorkingCalendar, local_day, moment_of
from tradewind.markets.changing import touch_all
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState

# Orders of sales channels name no warehouse. Those that nobody has touched for so long are not in anybody's way.
_OF_CHANNELS_FOR: Final = timedelta(days=30)
_AMAZON_SENDS: Final = "amazon"
# A queue that is shorter by less than this part of a day changes nothing yet.
_MARGIN: Final = 10


@every(timedelta(minutes=5), name="shipping.count_load")
def count_load(now: datetime) -> int:
    """Of all warehouses with a limit, in three statements for what waits and a few for each.

    Returns for how many the day has moved.
    """
    limited = list(Warehouse.objects.filter(per_day__gt=0, is_on=True).order_by("position", "pk"))
    if not limited:
        return 0
    waiting = _waiting(now)
    return sum(_note(place.pk, waiting[place.code], now) for place in limited)


def room_on(*, waiting: int, sent: int, per_day: int, today: date, calendar: WorkingCalendar) -> date | None:
    """The first day with room for one more order, where `sent` have left today; None where there is no queue."""
    ahead = (waiting + (sent if calendar.is_working(today) else 0)) // per_day
    return calendar.add_working_days(calendar.next_working_day(today), ahead) if ahead else None


def _waiting(now: datetime) -> Mapping[str, int]:
    """Paid orders that nobody keeps back, by the code of the warehouse. What names none leaves from the first one."""
    rows = Order.objects.filter(state=OrderState.PAID, kind=Order.Kind.SALE, held_at=None)
    place, found = first_warehouse(), Counter[str]()
    first = place.code if place else ""
    named = rows.filter(delivery_option__has_key="warehouse").values_list("delivery_option__warehouse")
    for code, number in named.annotate(Count("pk")).order_by():
        found[str(code)] += number
    others = rows.filter(delivery_option={}, placed_at__gte=now - _OF_CHANNELS_FOR)
    for sender, number in others.values_list("source__others__fulfilled_by").annotate(Count("pk")).order_by():
        if str(sender or "").casefold() != _AMAZON_SENDS:
            found[first] += number
    return found


def _note(warehouse_id: int, waiting: int, now: datetime) -> bool:
    """True where the day has moved, and every page with it."""
    with transaction.atomic():
        place = Warehouse.objects.select_for_update().get(pk=warehouse_id)
        before = place.room_on
        place.room_on = _room(place, waiting, now) if place.per_day else None
        place.waiting, place.counted_at = waiting, now
        place.save(update_fields=["room_on", "waiting", "counted_at"])
        if place.room_on != before:
            touch_all()
    return place.room_on != before


def _room(place: Warehouse, waiting: int, now: datetime) -> date | None:
    calendar = calendar_of(place, {now.year})
    today = local_day(now, calendar)
    sent = _sent_since(place, moment_of(today, time.min, calendar))

    def day(more: int) -> date | None:
        return room_on(waiting=waiting + more, sent=sent, per_day=place.per_day, today=today, calendar=calendar)

    found = day(0)
    kept = place.room_on
    if kept is None or kept <= today or (found is not None and found >= kept):
        return found
    # It would be earlier: only if it still were with some more orders.
    surely = day(max(1, place.per_day // _MARGIN))
    return found if surely is None or surely < kept else kept


def _sent_since(place: Warehouse, since: datetime) -> int:
    shipped = Reservation.objects.filter(state=Reservation.State.SHIPPED, settled_at__gte=since)
    here = shipped.filter(level__warehouse=place, subject_kind="order")
    return here.values("subject_id").distinct().count()
