"""One box that finds orders, buyers and products, each only for those who may look at it."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.buyers.models import Buyer
from tradewind.console import pages
from tradewind.console.products.queries import products_by_id
from tradewind.core import search
from tradewind.core.reach import Reach
from tradewind.core.staff import may, needs
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.queries import OrderRow, buyers_within, newest_orders

_LONGEST_TEXT: Final = 100
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class BuyerRow:
    id: int
    ref: str
    name: str
    country: str
    language: str


@needs("search.use")
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:_LONGEST_TEXT]
    sees_orders = may(pages.staff_of(request), "orders.view")
    reach = pages.reach_of(request)
    orders = orders_found(text, reach) if sees_orders else []
    values = {
        "text": text,
        "orders": orders,
        "buyers": buyers_found(text, orders, reach) if sees_orders else [],
        "products": products_by_id([pk for _, pk in search.find(text, kinds=["product"], limit=SHOWN)]),
        "shown": SHOWN,
    }
    return pages.show(request, "search/results.html", values)


def orders_found(text: str, reach: Reach) -> list[OrderRow]:
    """The newest that the list of orders finds."""
    return newest_orders(OrderFilters(text=text), reach, size=SHOWN) if text else []


def buyers_found(text: str, orders: list[OrderRow], reach: Reach) -> list[BuyerRow]:
    """Buyers who are found themselves, and those whose orders are; of other accounts none."""
    found = {pk for _, pk in search.find(text, kinds=["buyer"], limit=SHOWN)}
    if not reach.is_whole:
        found &= buyers_within(reach, found)
    found |= {row.buyer_id for row in orders if row.buyer_id is not None}
    return [
        BuyerRow(buyer.pk, buyer.ref, buyer.name, buyer.country, buyer.language)
        for buyer in Buyer.objects.filter(pk__in=found).order_by("name", "id")[:SHOWN]
    ]
