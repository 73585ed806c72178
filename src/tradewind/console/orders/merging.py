"""Merging orders of one buyer into one parcel: which, what the order would be, then the decision."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tradewind.console import pages, typed
from tradewind.console.orders.changes import in_words, read_act
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.orders.changes import goods_by_order
from tradewind.orders.changing import NotChangeable
from tradewind.orders.merging import Merge, look_at_merge, merge_orders, mergeable_with
from tradewind.orders.models import Order

FORM: Final = "merge"


@needs("orders.change")
@require_http_methods(["GET", "HEAD", "POST"])
def merge_page(request: HttpRequest, order_id: int) -> HttpResponse:
    """What would be of the ticked orders, all that fit where none is ticked; a POST does it."""
    order = Order.objects.select_related("account").filter(pk=order_id).first()
    if order is None:
        raise Http404
    if request.method != "POST":
        return _show(request, order, _ids(request.GET.getlist("with")))
    others = _ids(request.POST.getlist("with"))
    try:
        merge_orders(
            order_id=order_id,
            others=others,
            seen=request.POST.get("seen", ""),
            refunds="refund" in request.POST,
            act=read_act(request),
        )
    except NotChangeable as refusal:
        problem = Problem(FORM, "with", in_words(refusal, "with").words, {})
        return _show(request, order, others, problem=problem, status=409)
    return pages.to_page("console:order", done="merged", order_id=order_id)


def _show(
    request: HttpRequest, order: Order, chosen: list[int], *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    fitting = mergeable_with(order)
    ids = [row.pk for row in fitting]
    ticked = [pk for pk in ids if pk in chosen] if chosen else ids
    merge: Merge | None = None
    if ticked:
        try:
            merge = look_at_merge(order_id=order.pk, others=ticked)
        except NotChangeable as refusal:
            problem = problem or Problem(FORM, "with", in_words(refusal, "with").words, {})
    values = {
        "row": order,
        "fitting": fitting,
        "ticked": ticked,
        "goods": goods_by_order([order.pk, *ids]),
        "merge": merge,
        "problem": problem,
    }
    return pages.show(request, "orders/merge.html", values, status=status)


def _ids(given: list[str]) -> list[int]:
    found = (typed.read_id({"id": each}, "id") for each in given)
    return [each for each in found if each]
