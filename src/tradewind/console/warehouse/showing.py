"""The page of packing: the checklist as it is now, checks, photos, papers, and how it leaves."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse

from tradewind.catalog.packing import PARTS
from tradewind.console import pages
from tradewind.console.timeline import actor_names
from tradewind.console.typed import Problem
from tradewind.console.warehouse.words import PART_NAMES
from tradewind.core import words
from tradewind.inventory.shelves import shelves_in
from tradewind.lib.clock import BEIJING, utc_now
from tradewind.orders.changes import count_of_changes
from tradewind.orders.history import address_changes
from tradewind.orders.models import Order, OrderHold
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.shipping import packing
from tradewind.shipping.carriers import carrier_names
from tradewind.shipping.checking import checks_of
from tradewind.shipping.checklist import checklist_of, lines_left
from tradewind.shipping.evidence import evidence_of
from tradewind.shipping.evidence_cleaning import MEGABYTES
from tradewind.shipping.models import AddressLabel
from tradewind.shipping.parcel_contents import IN_TURN
from tradewind.shipping.parting import seen_left


def show_packing(
    request: HttpRequest, order_id: int, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    """The page of packing, with what was wrong in one of its forms. Raises Http404."""
    order = Order.objects.select_related("account").filter(pk=order_id, kind=Order.Kind.SALE).first()
    if order is None:
        raise Http404
    now, lines = utc_now(), lines_left(order_id)
    open_one, finished = packing.packing_now(order_id), packing.packed(order_id)
    kept = evidence_of(order_id)
    checks = checks_of(order_id)
    checklist = checklist_of(order, open_one)
    in_it = {item.variant_id for item in checklist.items if item.variant_id is not None}
    actors = {each.by for each in (open_one, finished, *kept) if each} | {each.last.by for each in checks if each.last}
    values: dict[str, Any] = {
        "order": order,
        "lines": lines,
        "packing": open_one,
        "is_mine": open_one is not None and open_one.by == pages.actor_of(request),
        "finished": finished if open_one is None and packing.is_still_packed(finished, lines) else None,
        "checklist": checklist,
        "shelves": shelves_in(str(order.delivery_option.get("warehouse", "")), in_it),
        "is_here": order.state == OrderState.PAID and order.held_at is None,
        "hold": OrderHold.objects.filter(order=order, released_at=None).first() if order.held_at else None,
        "checks": checks,
        "is_checked": all(each.last and each.last.is_passed for each in checks),
        "check_parts": [(part, words.say(words.spoken(), PART_NAMES[part])) for part in PARTS],
        "photos": kept,
        "has_proof": packing.has_proof(order_id),
        "megabytes": MEGABYTES,
        "due": _due(order_id),
        "now": now,
        "label": AddressLabel.objects.filter(order=order).first(),
        "address_changes": len(address_changes(order_id)),
        "goods_changes": count_of_changes(order_id),
        "seen": seen_left(lines),
        "parcels": list(order.parcels.filter(replaced_at=None).order_by(*IN_TURN).prefetch_related("lines__line")),
        "carriers": carrier_names(),
        "handover": None,
        "names": actor_names(actors),
        "key": pages.new_key(),
        "problem": problem,
    }
    return pages.show(request, "warehouse/packing.html", values, status=status)


def _due(order_id: int) -> str:
    """When its promise of dispatch is broken, as staff read times."""
    due = [
        each.due_at for each in promises_about("order", order_id) if each.kind == Promise.Kind.DISPATCH and each.is_owed
    ]
    return f"{due[-1].astimezone(ZoneInfo(BEIJING)):%Y-%m-%d %H:%M}" if due else ""
