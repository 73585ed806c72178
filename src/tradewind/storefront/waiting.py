"""Tell me when it is back: the form's answer, and the pages behind the links in the mails.

Opening a link changes nothing, because mail programs open links before people do; pressing its button does. Every answer
to the form is the same, whether the address is known or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.catalog.models import Variant
from tradewind.catalog.queries import VariantOffer, variant_offers
from tradewind.core.links import LinkExpired, LinkInvalid, open_link
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.messaging import waiting
from tradewind.messaging.models import Waiting
from tradewind.storefront.choosing import query_of
from tradewind.storefront.often import times_with_this
from tradewind.storefront.pages import never_kept, show
from tradewind.storefront.place import Place, in_place
from tradewind.storefront.reading import BadInput, texts, whole_number

MOST_AN_HOUR: Final = 20
_TEMPLATE: Final = "storefront/waiting/page.html"


@dataclass(frozen=True, slots=True)
class Step:
    """What a page says, and the button that it offers."""

    title: str
    words: tuple[str, ...]
    button: str = ""


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, place: Place) -> HttpResponse:
    """Takes the form; shows what happens next. The address is not in the page's."""
    if request.method != "POST":
        return _show(request, place, _look_into_mailbox(place.language))
    offer = _sold_here(place, whole_number(request, "variant"))
    email, at = texts(request, ["email"])["email"], utc_now()
    if times_with_this(request, "waiting", at) > MOST_AN_HOUR:
        return _show(request, place, _too_often(place.language), status=HTTPStatus.TOO_MANY_REQUESTS)
    page = waiting.Page(place.market.code, place.language)
    try:
        waiting.ask(variant=Variant.objects.get(pk=offer.id), email=email, page=page, at=at)
    except waiting.InStock:
        return HttpResponseRedirect(_product(place, offer), status=HTTPStatus.SEE_OTHER)
    except waiting.NotAnAddress:
        wrong = say(place.language, "This is not an e-mail address: check it, we send the confirmation there.")
        product = _product(place, offer)
        values = {"chosen": offer, "goods": offer.options_words, "typed": email, "error": wrong, "product": product}
        return _show(request, place, Step(offer.title, ()), values, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return HttpResponseRedirect(place.url("waiting"), status=HTTPStatus.SEE_OTHER)


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    language, at = place.language, utc_now()
    waiting_id = _behind(waiting.CONFIRM, token, at)
    row = Waiting.objects.filter(pk=waiting_id).exclude(state=Waiting.State.TOLD).first()
    if row is None:
        return _show(request, place, _nothing_there(language), status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        try:
            waiting.confirm(waiting_id=row.pk, at=at)
        except waiting.NotWaiting:
            return _show(request, place, _nothing_there(language), status=HTTPStatus.NOT_FOUND)
        return HttpResponseRedirect(request.path, status=HTTPStatus.SEE_OTHER)
    step = _asked(language) if row.state == Waiting.State.ASKED else _confirmed(language)
    return _show(request, place, step, _goods_of(place, row))


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    """Mail programs post here by themselves when their own button is pressed (RFC 8058), without asking first."""
    waiting_id = _behind(waiting.STOP, token, utc_now())
    if request.method == "POST":
        waiting.stop(waiting_id=waiting_id)
        return _show(request, place, _nothing_there(place.language))
    row = Waiting.objects.filter(pk=waiting_id).exclude(state=Waiting.State.TOLD).first()
    if row is None:
        return _show(request, place, _nothing_there(place.language))
    return _show(request, place, _may_end(place.language), _goods_of(place, row))


def _behind(purpose: str, token: str, at: datetime) -> int:
    """The wish that a link opens; 0, which is none, for a link that leads nowhere: what is gone needs no explanation."""
    try:
        kind, waiting_id = open_link(purpose, token, at=at)
    except (LinkInvalid, LinkExpired):
        return 0
    return waiting_id if kind == "waiting" else 0


def _sold_here(place: Place, variant_id: int) -> VariantOffer:
    offer = variant_offers([variant_id], market_id=place.market.id, language=place.language).get(variant_id)
    if offer is None or offer.price is None:
        raise BadInput("variant")
    return offer


def _product(place: Place, offer: VariantOffer) -> str:
    return place.url("product", slug=offer.slug) + query_of(offer.options)


def _goods_of(place: Place, row: Waiting) -> dict[str, object]:
    """What they wait for, by its name, unless it is sold here no longer."""
    offer = variant_offers([row.variant_id], market_id=place.market.id, language=place.language).get(row.variant_id)
    if offer is None:
        return {}
    name = " · ".join(part for part in (offer.title, offer.options_words) if part)
    return {"goods": name, "product": _product(place, offer)}


def _show(
    request: HttpRequest, place: Place, step: Step, values: Mapping[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    given = {"step": step, "request_path": request.path, **(values or {})}
    return never_kept(show(request, place, _TEMPLATE, given, status=status))


def _look_into_mailbox(language: str) -> Step:
    return Step(
        say(language, "Please look into your mailbox"),
        (
            say(
                language,
                "A mail is on its way to you, unless you have asked before: press its button, and we tell you when it is back.",
            ),
            say(
                language, "Nothing there after some minutes? Look among the unwanted mail too, or ask once more later."
            ),
        ),
    )


def _too_often(language: str) -> Step:
    words = say(
        language, "So many wishes came from your connection that we take no more for now. Try again in an hour."
    )
    return Step(say(language, "This was too much at once"), (words,))


def _asked(language: str) -> Step:
    return Step(
        say(language, "Shall we tell you when it is back?"),
        (say(language, "One message, when it can be bought again. Then we erase your address."),),
        say(language, "Yes, tell me"),
    )


def _confirmed(language: str) -> Step:
    return Step(
        say(language, "We will tell you"),
        (say(language, "You get one message when it is back. Each of our mails has a link to end this."),),
    )


def _may_end(language: str) -> Step:
    return Step(
        say(language, "Shall we forget your wish?"),
        (say(language, "We erase your address from the list, and you hear no more about it."),),
        say(language, "Forget it"),
    )


def _nothing_there(language: str) -> Step:
    return Step(
        say(language, "You are on no list here"),
        (
            say(
                language,
                "Nothing is stored under this link: you were told already, it was ended, or it is too old."
                " You can ask again on the product's page.",
            ),
        ),
    )
