"""How was it? A page of the order on which its buyer answers, or asks for help; and the end of such questions."""

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.aftersales.feedback import (
    LONGEST,
    MOST,
    BadFeedback,
    NotThereYet,
    Said,
    can_give,
    feedback_of,
    give_feedback,
    said_in,
)
from tradewind.core.links import LinkExpired, LinkInvalid, open_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.messaging.letter_wishes import STOP_REQUESTS, stop_requests
from tradewind.orders.models import Order
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.pages import never_kept, show
from tradewind.storefront.place import Place, in_place
from tradewind.storefront.problems import Problem, problem_page
from tradewind.storefront.reading import BadInput, texts


@behind_link
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    if not can_give(Order.objects.values_list("state", flat=True).get(pk=order_id)):
        return HttpResponseRedirect(place.url("order", token=token))
    if request.method != "POST":
        row = feedback_of(order_id)
        return _form(request, place, token, said_in(row) if row else Said(), is_given=row is not None)
    typed = texts(request, ["delivery", "goods", "words", "help"], longest=4 * LONGEST)
    said = Said(_stars(typed, "delivery"), _stars(typed, "goods"), typed["words"], bool(typed["help"]))
    try:
        give_feedback(order_id=order_id, said=said, at=utc_now())
    except BadFeedback:
        return _form(request, place, token, said, is_refused=True)
    except NotThereYet:
        return HttpResponseRedirect(place.url("order", token=token), status=HTTPStatus.SEE_OTHER)
    return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def no_requests(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    """Opening it changes nothing, because mail programs open links; its button does, and so does a mail program's own one (RFC 8058)."""
    try:
        _, order_id = open_link(STOP_REQUESTS, token, at=utc_now())
    except (LinkInvalid, LinkExpired):
        words = say(place.language, "Perhaps a part of the link was cut off. Open it from the mail once more.")
        problem = Problem(say(place.language, "This link leads nowhere"), words)
        return never_kept(problem_page(request, HTTPStatus.NOT_FOUND, problem))
    if request.method == "POST":
        stop_requests(order_id=order_id, at=utc_now())
    return never_kept(
        show(
            request,
            place,
            "storefront/no_requests.html",
            {"is_done": request.method == "POST", "request_path": request.path},
        )
    )


def _stars(typed: Mapping[str, str], name: str) -> int:
    """0 where none were chosen. Raises BadInput."""
    if typed[name] not in {"", *(str(stars) for stars in range(1, MOST + 1))}:
        raise BadInput(name)
    return int(typed[name] or 0)


def _form(
    request: HttpRequest, place: Place, token: str, said: Said, *, is_given: bool = False, is_refused: bool = False
) -> HttpResponse:
    language = place.language
    values = {
        "token": token,
        "said": said,
        "is_given": is_given,
        "is_refused": is_refused,
        "longest": LONGEST,
        "questions": (
            ("delivery", say(language, "How was the delivery?"), said.delivery),
            ("goods", say(language, "How are the goods?"), said.goods),
        ),
        "stars": (
            (1, say(language, "bad")),
            (2, say(language, "not so good")),
            (3, say(language, "all right")),
            (4, say(language, "good")),
            (5, say(language, "very good")),
        ),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return show(request, place, "storefront/order/feedback.html", values, status=status)
