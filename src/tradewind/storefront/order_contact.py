"""Writing to the shop from the order's page."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import BuyerMessage
from tradewind.messaging.receiving import LONGEST, BadMessage, TooManyMessages, read_message, receive_message
from tradewind.orders.models import Order
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place
from tradewind.storefront.reading import BadInput, texts

_LONGEST_KEY: Final = 40
# Too long is an error beside the field, with what was typed still in it.
_LONGEST_KEPT: Final = 4 * LONGEST


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def contact_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    if request.method == "POST":
        return _take(request, place, token, order_id)
    return _form(request, place, token, {"topic": request.GET.get("about", ""), "text": "", "email": ""})


def hidden(email: str) -> str:
    """Enough for its owner to know which mailbox is meant. A link may end up with others, and the address must not."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def topic_words(topic: str, language: str) -> str:
    return dict(_topics(language))[topic]


def _take(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    typed = texts(request, ["topic", "text", "email", "key"], longest=_LONGEST_KEPT)
    if not 0 < len(typed["key"]) <= _LONGEST_KEY:
        raise BadInput("key")
    try:
        own = Order.objects.values_list("email", flat=True).get(pk=order_id)
        written = read_message(typed, own=own, language=place.language)
        receive_message(written, order_id=order_id, key=typed["key"], language=place.language, at=utc_now())
    except BadMessage as bad:
        return _form(request, place, token, typed, errors=bad.errors)
    except TooManyMessages:
        words = say(
            place.language,
            "You have written to us several times within an hour, and we have all of it. Please wait a while before you send this.",
        )
        return _form(request, place, token, typed, notice=words)
    return HttpResponseRedirect(place.url("order", token=token) + "#written", status=HTTPStatus.SEE_OTHER)


def _form(
    request: HttpRequest,
    place: Place,
    token: str,
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
) -> HttpResponse:
    values = {
        "token": token,
        "typed": typed,
        "errors": errors or {},
        "notice": notice,
        "topics": _topics(place.language),
        "longest": LONGEST,
        # The one that came: what was refused and is sent again is still one message.
        "key": typed.get("key") or secrets.token_urlsafe(24),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    status = HTTPStatus.TOO_MANY_REQUESTS if notice else status
    return show(request, place, "storefront/order/contact.html", values, status=status)


def _topics(language: str) -> list[tuple[str, str]]:
    """(code, words) in the order in which they are offered."""
    topic = BuyerMessage.Topic
    return [
        (topic.PARCEL, say(language, "Where is my parcel?")),
        (topic.CHANGE, say(language, "I want to change something")),
        (topic.GOODS, say(language, "Something is wrong with the goods")),
        (topic.INVOICE, say(language, "Invoice")),
        (topic.OTHER, say(language, "Something else")),
    ]
