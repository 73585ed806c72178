"""The order's own page, behind its signed link: what was promised, what became of it, how to pay what is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.aftersales.feedback import can_give
from tradewind.checkout.paying_again import due_for, pay_again, still_due
from tradewind.core.addresses import address_lines
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.bank_accounts import told
from tradewind.markets.shop import shop_profile
from tradewind.messaging.queries import messages_from_buyer
from tradewind.orders.addressing import is_changeable
from tradewind.orders.history import address_changes
from tradewind.orders.models import Order
from tradewind.orders.queries import OrderDetail, order_detail
from tradewind.orders.states import MOVES, OrderState
from tradewind.payments.methods import MethodNotOffered, method_names, offers
from tradewind.payments.models import MANUAL, PaymentIntent
from tradewind.payments.queries import intents_for
from tradewind.payments.starting import start_now
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.promises.wording import before_words
from tradewind.storefront.notices import notice_part
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.order_arrival import arrival_part
from tradewind.storefront.order_contact import hidden, topic_words
from tradewind.storefront.order_news import news_of
from tradewind.storefront.order_others import parcel_part, together_part
from tradewind.storefront.order_papers import papers_offered
from tradewind.storefront.order_receipt import has_been_paid
from tradewind.storefront.order_refunds import Reader, money_back
from tradewind.storefront.pages import show
from tradewind.storefront.paying import on_to_payment
from tradewind.storefront.place import Place
from tradewind.storefront.reading import BadInput, texts
from tradewind.storefront.thanking import thanks_part
from tradewind.storefront.unpaid_order import forget_paid, unpaid_order

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
    before: str = ""


@behind_link
@require_safe
def order_page(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    response = show(request, place, "storefront/order.html", _values(place, order_id, token))
    forget_paid(request, response, unpaid_order(request, place))
    return response


@behind_link
@require_POST
def pay_for_order(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    """Another attempt, or another method, for an order that still waits for its money."""
    method = texts(request, ["method"])["method"]
    try:
        intent = pay_again(
            order_id=order_id, market_id=place.market.id, method=method, language=place.language, at=utc_now()
        )
    except MethodNotOffered:
        raise BadInput("method") from None
    if intent is not None:
        intent = start_now(intent, now=utc_now)
    return on_to_payment(request, place, intent, token)


def _values(place: Place, order_id: int, token: str) -> dict[str, object]:
    detail, intents = order_detail(order_id), list(intents_for("order", order_id))
    due, more = still_due(order_id, detail.row.total), _due_for_added(order_id, detail)
    is_waiting = more.amount > 0 or (detail.row.state == OrderState.AWAITING_PAYMENT and due.amount > 0)
    last = intents[-1] if intents else None
    changes = address_changes(order_id)
    parcels = parcel_part(order_id, detail.row.state, detail.row.country, place.language)
    is_cancelled = detail.row.state == OrderState.CANCELLED
    written = messages_from_buyer(order_id)
    transfer = last if last is not None and last.provider == MANUAL and last.state in PaymentIntent.OPEN else None
    return {
        "order": detail,
        **together_part(order_id),
        **parcels,
        **arrival_part(order_id, parcels["labels"], now=utc_now()),
        "news": news_of(order_id, place.language, parcels["places"]),
        **thanks_part(detail.row, place.language),
        **notice_part(place, detail),
        "steps": _steps(place, detail, due, has_carrier=not parcels["waits_for_carrier"]),
        "token": token,
        "due": more or due,
        "is_for_added": more.amount > 0,
        "is_waiting": is_waiting,
        "is_cancelled": is_cancelled,
        "money_back": money_back(intents, _reader(place), is_cancelled=is_cancelled),
        "is_cancellable": OrderState.CANCELLED in MOVES[OrderState(detail.row.state)],
        "last_attempt": last if is_waiting else None,
        "transfer": transfer if is_waiting else None,
        **_account_part(detail.row.total.currency if is_waiting else "", place.language),
        "methods": offers(place.market.id, place.language) if is_waiting else [],
        "has_receipt": has_been_paid(intents),
        "papers": papers_offered(order_id, place.language),
        "hidden": hidden,
        "written": [(message, topic_words(message.topic, place.language)) for message in written],
        "can_give_feedback": can_give(detail.row.state),
        "is_changeable": is_changeable(kind=detail.row.kind, state=detail.row.state, email=detail.email),
        "address_changed_at": changes[-1].confirmed_at if changes else None,
        "address": address_lines(detail.ship_to, place.language),
    }


def _due_for_added(order_id: int, detail: OrderDetail) -> Money:
    """What was added to a paid order and has yet to be paid."""
    if detail.row.state != OrderState.PAID:
        return Money.zero(detail.row.total.currency)
    return due_for(Order.objects.get(pk=order_id))


def _reader(place: Place) -> Reader:
    return Reader(place.language, shop_profile().zone, method_names(place.market.id, place.language), utc_now())


def _account_part(currency: str, language: str) -> dict[str, object]:
    """Where to transfer to; without a currency nothing is waited for."""
    account = shop_profile().account_for(currency) if currency else None
    return {"account": account, "account_numbers": told(account, language) if account else []}


def _steps(place: Place, detail: OrderDetail, due: Money, *, has_carrier: bool) -> list[Step]:
    made = promises_about("order", detail.row.id)
    promises = {promise.kind: promise for promise in made if promise.state != Promise.State.RELEASED}
    reached = max(_REACHED.get(OrderState(detail.row.state), 0), 0 if due.amount > 0 else _REACHED[OrderState.PAID])
    language = place.language
    return [
        Step(say(language, "Ordered"), is_reached=True),
        Step(say(language, "Paid"), reached >= _REACHED[OrderState.PAID]),
        Step(
            say(language, "On its way"),
            reached >= _REACHED[OrderState.DISPATCHED] and has_carrier,
            promises.get(Promise.Kind.DISPATCH),
            _before(promises.get(Promise.Kind.DISPATCH), made, language),
        ),
        Step(
            say(language, "At your door"),
            reached >= _REACHED[OrderState.DELIVERED],
            promises.get(Promise.Kind.DELIVERY),
            _before(promises.get(Promise.Kind.DELIVERY), made, language),
        ),
    ]


def _before(promise: Promise | None, made: Sequence[Promise], language: str) -> str:
    """What was said before a new date took its place, where that is another day."""
    before = next((each for each in made if promise is not None and each.pk == promise.replaces_id), None)
    if promise is None or before is None:
        return ""
    is_same = (before.first_day, before.last_day) == (promise.first_day, promise.last_day)
    return "" if is_same else before_words(promise, before, language)
