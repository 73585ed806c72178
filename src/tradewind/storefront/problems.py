"""What a buyer reads when something cannot be shown: what happened, what was not lost, what to do.

These pages ask no database: they must work when it is the one that is missing.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tradewind.core.words import LOCALES, say, speaking
from tradewind.storefront.pages import private
from tradewind.storefront.place import preferred_language

_PLACE_PARTS: Final = 2


@dataclass(frozen=True, slots=True)
class Problem:
    title: str
    words: str
    # Where it can be mended: address and label, or nothing.
    way: tuple[str, str] = ("", "")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
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
            {"language": language, "problem": problem, "status": status, "home": _home(request)},
        )
    return private(HttpResponse(html, status=status))


def language_of(request: HttpRequest) -> str:
    """From the address where it has one, else as for any page outside a place."""
    parts = request.path.split("/")
    if len(parts) > _PLACE_PARTS and parts[_PLACE_PARTS] in LOCALES:
        return parts[_PLACE_PARTS]
    return preferred_language(request)


def _home(request: HttpRequest) -> str:
    parts = request.path.split("/")
    if len(parts) > _PLACE_PARTS and parts[_PLACE_PARTS] in LOCALES and parts[1].isalnum():
        return f"/{parts[1]}/{parts[2]}/"
    return "/"
