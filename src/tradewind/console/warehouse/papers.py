"""Address labels and packing lists of one order or many, as one PDF."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.warehouse.listing import show_warehouse
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.papers.files import PDF
from tradewind.papers.parcel_papers import MOST, address_labels, packing_lists
from tradewind.shipping.labelling import gaps_of, note_labelled

_NOTHING: Final = gettext_noop("Please tick the orders first.")
_TOO_MANY: Final = gettext_noop("Papers of at most {most} orders at once, please.")
_NO_ADDRESS: Final = gettext_noop("{ref} has no address any more.")
_GAP: Final = gettext_noop("{ref}: {gap}")
_SENT: Final = frozenset({OrderState.PAID, OrderState.DISPATCHED})


@needs("orders.dispatch")
@require_POST
def parcel_papers(request: HttpRequest) -> HttpResponse:
    """Labels are made for what is here; lists also again for what has left."""
    ids = [typed.read_id({"id": number}, "id") for number in request.POST.getlist("order")]
    if not ids or len(ids) > MOST:
        said = _NOTHING if not ids else _TOO_MANY
        return show_warehouse(request, problem=words.say(words.spoken(), said, most=MOST), status=422)
    rows = pages.reach_of(request).of(Order.objects.filter(pk__in=ids, state__in=_SENT, kind=Order.Kind.SALE))
    orders = sorted(rows.select_related("account"), key=lambda order: ids.index(order.pk))
    is_label = request.POST.get("paper") != "list"
    problem = _refusal(orders, is_label=is_label)
    if problem:
        return show_warehouse(request, problem=problem, status=422)
    at = utc_now()
    content = address_labels(orders, at=at) if is_label else packing_lists(orders, at=at)
    if is_label:
        with transaction.atomic():
            note_labelled(orders, by=pages.actor_of(request), at=at)
    name = f"{'labels' if is_label else 'packing-lists'}-{at:%Y-%m-%d-%H%M}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=PDF, headers=headers)


def _refusal(orders: Sequence[Order], *, is_label: bool) -> str:
    """In words, empty where all of them can have it."""
    language = words.spoken()
    if not orders:
        return words.say(language, _NOTHING)
    said = []
    for order in orders:
        if not order.ship_to:
            said.append(words.say(language, _NO_ADDRESS, ref=order.ref))
        elif is_label:
            said += [words.say(language, _GAP, ref=order.ref, gap=words.say(language, gap)) for gap in gaps_of(order)]
    return " ".join(said)
