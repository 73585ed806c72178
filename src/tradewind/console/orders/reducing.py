"""Taking goods off a paid order: first what it would come to, then the decision."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.checkout import reducing
from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order, OrderLine

FORM: Final = "reduction"
_PREFIX: Final = "left-"
_WHY_NOT: Final = {
    reducing.MOVED_ON: gettext_noop("Goods can be taken off a paid order that has not left."),
    reducing.ELSEWHERE: gettext_noop("The sales channel has the money of this order: change it there."),
    reducing.HAS_CODE: gettext_noop(
        "A discount code holds for this order, and what it is worth depends on all goods. Send the money back by hand."
    ),
    reducing.OTHERWISE: gettext_noop(
        "The bill cannot be made as on the day of the order: a market or an article has changed. Send the money back by hand."
    ),
    reducing.CHANGED: gettext_noop("Somebody has changed the goods since you opened the page. Look at them again."),
    reducing.NOTHING_LEFT: gettext_noop("Nothing would be left. Cancel the order instead."),
    reducing.NOTHING_TAKEN: gettext_noop("Please lower at least one of the quantities."),
    reducing.DEARER: gettext_noop(
        "With fewer goods, duties and taxes would cost the buyer more than before. Send the money back by hand."
    ),
}
_MORE: Final = gettext_noop("At most {most}: goods can be taken off, not added.")


@needs("orders.change")
@require_POST
def reduce_goods(request: HttpRequest, order_id: int) -> HttpResponse:
    """Without `agreed`, nothing is changed: the page shows what would be."""
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    seen, agreed = request.POST.get("seen", ""), typed.read_id(request.POST, "agreed")
    try:
        left = _read(request, order_id)
        if not agreed:
            reduction = reducing.look_at_reduction(order_id=order_id, left=left, seen=seen)
            return show_order(request, order_id, reduction=reduction)
        by, at = pages.actor_of(request), utc_now()
        reducing.reduce_order(order_id=order_id, left=left, seen=seen, agreed=agreed, by=by, at=at)
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, wrong, status=422)
    except reducing.NotReducible as refusal:
        return _refuse(request, order_id, typed.WrongInput("left", _WHY_NOT[refusal.why]), status=409)
    return pages.to_page("console:order", done="reduced", order_id=order_id)


def _read(request: HttpRequest, order_id: int) -> dict[int, int]:
    """Units left by line. Raises WrongInput."""
    left = {}
    for line in OrderLine.objects.filter(order_id=order_id, kind=OrderLine.Kind.GOODS):
        name = f"{_PREFIX}{line.pk}"
        if name in request.POST:
            left[line.pk] = typed.read_quantity(request.POST, name)
            if left[line.pk] > line.quantity:
                raise typed.WrongInput(name, _MORE, most=line.quantity)
    return left


def _refuse(request: HttpRequest, order_id: int, wrong: typed.WrongInput, *, status: int) -> HttpResponse:
    entered = {name: value for name, value in request.POST.dict().items() if name.startswith(_PREFIX)}
    return show_order(request, order_id, problem=Problem(FORM, wrong.field, wrong.words, entered), status=status)
