"""The checkout: one page in three short parts. Whatever was typed stays with the cart until the order is placed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.checkout.carts import save_draft
from tradewind.checkout.code_words import code_note, code_problem
from tradewind.checkout.details import LONGEST_NOTE, BadDetails, read_details
from tradewind.checkout.models import Cart
from tradewind.checkout.placing import Agreement, CartIsEmpty, QuoteGotWorse, place_order
from tradewind.checkout.summary import Choice, Summary, summarise
from tradewind.core.links import make_link
from tradewind.core.words import say
from tradewind.inventory.reserving import NotEnoughStock
from tradewind.lib.clock import utc_now
from tradewind.messaging.buyer_zones import keep_zone
from tradewind.payments.starting import start_now
from tradewind.shipping.refused_words import refused_words
from tradewind.storefront.address_fields import address_fields, field_labels, number_asked
from tradewind.storefront.cart import cart_key, cart_of, forget_cart, order_instead
from tradewind.storefront.code_guesses import may_be_read, too_many_guesses
from tradewind.storefront.customs_told import told_before_paying
from tradewind.storefront.notices import announced_to
from tradewind.storefront.pages import show
from tradewind.storefront.paying import on_to_payment
from tradewind.storefront.place import Place, country_of, in_place
from tradewind.storefront.promise_box import countries_of
from tradewind.storefront.reading import texts
from tradewind.storefront.worse import changed_words, differences

FIELDS: Final = (
    "email",
    "name",
    "company",
    "line1",
    "line2",
    "district",
    "postcode",
    "city",
    "region",
    "country",
    "phone",
    "tax_id",
    "gift_note",
    "code",
    "option",
    "method",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the order was not placed: errors by field, and words for what concerns no field."""

    errors: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    # What was shown and what holds now, where the form tells what was shown.
    changes: tuple[str, ...] = ()


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def checkout_page(request: HttpRequest, place: Place) -> HttpResponse:
    cart = cart_of(request)
    if request.method == "POST":
        return _read(request, place, cart)
    if cart is None or not cart.lines.exists():
        return order_instead(request, place) or HttpResponseRedirect(place.url("cart"))
    return _show(request, place, cart, _summary(request, place, cart), Trouble())


def _read(request: HttpRequest, place: Place, cart: Cart | None) -> HttpResponse:
    typed = texts(request, FIELDS)
    if cart is not None and not may_be_read(request, cart, typed["code"], utc_now()):
        _keep_typed(cart, {**typed, "code": str(cart.draft.get("code", ""))})
        return _again(request, place, cart, Trouble(errors={"code": too_many_guesses(place.language)}))
    if request.POST.get("action") == "place":
        return _place(request, place, cart, typed)
    _keep_typed(cart, typed)
    part = "#code" if request.POST.get("action") == "code" else ""
    return HttpResponseRedirect(place.url("checkout") + part, status=HTTPStatus.SEE_OTHER)


def _place(request: HttpRequest, place: Place, cart: Cart | None, typed: Mapping[str, str]) -> HttpResponse:
    """The cart may be gone already: a second click then finds the order that the first one has placed."""
    try:
        doubted = texts(request, ("postcode_doubted",))
        details = read_details({**typed, **doubted}, language=place.language)
        # The order and the link to it in one transaction: the buyer waits for one commit.
        with transaction.atomic():
            placed = place_order(
                cart_key=cart_key(request),
                market=place.market,
                language=place.language,
                details=details,
                agreed=_agreement(request, typed),
                at=utc_now(),
            )
            keep_zone(placed.order.pk, texts(request, ("zone",))["zone"])
            token = make_link("order.view", subject=("order", placed.order.pk), at=utc_now())
    except CartIsEmpty:
        return HttpResponseRedirect(place.url("cart"), status=HTTPStatus.SEE_OTHER)
    except BadDetails as bad:
        _keep_typed(cart, typed)
        return _again(request, place, cart, Trouble(errors=bad.errors))
    except QuoteGotWorse as worse:
        _keep_typed(cart, typed)
        bad_code = code_problem(worse.summary.code, place.language, place.market.country)
        if bad_code:
            return _again(request, place, cart, Trouble(errors={"code": bad_code}), worse.summary)
        words = changed_words(worse.summary, place.language)
        changes = tuple(differences(request, worse.summary, place))
        return _again(request, place, cart, Trouble(words=words, changes=changes), worse.summary)
    except NotEnoughStock:
        _keep_typed(cart, typed)
        words = say(place.language, "Somebody bought the last piece in this moment. Nothing was ordered or charged.")
        return _again(request, place, cart, Trouble(words=words))
    response = on_to_payment(request, place, start_now(placed.intent, now=utc_now), token)
    forget_cart(response)
    return response


def _agreement(request: HttpRequest, typed: Mapping[str, str]) -> Agreement:
    """A code of which the page said that it does not hold is left out: the buyer orders at the price that is shown."""
    code = "" if typed["code"] == texts(request, ("code_doubted",))["code_doubted"] else typed["code"]
    return Agreement(typed["option"], typed["method"], request.POST.get("shown_digest", ""), code)


def _keep_typed(cart: Cart | None, typed: Mapping[str, str]) -> None:
    if cart is not None:
        save_draft(cart, dict(typed), at=utc_now())


def _again(
    request: HttpRequest, place: Place, cart: Cart | None, trouble: Trouble, summary: Summary | None = None
) -> HttpResponse:
    if cart is None:
        return HttpResponseRedirect(place.url("cart"), status=HTTPStatus.SEE_OTHER)
    summary = summary or _summary(request, place, cart)
    return _show(request, place, cart, summary, trouble)


def _summary(request: HttpRequest, place: Place, cart: Cart) -> Summary:
    draft = cart.draft
    choice = Choice(
        _country(request, place, cart),
        *(str(draft.get(part, "")) for part in ("option", "method", "code", "postcode")),
    )
    return summarise(cart, place.market, choice, language=place.language, at=utc_now())


def _country(request: HttpRequest, place: Place, cart: Cart) -> str:
    typed = str(cart.draft.get("country", ""))
    return typed if typed and place.market.serves(typed) else country_of(request, place.market)


def _show(request: HttpRequest, place: Place, cart: Cart, summary: Summary, trouble: Trouble) -> HttpResponse:
    country = summary.country if place.market.serves(summary.country) else _country(request, place, cart)
    status = (
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble.errors else HTTPStatus.CONFLICT if trouble.words else HTTPStatus.OK
    )
    return show(
        request,
        place,
        "storefront/checkout.html",
        {
            "announcements": announced_to(
                place, country, [summary.option] if summary.option is not None else summary.options
            ),
            "summary": summary,
            "typed": {name: str(cart.draft.get(name, "")) for name in FIELDS},
            "code_problem": code_problem(summary.code, place.language, place.market.country),
            "code_note": code_note(summary.code, place.language),
            "code_refused": trouble.errors.get("code", ""),
            "longest_note": LONGEST_NOTE,
            "trouble": trouble,
            "country": country,
            "no_way": refused_words(summary.refused, country, place.language),
            "countries": countries_of(place),
            "customs_told": told_before_paying(summary, place.market, country, place.language),
            "number_asked": number_asked(country, place.language),
            "fields": address_fields(country, place.language),
            "labels": field_labels(country, place.language),
        },
        status=status,
    )
