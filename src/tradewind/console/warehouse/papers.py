"""Address labels and packing lists of one order or many, as one PDF."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.customs_shown import GapRow, gap_rows
from tradewind.console.warehouse.listing import show_warehouse
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.papers.files import PDF
from tradewind.papers.parcel_papers import MOST, address_labels, packing_lists
from tradewind.shipping.declaring import declarations_of
from tradewind.shipping.labelling import changes_of, note_labelled

_NOTHING: Final = gettext_noop("Please tick the orders first.")
_TOO_MANY: Final = gettext_noop("Papers of at most {most} orders at once, please.")
_NO_ADDRESS: Final = gettext_noop("{ref} has no address any more.")
_INCOMPLETE: Final = gettext_noop("No label was made: customs papers have gaps. Fill them in, then print again.")
_SENT: Final = frozenset({OrderState.PAID, OrderState.DISPATCHED})


@needs("orders.dispatch")
@require_POST
def parcel_papers(request: HttpRequest) -> HttpResponse:
    """Labels are made for what is here; lists also again for what has left."""
    ids = [typed.read_id({"id": number}, "id") for number in request.POST.getlist("order")]
    if not ids or len(ids) > MOST:
        said = _NOTHING if not ids else _TOO_MANY
        return show_warehouse(request, problem=words.say(words.spoken(), said, most=MOST), status=422)
    changes = changes_of(ids)
    rows = pages.reach_of(request).of(Order.objects.filter(pk__in=ids, state__in=_SENT, kind=Order.Kind.SALE))
    orders = sorted(rows.select_related("account"), key=lambda order: ids.index(order.pk))
    is_label = request.POST.get("paper") != "list"
    if problem := _refusal(orders):
        return show_warehouse(request, problem=problem, status=422)
    if is_label and (gaps := _gaps(orders)):
        return show_warehouse(request, problem=words.say(words.spoken(), _INCOMPLETE), gaps=gaps, status=422)
    at = utc_now()
    content = address_labels(orders, at=at) if is_label else packing_lists(orders, at=at)
    if is_label:
        with transaction.atomic():
            note_labelled({order.pk: changes[order.pk] for order in orders}, by=pages.actor_of(request), at=at)
    name = f"{'labels' if is_label else 'packing-lists'}-{at:%Y-%m-%d-%H%M}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=PDF, headers=headers)


def _refusal(orders: Sequence[Order]) -> str:
    """In words, empty where all of them can have it."""
    language = words.spoken()
    if not orders:
        return words.say(language, _NOTHING)
    return " ".join(words.say(language, _NO_ADDRESS, ref=order.ref) for order in orders if not order.ship_to)


def _gaps(orders: Sequence[Order]) -> list[tuple[Order, list[GapRow]]]:
    """What customs would miss, by order."""
    declared = declarations_of(orders)
    found = [(order, declaration.gaps) for order in orders if (declaration := declared[order.pk])]
    return [(order, gap_rows(gaps, words.spoken())) for order, gaps in found if gaps]
