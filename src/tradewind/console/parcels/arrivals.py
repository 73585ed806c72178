"""Staff say on which day parcels arrived: of one on its order's page, of many on their list."""

from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.shipping.arriving import Arrivals, NotThatDay, NotUnderway, say_all_arrived, say_arrived
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcel_queries import PAGE

FIELD: Final = "arrived_on"
_NO_DAY: Final = gettext_noop("Please say on which day.")
_WRONG_DAY: Final = gettext_noop("It cannot have arrived on this day: it had not left, or the day is still to come.")


@needs("orders.dispatch")
@require_POST
def one(request: HttpRequest, order_id: int) -> HttpResponse:
    parcel_id = typed.read_id(request.POST, "parcel")
    if not Parcel.objects.filter(pk=parcel_id, order_id=order_id).exists():
        raise Http404
    try:
        if (on := typed.read_day(request.POST, FIELD)) is None:
            raise typed.WrongInput(FIELD, _NO_DAY)
        say_arrived(parcel_id=parcel_id, on=on, teller=Parcel.Teller.STAFF, by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, parcel_id, wrong)
    except NotThatDay:
        return _refuse(request, order_id, parcel_id, typed.WrongInput(FIELD, _WRONG_DAY))
    except NotUnderway:
        # Its form is gone from the page.
        return pages.to_page("console:order", done="arrived-gone", order_id=order_id)
    return pages.to_page("console:order", done="arrived", order_id=order_id)


@needs("orders.dispatch")
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Those that are ticked. What was wrong of some is said beside the list, where the others are gone."""
    ids = [typed.read_id({"id": number}, "id") for number in request.POST.getlist("parcel")[:PAGE]]
    try:
        on = typed.read_day(request.POST, FIELD)
    except typed.WrongInput:
        on = None
    if on is None or not ids:
        return _back("arrived-unsaid")
    found = say_all_arrived(
        parcel_ids=ids,
        reach=pages.reach_of(request),
        on=on,
        by=pages.actor_of(request),
        at=utc_now(),
    )
    return _back(_done(found))


def _done(found: Arrivals) -> str:
    if not found.refused:
        return "arrived"
    return "arrived-some" if found.told else "arrived-none"


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(
        f"{reverse('console:parcels')}?{urlencode({'view': 'unseen', 'done': done})}", status=303
    )


def _refuse(request: HttpRequest, order_id: int, parcel_id: int, wrong: typed.WrongInput) -> HttpResponse:
    kept = {FIELD: request.POST.get(FIELD, "")}
    problem = typed.Problem(f"arrival-{parcel_id}", wrong.field, wrong.words, kept)
    return show_order(request, order_id, problem=problem, status=422)
