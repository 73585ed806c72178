"""The order's own page, behind its signed link: what was promised, what became of it, how to pay what is open."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tradewind.core.links import LinkExpired, LinkInvalid, open_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.shop import shop_profile
from tradewind.messaging.addresses import address_lines
from tradewind.orders.models import Order
from tradewind.orders.queries import OrderDetail, order_detail
from tradewind.orders.states import MOVES, OrderState
from tradewind.payments.methods import MethodNotOffered, offer_for, offers
from tradewind.payments.models import MANUAL, PaymentIntent
from tradewind.payments.queries import intents_for, ledger_sum
from tradewind.payments.starting import create_intent, start_now
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.storefront.pages import never_kept, show
from tradewind.storefront.paying import on_to_payment
from tradewind.storefront.place import Place, in_place
from tradewind.storefront.problems import Problem, problem_page
from tradewind.storefront.reading import BadInput, texts

_OPEN = {PaymentIntent.State.CREATED, PaymentIntent.State.PENDING}
_REACHED = {
    OrderState.AWAITING_PAYMENT: 0,
    OrderState.PAID: 1,
    OrderState.DISPATCHED: 2,
    OrderState.DELIVERED: 3,
    OrderState.COMPLETED: 3,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the way of an order. `promise` is what was said about it, where something was."""

    name: str
    is_reached: bool
    promise: Promise | None = None


@in_place
@require_safe
def order_page(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    try:
        order_id = order_behind(token, at=utc_now())
    except LinkInvalid:
        return never_kept(no_such_link(request, place))
    except LinkExpired:
        return never_kept(_link_too_old(request, place))
    elsewhere = address_elsewhere(place, order_id, token)
    if elsewhere:
        return never_kept(HttpResponseRedirect(elsewhere))
    return never_kept(show(request, place, "storefront/order.html", _values(place, order_id, token)))


@in_place
@require_POST
def pay_again(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    """Another attempt, or another method, for an order that still waits for its money."""
    try:
        order_id = order_behind(token, at=utc_now())
    except (LinkInvalid, LinkExpired):
        return never_kept(no_such_link(request, place))
    elsewhere = address_elsewhere(place, order_id, token)
    if elsewhere:
        return never_kept(HttpResponseRedirect(elsewhere, status=HTTPStatus.SEE_OTHER))
    intent = _attempt(place, order_id, texts(request, ["method"])["method"], at=utc_now())
    if intent is not None:
        intent = start_now(intent, now=utc_now)
    return never_kept(on_to_payment(request, place, intent, token))


def order_behind(token: str, *, at: datetime) -> int:
    """Raises LinkInvalid or LinkExpired."""
    kind, order_id = open_link("order.view", token, at=at)
    if kind != "order":
        raise LinkInvalid
    return order_id


def address_elsewhere(place: Place, order_id: int, token: str) -> str:
    """Where the order lives, when this is another market's address, with other methods and words; else empty."""
    market = Order.objects.values_list("market", flat=True).get(pk=order_id)
    if market == place.market.code:
        return ""
    return reverse("storefront:order", kwargs={"market": market, "language": place.language, "token": token})


def _attempt(place: Place, order_id: int, method: str, *, at: datetime) -> PaymentIntent | None:
    """The open attempt with this method, else a new one. None when nothing is to be paid any more."""
    try:
        offer = offer_for(place.market.id, method, place.language)
    except MethodNotOffered:
        raise BadInput("method") from None
    with transaction.atomic():
        # The lock makes two clicks one attempt.
        order = Order.objects.select_for_update().get(pk=order_id)
        due = _still_due(order_detail(order_id))
        if order.state != OrderState.AWAITING_PAYMENT or due.amount <= 0:
            return None
        for intent in intents_for("order", order_id):
            if intent.method == method and intent.state in _OPEN:
                return intent
        return create_intent(subject=("order", order_id), amount=due, method=offer, at=at, language=place.language)


def _values(place: Place, order_id: int, token: str) -> dict[str, object]:
    detail, intents = order_detail(order_id), list(intents_for("order", order_id))
    due = _still_due(detail)
    is_waiting = detail.row.state == OrderState.AWAITING_PAYMENT and due.amount > 0
    last = intents[-1] if intents else None
    transfer = last if last is not None and last.provider == MANUAL and last.state in _OPEN else None
    return {
        "order": detail,
        "steps": _steps(place, detail, due),
        "token": token,
        "due": due,
        "is_waiting": is_waiting,
        "is_cancelled": detail.row.state == OrderState.CANCELLED,
        "is_cancellable": OrderState.CANCELLED in MOVES[OrderState(detail.row.state)],
        "last_attempt": last if is_waiting else None,
        "transfer": transfer if is_waiting else None,
        "account": shop_profile().account_for(detail.row.total.currency) if is_waiting else None,
        "methods": offers(place.market.id, place.language) if is_waiting else [],
        "address": address_lines(detail.ship_to, place.language),
    }


def _still_due(detail: OrderDetail) -> Money:
    """By the ledger: the order itself hears of a payment a moment later, and nobody is asked to pay twice meanwhile."""
    return detail.row.total - ledger_sum("order", detail.row.id, detail.row.total.currency)


def _steps(place: Place, detail: OrderDetail, due: Money) -> list[Step]:
    promises = {promise.kind: promise for promise in promises_about("order", detail.row.id)}
    reached = max(_REACHED.get(OrderState(detail.row.state), 0), 0 if due.amount > 0 else _REACHED[OrderState.PAID])
    language = place.language
    return [
        Step(say(language, "Ordered"), is_reached=True),
        Step(say(language, "Paid"), reached >= _REACHED[OrderState.PAID]),
        Step(
            say(language, "On its way"), reached >= _REACHED[OrderState.DISPATCHED], promises.get(Promise.Kind.DISPATCH)
        ),
        Step(
            say(language, "At your door"),
            reached >= _REACHED[OrderState.DELIVERED],
            promises.get(Promise.Kind.DELIVERY),
        ),
    ]


def no_such_link(request: HttpRequest, place: Place) -> HttpResponse:
    words = say(
        place.language,
        "Perhaps a part of the link was cut off. Open it from the mail once more, or have a new one sent: your order is safe.",
    )
    problem = Problem(say(place.language, "This link leads nowhere"), words, _to_a_new_link(place))
    return problem_page(request, HTTPStatus.NOT_FOUND, problem)


def _link_too_old(request: HttpRequest, place: Place) -> HttpResponse:
    words = say(place.language, "The link worked once and has run out. Have a new one sent: your order is safe.")
    problem = Problem(say(place.language, "This link has run out"), words, _to_a_new_link(place))
    return problem_page(request, HTTPStatus.GONE, problem)


def _to_a_new_link(place: Place) -> tuple[str, str]:
    return place.url("order-link"), say(place.language, "Send me the link")
