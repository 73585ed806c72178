"""What we keep with an order about its buyer: to read, to take along, and to ask us to erase it."""

import json
from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from tradewind.core.addresses import address_lines
from tradewind.core.models import Todo
from tradewind.lib.clock import utc_now
from tradewind.markets.shop import shop_profile
from tradewind.orders.erasing import ask_for_erasure
from tradewind.papers.labels import title
from tradewind.papers.paper import Kind
from tradewind.payments.methods import method_names
from tradewind.payments.queries import intents_for
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.order_cancelling import reasons
from tradewind.storefront.order_contact import topic_words
from tradewind.storefront.order_receipt import day_with_year, has_been_paid
from tradewind.storefront.own_data import OwnData, as_json, mailbox, own_data
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place
from tradewind.storefront.thanking import found_by_words


@behind_link
@require_safe
def data_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    data = own_data(order_id)
    return show(request, place, "storefront/order/data.html", {"token": token, **_in_words(data, place)})


@behind_link
@require_safe
def data_file(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    data = own_data(order_id)
    response = HttpResponse(json.dumps(as_json(data), ensure_ascii=False, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{data.order.row.ref}.json"'
    return response


@behind_link
@require_POST
def ask_to_erase(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """A second click finds it asked, which is what was wanted."""
    ask_for_erasure(order_id=order_id, at=utc_now())
    return HttpResponseRedirect(place.url("order-data", token=token) + "#erasure", status=HTTPStatus.SEE_OTHER)


def _in_words(data: OwnData, place: Place) -> dict[str, object]:
    language, zone = place.language, shop_profile().zone
    method = data.order.payment_method

    def day(value: datetime) -> str:
        return day_with_year(value, zone, language)

    return {
        "data": data,
        "day": day,
        "mailbox": mailbox,
        "address": address_lines(data.order.ship_to, language),
        "earlier": [(wish, address_lines(wish.before, language)) for wish in data.wishes if wish.confirmed_at],
        "unconfirmed": [(wish, address_lines(wish.after, language)) for wish in data.wishes if not wish.confirmed_at],
        "has_receipt": has_been_paid(intents_for("order", data.order.row.id)),
        "method": method_names(place.market.id, language).get(method, method),
        "written": [(message, topic_words(message.topic, language)) for message in data.written],
        "found_by": found_by_words(language).get(data.answer.found_by, "") if data.answer else "",
        "why_cancelled": dict(reasons(language)).get(data.cancellation.reason, "") if data.cancellation else "",
        "papers": [(title(Kind(each.kind), language), each) for each in data.papers],
        "is_open": data.erasure is not None and data.erasure.state == Todo.State.OPEN,
    }
