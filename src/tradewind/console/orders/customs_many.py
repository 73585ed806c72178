"""The customs declarations of many orders in one file, to be printed at once."""

from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.listing import show_orders
from tradewind.console.orders.papers import as_pdf
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.core.trail import write_audit
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.papers.customs_papers import NothingToDeclare, customs_papers

MOST: Final = 100
FORM: Final = "bulk"
_NOTHING: Final = gettext_noop("Please tick the orders first.")
_TOO_MANY: Final = gettext_noop("Customs papers of at most {most} orders at once, please.")
_NONE: Final = gettext_noop(
    "None of these orders has a complete declaration: something is missing, or no border is crossed. The page of each order says what."
)


@needs("orders.dispatch")
@require_POST
def take_customs_papers(request: HttpRequest) -> HttpResponse:
    """Of those ticked. Orders with gaps are left out, and their pages say what is missing."""
    query, now = QueryDict(request.POST.get("query", "")), utc_now()
    try:
        ids = [typed.read_id({"id": number}, "id") for number in request.POST.getlist("order")]
        if not ids:
            raise typed.WrongInput("customs", _NOTHING)
        if len(ids) > MOST:
            raise typed.WrongInput("customs", _TOO_MANY, most=MOST)
        found = pages.reach_of(request).of(Order.objects.filter(pk__in=ids)).select_related("account")
        try:
            made = customs_papers(list(found.order_by("placed_at", "pk")), at=now)
        except NothingToDeclare:
            raise typed.WrongInput("customs", _NONE) from None
    except typed.WrongInput as wrong:
        entered = {"ticked": ",".join(request.POST.getlist("order"))}
        return show_orders(request, query, problem=Problem(FORM, wrong.field, wrong.words, entered), status=422)
    after = {"orders": len(ids), "papers": len(made.refs), "left_out": list(made.left_out)}
    write_audit("customs.taken_out", subject=("orders", None), by=pages.actor_of(request), at=now, after=after)
    return as_pdf(made.content, f"customs-{now:%Y-%m-%d-%H%M}.pdf")
