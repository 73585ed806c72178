"""What has to leave, late first: the list that a warehouse works through, on a phone as well."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tradewind.catalog.models import Variant
from tradewind.catalog.packing import called
from tradewind.console import pages, typed
from tradewind.console.counts import count_words
from tradewind.console.orders.customs_shown import GapRow
from tradewind.console.timeline import actor_names
from tradewind.core import words
from tradewind.core.reach import Reach
from tradewind.core.staff import needs
from tradewind.inventory.queries import warehouses
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping.handing_over import parcels_waiting
from tradewind.shipping.to_send import COUNTED, VIEWS, Row, ToSend, how_many, packers, to_send

_VIEWS: Final = {
    "open": gettext_noop("All that may leave"),
    "late": gettext_noop("Late"),
    "today": gettext_noop("Due today"),
    "label": gettext_noop("Without a label"),
    "packing": gettext_noop("Being packed"),
    "packed": gettext_noop("Packed"),
    "held": gettext_noop("Kept back"),
}
_LONGEST_REF: Final = 80
SHOWN: Final = 3


@needs("orders.dispatch")
@require_safe
def warehouse_page(request: HttpRequest) -> HttpResponse:
    reach = pages.reach_of(request)
    found = request.GET.get("ref", "").strip()[:_LONGEST_REF]
    if found and (order_id := _called(found, reach)):
        return pages.to_page("console:packing", order_id=order_id)
    return show_warehouse(request, unknown=found)


def show_warehouse(
    request: HttpRequest,
    *,
    unknown: str = "",
    problem: str = "",
    gaps: Sequence[tuple[Order, Sequence[GapRow]]] = (),
    status: int = 200,
) -> HttpResponse:
    """`unknown`: a reference that was scanned and that no order has; `problem`: why papers were not made, in words, and `gaps` what
    is missing for them, by order.
    """
    reach, now, language = pages.reach_of(request), utc_now(), words.spoken()
    asked = _asked(request)
    rows, further = to_send(asked, reach, now=now, after=typed.read_key(request.GET, "after"))
    counts = {view: how_many(ToSend(view, asked.warehouse), reach, now=now) for view in ("late", "today", "held")}
    busy = packers(reach)
    places = warehouses()
    kept = {"view": asked.view, "warehouse": asked.warehouse, "by": asked.packer}
    values = {
        "rows": rows,
        "called": _called_goods(rows),
        "asked": asked,
        "views": [(view, words.say(language, _VIEWS[view]), _in_short(counts.get(view))) for view in VIEWS],
        "places": [(place.code, words.pick(place.name, language)) for place in places],
        "names": actor_names({*busy, *(row.packer for row in rows if row.packer)}),
        "busy": busy,
        "query": urlencode({name: value for name, value in kept.items() if value}),
        "further": typed.write_key(further) if further else "",
        "is_first": "after" not in request.GET,
        "now": now,
        "unknown": unknown,
        "waiting": parcels_waiting(reach)[: COUNTED + 1].count(),
        "problem_words": problem,
        "gaps": gaps,
        "ticked": request.POST.getlist("order"),
    }
    return pages.show(request, "warehouse/listing.html", values, status=status)


def _asked(request: HttpRequest) -> ToSend:
    fields = request.GET
    view = fields.get("view", "open")
    return ToSend(
        view=view if view in VIEWS else "open",
        warehouse=fields.get("warehouse", "")[:20],
        packer=fields.get("by", "")[:60],
    )


def _called_goods(rows: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """Title and choices by article number, in the reader's language: the lines of orders are in their buyers'. One statement."""
    skus = {line.sku for row in rows for line in row.lines[:SHOWN]}
    variants = Variant.objects.filter(sku__in=skus).select_related("product")
    return {variant.sku: called(variant, words.spoken()) for variant in variants}


def _called(ref: str, reach: Reach) -> int | None:
    """The order whose reference somebody scanned from a paper, or typed."""
    orders = reach.of(Order.objects.filter(ref__iexact=ref))
    return orders.values_list("pk", flat=True).first()


def _in_short(count: int | None) -> str:
    if count is None:
        return ""
    return count_words(count, most=COUNTED)
