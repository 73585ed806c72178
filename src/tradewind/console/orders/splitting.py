"""Splitting an order in two: which goods go, what both orders would be, then the decision."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.catalog.models import Variant
from tradewind.console import pages, typed
from tradewind.console.orders.changes import in_words, read_act
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.inventory.queries import reservations_of
from tradewind.lib.money import Money
from tradewind.orders.changing import NotChangeable, seen_lines
from tradewind.orders.dividing import Sums
from tradewind.orders.history import hold_of
from tradewind.orders.models import OrderLine
from tradewind.orders.queries import LineRow, NoSuchOrder, OrderDetail, order_detail
from tradewind.orders.splitting import Split, look_at_split, split_order

FORM: Final = "split"
_PREFIX: Final = "move-"
_MORE: Final = gettext_noop("At most {most}: more are not in the order.")


@needs("orders.change")
@require_http_methods(["GET", "HEAD", "POST"])
def split_page(request: HttpRequest, order_id: int) -> HttpResponse:
    """Without `agreed`, nothing is changed: the page shows what would be."""
    try:
        order = order_detail(order_id)
    except NoSuchOrder as missing:
        raise Http404 from missing
    if request.method != "POST":
        return _show(request, order)
    seen, agreed = request.POST.get("seen", ""), typed.read_id(request.POST, "agreed")
    try:
        moved = _read(request, order)
        if "agreed" not in request.POST:
            return _show(request, order, split=look_at_split(order_id=order_id, moved=moved, seen=seen))
        split_order(order_id=order_id, moved=moved, seen=seen, agreed=agreed, act=read_act(request))
    except typed.WrongInput as wrong:
        return _refuse(request, order, wrong, status=422)
    except NotChangeable as refusal:
        return _refuse(request, order, in_words(refusal, "goods"), status=409)
    return pages.to_page("console:order", done="split", order_id=order_id)


def _read(request: HttpRequest, order: OrderDetail) -> dict[int, int]:
    """Units that go, by line. Raises WrongInput."""
    moved = {}
    for line in _goods(order):
        name = f"{_PREFIX}{line.id}"
        if name in request.POST:
            moved[line.id] = typed.read_quantity(request.POST, name)
            if moved[line.id] > line.quantity:
                raise typed.WrongInput(name, _MORE, most=line.quantity)
    return moved


def _goods(order: OrderDetail) -> list[LineRow]:
    return [line for line in order.lines if line.kind == OrderLine.Kind.GOODS]


def _show(
    request: HttpRequest,
    order: OrderDetail,
    *,
    split: Split | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    reservations = reservations_of("order", order.row.id)
    skus = Variant.objects.filter(pk__in=[held.level.variant_id for held in reservations]).values_list("pk", "sku")
    values = {
        "order": order,
        "row": order.row,
        "goods": _goods(order),
        "seen_lines": seen_lines([(line.id, line.quantity) for line in _goods(order)]),
        "split": split,
        "parts": _parts(order, split) if split else [],
        "reservations": reservations,
        "skus": dict(skus),
        "is_kept_back": hold_of(order.row.id) is not None,
        "problem": problem,
    }
    return pages.show(request, "orders/split.html", values, status=status)


def _parts(order: OrderDetail, split: Split) -> list[dict[str, Any]]:
    """What stays and what goes, as the page shows them side by side."""
    stays = {line.id: line.quantity - split.moved[line.id] for line in _goods(order)}
    paid = order.paid - split.paid
    return [_part(order, stays, split.stays, paid), _part(order, dict(split.moved), split.goes, split.paid)]


def _part(order: OrderDetail, units: dict[int, int], sums: Sums, paid: Money) -> dict[str, Any]:
    currency = order.row.total.currency
    amounts = {name: Money(getattr(sums, name), currency) for name in ("goods", "delivery", "discount", "tax", "total")}
    charges = amounts["total"] - amounts["goods"] - amounts["delivery"] - amounts["discount"]
    if not order.tax_included:
        charges -= amounts["tax"]
    lines = [(line, units[line.id]) for line in _goods(order) if units[line.id]]
    return {"lines": lines, "paid": paid, "charges": charges, **amounts}


def _refuse(request: HttpRequest, order: OrderDetail, wrong: typed.WrongInput, *, status: int) -> HttpResponse:
    entered = {name: value for name, value in request.POST.dict().items() if name.startswith(_PREFIX)}
    return _show(request, order, problem=Problem(FORM, wrong.field, wrong.words, entered), status=status)
