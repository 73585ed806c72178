"""A buyer without a working link asks for a new one. The answer is the same whether there is such an order or not."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.lib.clock import utc_now
from tradewind.messaging.linking import send_new_link
from tradewind.storefront.pages import never_kept, show
from tradewind.storefront.place import Place, in_place
from tradewind.storefront.reading import texts

_FIELDS: Final = ("order_ref", "email")


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def order_link_page(request: HttpRequest, place: Place) -> HttpResponse:
    if request.method != "POST":
        return never_kept(show(request, place, "storefront/order_link.html", {"is_sent": "sent" in request.GET}))
    typed = texts(request, _FIELDS)
    if not all(typed.values()):
        values = {"is_sent": False, "is_incomplete": True, "typed": typed}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return never_kept(show(request, place, "storefront/order_link.html", values, status=status))
    send_new_link(ref=typed["order_ref"], email=typed["email"], at=utc_now())
    return never_kept(HttpResponseRedirect(f"{place.url('order-link')}?sent", status=HTTPStatus.SEE_OTHER))
