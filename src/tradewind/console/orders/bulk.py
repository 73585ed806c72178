"""Choosing orders in the list for one act: those that are ticked, or all that the filters find."""

from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.counts import count_words
from tradewind.console.orders.acts import acts_open_to
from tradewind.console.orders.listing import asked_for, show_orders
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.bulk import MOST, NothingChosen, TooMany, choose, choose_found
from tradewind.orders.models import BulkRun

FORM: Final = "bulk"
_NO_ACT: Final = gettext_noop("Please choose what to do with them.")
_NOTHING: Final = gettext_noop("Please tick the orders first, or take all that were found.")
_TOO_MANY: Final = gettext_noop("At most {most} orders at once, please. Narrow the list down with the filters.")


@needs("orders.mark")
@require_POST
def choose_orders(request: HttpRequest) -> HttpResponse:
    """Nothing is done yet: the page that follows shows what would be."""
    query = QueryDict(request.POST.get("query", ""))
    act = request.POST.get("act", "")
    try:
        if act not in acts_open_to(pages.staff_of(request)):
            raise typed.WrongInput("act", _NO_ACT)
        run = _choose(request, BulkRun.Act(act), query)
    except typed.WrongInput as wrong:
        entered = {"act": act, "ticked": ",".join(request.POST.getlist("order"))}
        return show_orders(request, query, problem=Problem(FORM, wrong.field, wrong.words, entered), status=422)
    return pages.to_page("console:bulk-run", bulk_id=run.pk)


def _choose(request: HttpRequest, act: BulkRun.Act, query: QueryDict) -> BulkRun:
    """Raises WrongInput in words for everything that the person can put right."""
    reach, by, now = pages.reach_of(request), pages.actor_of(request), utc_now()
    try:
        if "found" in request.POST:
            return choose_found(act=act, filters=asked_for(query, reach)[0].filters, reach=reach, by=by, at=now)
        ticked = [typed.read_id({"id": number}, "id") for number in request.POST.getlist("order")]
        return choose(act=act, order_ids=ticked, reach=reach, by=by, at=now)
    except NothingChosen:
        raise typed.WrongInput("order", _NOTHING) from None
    except TooMany:
        raise typed.WrongInput("order", _TOO_MANY, most=count_words(MOST)) from None
