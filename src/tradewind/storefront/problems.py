"""What a buyer reads when something cannot be shown: what happened, what was not lost, what to do.

They must work when the database is the part that is missing: only a page that was not found asks it, for ways on.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from tradewind.catalog.categories import tree_of
from tradewind.core.words import LOCALES, say, speaking
from tradewind.lib.clock import utc_now
from tradewind.storefront.miswritten import meant_by
from tradewind.storefront.pages import private
from tradewind.storefront.place import find_place, preferred_language

log = structlog.get_logger(__name__)
_PLACE_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Problem:
    title: str
    words: str
    # Where it can be mended: address and label, or nothing.
    way: tuple[str, str] = ("", "")
    # What else to look at: addresses and names.
    ways_on: tuple[tuple[str, str], ...] = ()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    meant = _meant(request)
    if meant is not None:
        return private(HttpResponsePermanentRedirect(meant))
    language = language_of(request)
    return problem_page(
        request,
        HTTPStatus.NOT_FOUND,
        Problem(
            say(language, "This page does not exist"),
            say(
                language,
                "The address may be mistyped, or what stood here is no longer sold. Your cart is as you left it.",
            ),
            ways_on=_ways_on(request),
        ),
    )


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    language = language_of(request)
    return problem_page(
        request,
        HTTPStatus.FORBIDDEN,
        Problem(
            say(language, "This was not accepted"),
            say(
                language,
                "The form came from another site, or you may not see this page. Open the shop again and retry there.",
            ),
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return too_large(request)
    language = language_of(request)
    return problem_page(
        request,
        HTTPStatus.BAD_REQUEST,
        Problem(
            say(language, "We could not read this"),
            say(
                language,
                "What arrived here was not complete or not text. Nothing was changed; please go back and try again.",
            ),
        ),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    language = language_of(request)
    return problem_page(
        request,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Problem(
            say(language, "This was too much at once"),
            say(
                language,
                "The form was larger than any order needs. Nothing was changed; please go back and shorten it.",
            ),
        ),
    )


def failed(request: HttpRequest) -> HttpResponse:
    language = language_of(request)
    return problem_page(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        Problem(
            say(language, "Something broke on our side"),
            say(language, "We have a note of it. Your cart and your orders are safe; please try again in a minute."),
        ),
    )


def problem_page(request: HttpRequest, status: HTTPStatus, problem: Problem) -> HttpResponse:
    language = language_of(request)
    with speaking(language):
        html = render_to_string(
            "storefront/problem.html",
            {
                "language": language,
                "problem": problem,
                "status": status,
                "home": _home(request),
                "search": _search(request) if status == HTTPStatus.NOT_FOUND else (),
            },
        )
    return private(HttpResponse(html, status=status))


def language_of(request: HttpRequest) -> str:
    """From the address where it has one, else as for any page outside a place."""
    parts = request.path.split("/")
    if len(parts) > _PLACE_PARTS and parts[_PLACE_PARTS] in LOCALES:
        return parts[_PLACE_PARTS]
    return preferred_language(request)


def _meant(request: HttpRequest) -> str | None:
    try:
        return meant_by(request)
    except DatabaseError:
        log.warning("address_unknown", exc_info=True)
        return None


def _home(request: HttpRequest) -> str:
    codes = _place_codes(request)
    return reverse("storefront:home", args=codes) if codes else "/"


def _search(request: HttpRequest) -> tuple[str, ...]:
    """Where the search box sends what is typed, and where it asks for suggestions."""
    codes = _place_codes(request)
    return tuple(reverse(f"storefront:{name}", args=codes) for name in ("search", "suggestions")) if codes else ()


def _place_codes(request: HttpRequest) -> tuple[str, str] | None:
    """The market and the language that the address names, whether or not there is such a market."""
    parts = request.path.split("/")
    if len(parts) > _PLACE_PARTS and parts[_PLACE_PARTS] in LOCALES and parts[1].isalnum():
        return parts[1], parts[_PLACE_PARTS]
    return None


def _ways_on(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The categories of the market in the address; none where it has none, or nobody can be asked."""
    codes = _place_codes(request)
    if codes is None:
        return ()
    try:
        place = find_place(*codes, on=utc_now().date())
        shelves = tree_of(place.market.id, place.market.version).roots()
    except Http404:
        return ()
    except DatabaseError:
        log.warning("ways_on_unknown", exc_info=True)
        return ()
    return tuple((place.url("category", slug=shelf.slug), shelf.name(place.language)) for shelf in shelves)
