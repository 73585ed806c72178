"""What sells, counted from the orders of the last weeks and told to the catalogue. Old sales fade."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tradewind.catalog.models import Variant
from tradewind.catalog.ranking import Sold, note_sales
from tradewind.core import preferences
from tradewind.core.schedule import every
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState

# Paid for, and not called off since.
_SOLD: Final = (OrderState.PAID, OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.COMPLETED)
LONGEST_WEEKS: Final = 52
LONGEST_DAYS: Final = 7 * LONGEST_WEEKS


@dataclass(frozen=True, slots=True)
class Fading:
    """For how many weeks a sale counts, and after how many days it counts half."""

    weeks: int
    half_after_days: int


def _parse(value: Any) -> Fading:
    fields = preferences.mapping(value)
    read = Fading(int(fields["weeks"]), int(fields["half_after_days"]))
    if not (1 <= read.weeks <= LONGEST_WEEKS and 1 <= read.half_after_days <= LONGEST_DAYS):
        msg = f"from 1 to {LONGEST_WEEKS} weeks, and from 1 to {LONGEST_DAYS} days"
        raise ValueError(msg)
    return read


FADING: Final = preferences.Setting(
    "orders.sales_fade", default=Fading(8, 14), parse=_parse, words="For how long sales lift a product in lists"
)


@every(timedelta(hours=1), name="orders.count_sales")
def count_sales(now: datetime) -> int:
    """Tell the catalogue what sold. Returns how many products moved."""
    return note_sales(sales_until(now))


def sales_until(at: datetime) -> Mapping[int, Sold]:
    """What sold, by product. An order counts once for each product that it holds, however many units: one large order
    says less than many.
    """
    fading = FADING.read()
    since = at - timedelta(weeks=fading.weeks)
    lines = OrderLine.objects.filter(
        kind=OrderLine.Kind.GOODS,
        variant_id__isnull=False,
        order__kind=Order.Kind.SALE,
        order__state__in=_SOLD,
        order__placed_at__gt=since,
        order__placed_at__lte=at,
    )
    rows = list(lines.values_list("variant_id", "order_id", "order__placed_at").order_by("id"))
    product_of = dict(Variant.objects.filter(pk__in=_variants(lines)).values_list("pk", "product_id"))
    ages: dict[int, dict[int, int]] = defaultdict(dict)
    for variant_id, order_id, placed_at in rows:
        if variant_id in product_of:
            ages[product_of[variant_id]][order_id] = (at - placed_at).days
    return {
        product_id: Sold(len(orders), sum(0.5 ** (days / fading.half_after_days) for days in orders.values()))
        for product_id, orders in ages.items()
    }


def _variants(lines: Any) -> Any:
    """As a statement within the other: their numbers may be more than a statement takes."""
    return lines.order_by().values("variant_id")
