"""What the page of an order shows of what staff do with it: kept back, tags, notes, and what it holds as somebody looks at it."""

from typing import Any

from django.http import HttpRequest

from tradewind.console import pages, timeline
from tradewind.orders import holding
from tradewind.orders.changing import seen_lines
from tradewind.orders.history import hold_of
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.noting import notes_of
from tradewind.orders.queries import OrderDetail
from tradewind.orders.tagging import tags_in_use, tags_of


def handling(request: HttpRequest, order: OrderDetail) -> dict[str, Any]:
    """Values for the page's template."""
    row = order.row
    hold, notes = hold_of(row.id), notes_of(row.id)
    goods = [(line.id, line.quantity) for line in order.lines if line.kind == OrderLine.Kind.GOODS]
    return {
        "hold": hold,
        "hold_reasons": holding.REASONS,
        "is_holdable": row.kind == Order.Kind.SALE and row.state in holding.HOLDABLE and hold is None,
        "tags": tags_of(row.id),
        "offered_tags": tags_in_use(),
        "notes": notes,
        "note_key": pages.new_key(),
        "names": timeline.actor_names({note.by for note in notes} | ({hold.held_by} if hold else set())),
        "me": pages.actor_of(request),
        "seen_lines": seen_lines(goods),
    }
