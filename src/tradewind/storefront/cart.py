"""The cart: shown, filled, changed. Its random key in a cookie is all that ties it to a browser."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from tradewind.checkout.carts import (
    MOST_LINES,
    MOST_OF_ONE,
    NoSuchVariant,
    QuantityRefused,
    add_line,
    count_units,
    find_cart,
    open_cart,
    save_draft,
    set_quantity,
)
from tradewind.checkout.code_words import code_note, code_problem
from tradewind.checkout.models import Cart
from tradewind.checkout.summary import Choice, cost_of_goods, summarise
from tradewind.core.links import make_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.queries import UnknownMarket, market_by_code
from tradewind.orders.queries import order_id_of_cart
from tradewind.storefront.code_guesses import may_be_read, too_many_guesses
from tradewind.storefront.free_delivery import missing_until_free
from tradewind.storefront.pages import CART_COUNT_COOKIE, never_kept, set_cart_count, show
from tradewind.storefront.place import Place, country_of, in_place, remember_country
from tradewind.storefront.promise_box import box_for
from tradewind.storefront.reading import BadInput, random_key, texts, whole_number
from tradewind.storefront.unpaid_order import forget_paid, remember_unpaid, unpaid_order

CART_COOKIE: Final = "tw_cart"
_KEPT: Final = 60 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the cart did not take something."""

    words: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The cart was filled in another market: its name, and what the goods cost there."""

    market: str
    before: Money


@in_place
@require_safe
def cart_page(request: HttpRequest, place: Place) -> HttpResponse:
    cart = cart_of(request)
    if cart is None:
        return order_instead(request, place) or show_cart(request, place, None)
    return show_cart(request, place, cart)


@in_place
@require_POST
def add_to_cart(request: HttpRequest, place: Place) -> HttpResponse:
    variant_id, quantity = whole_number(request, "variant"), whole_number(request, "quantity")
    at = utc_now()
    try:
        # One transaction: whoever puts the first thing in waits for one commit, and a refusal leaves no empty cart behind.
        with transaction.atomic():
            cart = open_cart(random_key(request, CART_COOKIE), market=place.market.code, language=place.language, at=at)
            add_line(cart, variant_id=variant_id, quantity=quantity, at=at)
    except NoSuchVariant:
        raise BadInput("variant") from None
    except QuantityRefused:
        return show_cart(request, place, cart_of(request), _refusal(place))
    return keep_cart(back_to_cart(place), cart)


@in_place
@require_POST
def change_line(request: HttpRequest, place: Place, variant_id: int) -> HttpResponse:
    quantity = whole_number(request, "quantity")
    cart = cart_of(request)
    if cart is None:
        return back_to_cart(place)
    try:
        set_quantity(cart, variant_id=variant_id, quantity=quantity, at=utc_now())
    except QuantityRefused:
        return show_cart(request, place, cart, _refusal(place))
    return keep_cart(back_to_cart(place), cart)


@in_place
@require_POST
def change_code(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep the discount code, whether it holds or not: the page then says which. Who guesses keeps the one that was."""
    code, at = texts(request, ("code",))["code"], utc_now()
    cart = cart_of(request)
    if cart is not None and not may_be_read(request, cart, code, at):
        words = too_many_guesses(place.language)
        return show_cart(request, place, cart, code_refused=words)
    if cart is not None:
        save_draft(cart, {**cart.draft, "code": code}, at=at)
    return HttpResponseRedirect(place.url("cart") + "#code", status=HTTPStatus.SEE_OTHER)


def cart_of(request: HttpRequest) -> Cart | None:
    return find_cart(random_key(request, CART_COOKIE))


def cart_key(request: HttpRequest) -> str:
    """The key in the cookie, "" where there is none. The cart behind it may have become an order."""
    return random_key(request, CART_COOKIE) or ""


def order_instead(request: HttpRequest, place: Place) -> HttpResponse | None:
    """On to the order that the cart became, where the browser never heard of it: the answer was lost on its way.

    Otherwise it would show an empty cart, and the buyer might order once more. None where there is no such order.
    """
    key = random_key(request, CART_COOKIE)
    order_id = order_id_of_cart(key) if key else None
    if order_id is None:
        return None
    with transaction.atomic():
        token = make_link("order.view", subject=("order", order_id), at=utc_now())
    response = HttpResponseRedirect(place.url("order", token=token), status=HTTPStatus.SEE_OTHER)
    forget_cart(response)
    remember_unpaid(response, token, order_id)
    return response


def forget_cart(response: HttpResponse) -> None:
    response.delete_cookie(CART_COOKIE, samesite="Lax")
    response.delete_cookie(CART_COUNT_COOKIE, samesite="Lax")


def show_cart(
    request: HttpRequest, place: Place, cart: Cart | None, refusal: Refusal | None = None, *, code_refused: str = ""
) -> HttpResponse:
    country = country_of(request, place.market)
    values: dict[str, object] = {"summary": None, "box": None, "moved": None, "refusal": refusal, "most": MOST_OF_ONE}
    values["unpaid"] = unpaid = unpaid_order(request, place)
    if cart is not None:
        at = utc_now()
        code = str(cart.draft.get("code", ""))
        postcode = str(cart.draft.get("postcode", "")) if cart.draft.get("country") == country else ""
        summary = summarise(
            cart, place.market, Choice(country, code=code, postcode=postcode), language=place.language, at=at
        )
        if summary.lines:
            box = box_for(place, country, summary.options, summary.refused)
            values |= {"summary": summary, "box": box, "moved": _moved(cart, place, at)}
            values["until_free"] = missing_until_free(place.market, summary)
            values |= {
                "typed": {"code": code},
                "code_problem": code_problem(summary.code, place.language, place.market.country),
            }
            values |= {"code_refused": code_refused, "code_note": code_note(summary.code, place.language)}
    status = HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.TOO_MANY_REQUESTS if code_refused else HTTPStatus.OK
    response = show(request, place, "storefront/cart.html", values, status=status)
    remember_country(request, response, country)
    forget_paid(request, response, unpaid)
    # The way to an order stands in no copy of the page.
    return never_kept(response) if unpaid else response


def _moved(cart: Cart, place: Place, at: datetime) -> Moved | None:
    """None where the cart was filled here, or the market that it was filled in is gone."""
    if cart.market == place.market.code:
        return None
    try:
        market = market_by_code(cart.market, on=at.date())
    except UnknownMarket:
        return None
    return Moved(market.name(place.language), cost_of_goods(cart, market, language=place.language))


def _refusal(place: Place) -> Refusal:
    return Refusal(
        say(
            place.language,
            "A cart holds at most {units} of one thing and {lines} different things. It is as it was before.",
            units=MOST_OF_ONE,
            lines=MOST_LINES,
        )
    )


def back_to_cart(place: Place) -> HttpResponse:
    return HttpResponseRedirect(place.url("cart"), status=HTTPStatus.SEE_OTHER)


def keep_cart(response: HttpResponse, cart: Cart) -> HttpResponse:
    response.set_cookie(CART_COOKIE, cart.key, max_age=_KEPT, httponly=True, samesite="Lax", secure=settings.IS_HTTPS)
    set_cart_count(response, count_units(cart))
    return response
