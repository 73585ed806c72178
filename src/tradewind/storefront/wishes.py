"""The wish list: shown, added to, taken from. Its random key in a cookie is all that ties it to a browser."""

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from tradewind.catalog.stock_shown import FEW
from tradewind.checkout.carts import NoSuchVariant
from tradewind.checkout.models import WishList
from tradewind.checkout.wishes import MOST_WISHES, WishListFull, add_wish, find_list, remove_wish, wished
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.storefront.pages import show
from tradewind.storefront.place import A_YEAR, Place, in_place
from tradewind.storefront.reading import BadInput, random_key, whole_number

COOKIE: Final = "tw_wishes"


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def wishes_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Shows the list; takes a variant onto it."""
    if request.method != "POST":
        return _show(request, place)
    try:
        wish_list = add_wish(random_key(request, COOKIE), variant_id=whole_number(request, "variant"), at=utc_now())
    except NoSuchVariant:
        raise BadInput("variant") from None
    except WishListFull:
        words = say(
            place.language,
            "A wish list holds at most {most} things. It is as it was before: take something off to make room.",
            most=MOST_WISHES,
        )
        return _show(request, place, words)
    return _keep(_back(place), wish_list)


@in_place
@require_POST
def take_off(request: HttpRequest, place: Place, variant_id: int) -> HttpResponse:
    remove_wish(random_key(request, COOKIE), variant_id=variant_id, at=utc_now())
    return _back(place)


def _show(request: HttpRequest, place: Place, refusal: str = "") -> HttpResponse:
    wish_list = find_list(random_key(request, COOKIE), at=utc_now())
    values = {
        "wishes": wished(wish_list, market_id=place.market.id, language=place.language) if wish_list else [],
        "refusal": refusal,
        "is_wish_list": True,
        "few": FEW,
    }
    status = HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK
    response = show(request, place, "storefront/wishes.html", values, status=status)
    return _keep(response, wish_list) if wish_list else response


def _back(place: Place) -> HttpResponse:
    return HttpResponseRedirect(place.url("wishes"), status=HTTPStatus.SEE_OTHER)


def _keep(response: HttpResponse, wish_list: WishList) -> HttpResponse:
    """For another year, as the list itself."""
    response.set_cookie(COOKIE, wish_list.key, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.IS_HTTPS)
    return response
