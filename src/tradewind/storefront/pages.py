"""How a page of the shop is put together: template, frame, language, and the headers that fit it."""

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tradewind.catalog.categories import tree_of
from tradewind.core.words import say, speaking
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import EU_MEMBERS
from tradewind.markets.shop import shop_profile
from tradewind.storefront.being_found import head_of
from tradewind.storefront.place import Place

CART_COUNT_COOKIE: Final = "tw_cart_n"
# Stands in a rendered page where the number of things in the cart belongs, so that one page serves every buyer.
CART_COUNT_MARK: Final = "\ue000cart\ue000"
_WITHDRAWAL: Final = EU_MEMBERS | {"GB", "IS", "LI", "NO"}


def render(request: HttpRequest, place: Place, template: str, values: Mapping[str, Any]) -> str:
    """The page with CART_COUNT_MARK in it."""
    with speaking(place.language, place.market.country):
        return render_to_string(
            template,
            {
                "place": place,
                "shop": values["shop"] if "shop" in values else shop_profile(),
                "translations": {language: _elsewhere(request, place, language) for language in place.market.languages},
                "navigation": tree_of(place.market.id, place.market.version).roots(),
                "cart_count": CART_COUNT_MARK,
                "announcements": place.market.announced(utc_now(), place.language),
                "answers": answers_of(place),
                "can_withdraw": can_withdraw(place),
                **head_of(request.path, place),
                **values,
            },
        )


def show(
    request: HttpRequest, place: Place, template: str, values: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page that belongs to this buyer alone or is made anew for each."""
    html = render(request, place, template, values).replace(CART_COUNT_MARK, cart_count(request))
    return private(HttpResponse(html, status=status))


def answers_of(place: Place) -> list[tuple[str, str]]:
    """(page, name) of the pages that answer, beside the one on delivery."""
    language = place.language
    is_japan = "JP" in place.market.countries
    # Japan's law has a name for it, and buyers look for that name.
    japanese = say(language, "Notice under the Act on Specified Commercial Transactions")
    return [
        ("payment", say(language, "Payment")),
        ("returns", say(language, "Returns")),
        ("contact", say(language, "Contact")),
        ("terms", say(language, "Terms")),
        ("privacy", say(language, "Privacy")),
        ("legal", japanese if is_japan else say(language, "Legal notice")),
    ]


def can_withdraw(place: Place) -> bool:
    """Is this a market whose law lets consumers withdraw from a contract at a distance?"""
    return bool(place.market.countries & _WITHDRAWAL)


def private(response: HttpResponse) -> HttpResponse:
    """Nobody but this browser may keep it, and it asks again each time."""
    response["Cache-Control"] = "private, no-cache"
    return response


def never_kept(response: HttpResponse) -> HttpResponse:
    """For pages behind a signed link: no copy anywhere, no address handed on, nothing for search engines."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def cart_count(request: HttpRequest) -> str:
    """As the cookie has it, at most five digits of it, whatever a buyer writes there."""
    given = request.COOKIES.get(CART_COUNT_COOKIE, "")[:5]
    return str(int(given)) if given.isascii() and given.isdecimal() else "0"


def set_cart_count(response: HttpResponse, count: int) -> None:
    response.set_cookie(
        CART_COUNT_COOKIE, str(count), max_age=60 * 24 * 3600, samesite="Lax", secure=settings.IS_HTTPS, httponly=True
    )


def _elsewhere(request: HttpRequest, place: Place, language: str) -> str:
    """The same page in another language: the address with its second part replaced."""
    here = f"/{place.market.code}/{place.language}/"
    rest = request.path.removeprefix(here) if request.path.startswith(here) else ""
    return f"/{place.market.code}/{language}/{rest}"
