"""The buyer sends an order elsewhere: the new address first, then the code that was sent to the order's mailbox."""

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.checkout.details import BadDetails, read_details
from tradewind.core.addresses import address_lines
from tradewind.core.words import say, say_many
from tradewind.lib.clock import utc_now
from tradewind.messaging.address_codes import send_address_code
from tradewind.orders.addressing import (
    CodeSpent,
    CodeWrong,
    NotChangeable,
    TooManyCodes,
    confirm_change,
    is_changeable,
    is_open,
    newest_wish,
)
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.storefront.address_fields import address_fields, field_labels, number_asked
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.order_contact import hidden
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place
from tradewind.storefront.problems import Problem, problem_page
from tradewind.storefront.reading import BadInput, texts

FIELDS: Final = ("name", "company", "line1", "line2", "district", "postcode", "city", "region", "phone", "tax_id")
_LONGEST_KEY: Final = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed into the form, and what is wrong with it: by field, or in words that concern none."""

    typed: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """The code as typed, and what is wrong with it."""

    code: str = ""
    error: str = ""
    notice: str = ""


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def address_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    """The form, with the address that holds, or the one that still waits for its code."""
    order = Order.objects.get(pk=order_id)
    if not is_changeable(kind=order.kind, state=order.state, email=order.email):
        return _too_late(request, place, order_id, token)
    if request.method == "POST":
        return _ask(request, place, order, token)
    # A tax number is nothing that a link should show: an empty field keeps it.
    return _form(request, place, order, token, Asked({**_latest(order), "tax_id": ""}))


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def code_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    if request.method == "POST":
        return _take_code(request, place, token, order_id)
    return _code_form(request, place, token, order_id, Given())


def _ask(request: HttpRequest, place: Place, order: Order, token: str) -> HttpResponse:
    typed = texts(request, [*FIELDS, "postcode_doubted", "key"])
    tax_id = typed["tax_id"] or _latest(order)["tax_id"]
    try:
        details = read_details(
            {**typed, "tax_id": tax_id, "email": order.email, "country": order.country}, language=place.language
        )
        ship_to = details.ship_to()
        if all(text == str(order.ship_to.get(field) or "") for field, text in ship_to.items()):
            raise BadDetails({"line1": say(place.language, "This is where we are sending it already.")})
    except BadDetails as bad:
        return _form(request, place, order, token, Asked(typed, bad.errors))
    try:
        return _send(place, token, order.pk, ship_to, typed["key"])
    except NotChangeable:
        return _too_late(request, place, order.pk, token)
    except TooManyCodes as enough:
        return _form(request, place, order, token, Asked(typed, notice=_wait(place.language, enough)))


def _latest(order: Order) -> dict[str, str]:
    """The address that still waits for its code, else the one that holds."""
    wish = newest_wish(order.pk)
    address = order.ship_to if wish is None or wish.confirmed_at else wish.after
    return {name: str(address.get(name) or "") for name in FIELDS}


def _send(place: Place, token: str, order_id: int, ship_to: Mapping[str, str], key: str) -> HttpResponse:
    """Raises NotChangeable, TooManyCodes."""
    if not 0 < len(key) <= _LONGEST_KEY:
        raise BadInput("key")
    send_address_code(order_id=order_id, ship_to=ship_to, key=key, at=utc_now())
    return HttpResponseRedirect(place.url("order-address-code", token=token), status=HTTPStatus.SEE_OTHER)


def _take_code(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    typed = texts(request, ["code", "step", "key"])
    wish = newest_wish(order_id)
    code, error, notice = typed["code"], "", ""
    try:
        if typed["step"] == "again" and wish is not None and wish.confirmed_at is None:
            return _send(place, token, order_id, wish.after, typed["key"])
        confirm_change(order_id=order_id, code=code, at=utc_now())
        return HttpResponseRedirect(place.url("order", token=token) + "#goes-to", status=HTTPStatus.SEE_OTHER)
    except NotChangeable:
        return _too_late(request, place, order_id, token)
    except TooManyCodes as enough:
        notice = _wait(place.language, enough)
    except CodeWrong as wrong:
        error = _is_wrong(place.language, wrong.tries_left)
    except CodeSpent:
        pass  # the page says so
    return _code_form(request, place, token, order_id, Given(code, error, notice))


def _form(request: HttpRequest, place: Place, order: Order, token: str, asked: Asked) -> HttpResponse:
    values = {
        "order": order,
        "email": hidden(order.email),
        "token": token,
        "typed": asked.typed,
        "errors": asked.errors,
        "notice": asked.notice,
        "key": secrets.token_urlsafe(24),
        "fields": address_fields(order.country, place.language),
        "labels": field_labels(order.country, place.language),
        "number_asked": number_asked(order.country, place.language, is_known=bool(_latest(order)["tax_id"])),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.errors else HTTPStatus.OK
    status = HTTPStatus.TOO_MANY_REQUESTS if asked.notice else status
    return show(request, place, "storefront/order/address.html", values, status=status)


def _code_form(request: HttpRequest, place: Place, token: str, order_id: int, given: Given) -> HttpResponse:
    wish = newest_wish(order_id)
    if wish is None or wish.confirmed_at is not None:
        return HttpResponseRedirect(place.url("order", token=token), status=HTTPStatus.SEE_OTHER)
    values = {
        "token": token,
        "email": hidden(wish.order.email),
        "address": address_lines(wish.after, place.language),
        "is_open": is_open(wish, at=utc_now()),
        "given": given,
        "key": secrets.token_urlsafe(24),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    status = HTTPStatus.TOO_MANY_REQUESTS if given.notice else status
    return show(request, place, "storefront/order/address_code.html", values, status=status)


def _is_wrong(language: str, tries_left: int) -> str:
    if not tries_left:
        return ""  # the page says that the code can no longer be used
    return say_many(
        language,
        "This is not the code that we sent last. You have one try left.",
        "This is not the code that we sent last. You have {number} tries left.",
        tries_left,
    )


def _wait(language: str, enough: TooManyCodes) -> str:
    minutes = math.ceil((enough.again_at - utc_now()).total_seconds() / 60)
    return say_many(
        language,
        "We have sent three codes within an hour. Please try again in one minute. Your new address is still here.",
        "We have sent three codes within an hour. Please try again in {number} minutes. Your new address is still here.",
        minutes,
    )


def _too_late(request: HttpRequest, place: Place, order_id: int, token: str) -> HttpResponse:
    language = place.language
    words = say(language, "The parcel has left already, for the address on the order's page.")
    if Order.objects.values_list("state", flat=True).get(pk=order_id) == OrderState.CANCELLED:
        words = say(language, "This order was cancelled: nothing will be sent.")
    title = say(language, "The address can no longer be changed")
    way = place.url("order", token=token), say(language, "Back to the order")
    return problem_page(request, HTTPStatus.CONFLICT, Problem(title, words, way))
