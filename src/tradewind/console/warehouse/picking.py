"""The pick list: what to fetch for several orders at once, each article once, with the orders that it is for."""

from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.catalog.models import Variant
from tradewind.catalog.packing import called
from tradewind.console import pages, typed
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.inventory.queries import levels
from tradewind.inventory.shelves import way_along
from tradewind.lib.clock import utc_now
from tradewind.shipping.checklist import wanted_of
from tradewind.shipping.to_send import Row, named

MOST: Final = 200


@dataclass
class Picked:
    """So many of one article. `orders` with how many each of them takes; `held` by warehouse, in their order: (code, units, shelf)."""

    sku: str
    title: str
    options: str = ""
    barcode: str = ""
    units: int = 0
    orders: dict[str, int] = field(default_factory=dict)
    held: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def place(self) -> tuple[bool, str, object, str]:
        """By which the list is sorted: as somebody passes the shelves, then what has none, by article number."""
        code, shelf = next(((code, shelf) for code, _, shelf in self.held if shelf), ("", ""))
        return not shelf, code, way_along(shelf), self.sku


@needs("orders.dispatch")
@require_safe
def picking_page(request: HttpRequest) -> HttpResponse:
    """What is kept back is left out: nobody fetches it."""
    ids = [typed.read_id({"id": number}, "id") for number in request.GET.getlist("order")[:MOST]]
    now = utc_now()
    rows = named(ids, pages.reach_of(request), now=now)
    values = {"rows": rows, "picked": picked(rows), "now": now, "left_out": len(set(ids)) - len(rows)}
    return pages.show(request, "warehouse/picking.html", values)


def picked(rows: list[Row]) -> list[Picked]:
    """Each article once, in the order of the shelves, sets taken apart. Two statements."""
    found: dict[str, Picked] = {}
    for row in rows:
        for line in row.lines:
            for key, units in wanted_of([line]).items():
                sku = key.partition(".")[2]
                one = found.setdefault(sku or line.title, Picked(sku, line.title, "" if line.parts else line.options))
                one.units += units
                one.orders[row.order.ref] = one.orders.get(row.order.ref, 0) + units
    variants = {variant.sku: variant for variant in Variant.objects.filter(sku__in=found).select_related("product")}
    lying: dict[int, list[tuple[str, int, str]]] = {}
    for level in levels(variant.pk for variant in variants.values()):
        lying.setdefault(level.variant_id, []).append((level.warehouse.code, level.on_hand, level.shelf))
    for sku, variant in variants.items():
        title, options = called(variant, words.spoken())
        found[sku].title, found[sku].options = title or found[sku].title, options
        found[sku].barcode, found[sku].held = variant.barcode, lying.get(variant.pk, [])
    return sorted(found.values(), key=lambda one: one.place)
