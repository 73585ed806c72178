"""The first version of the API: its parts, how they refuse, and what holds for every address of it."""

from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import ValidationError

from tradewind import __version__
from tradewind.api import document, me, orders
from tradewind.api.problems import Refusal, WrongValue, WrongValues, problem_response

View = Callable[..., HttpResponse]

PREFIX: Final = "/api/v1/"
_ALLOWED: Final = ("GET", "HEAD", "OPTIONS")
_DESCRIPTION: Final = (
    "Orders for programs, to read. Send a key in the header Authorization: Bearer <key>; the owner of the shop makes "
    "one with: tradewind token create NAME --scope orders:read. Refusals are problem details (RFC 9457)."
)

# ninja's own page of documentation loads its scripts from somebody else's server.
api = NinjaAPI(
    title="Tradewind",
    version=__version__,
    description=_DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="v1",
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
api.add_router("", orders.router)
api.add_router("", me.router)


@api.exception_handler(Refusal)
def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem_response(refusal)


@api.exception_handler(ValidationError)
def _wrong_values(_request: HttpRequest, problem: ValidationError) -> HttpResponse:
    errors = [WrongValue(name=str(error["loc"][-1]), detail=error["msg"]) for error in problem.errors]
    return problem_response(WrongValues(errors))


@api.exception_handler(SuspiciousOperation)
def _unreadable(_request: HttpRequest, _problem: SuspiciousOperation) -> HttpResponse:
    words = "This request could not be read: it has too many parts. Ask for less at once."
    return problem_response(Refusal(HTTPStatus.BAD_REQUEST, "unreadable", words))


def _for_programs(view: View) -> View:
    """What holds for every address: only reading, refusals as problem details, nothing kept in between."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(_ALLOWED)})
        elif request.method not in _ALLOWED:
            response = problem_response(_only_reading())
        else:
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                response = problem_response(_no_such_address())
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


def _only_reading() -> Refusal:
    words = "This API only reads. Use GET or HEAD."
    headers = {"Allow": ", ".join(_ALLOWED)}
    return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "only_reading", words, headers=headers)


def _no_such_address() -> Refusal:
    words = f"There is nothing at this address. All addresses stand in {PREFIX}openapi.json"
    return Refusal(HTTPStatus.NOT_FOUND, "no_such_address", words)


@cache
def openapi_document() -> document.Document:
    told = api.get_openapi_schema(path_prefix=PREFIX)
    document.complete(told)
    return told


def _openapi(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi_document())


def _nowhere(_request: HttpRequest) -> HttpResponse:
    raise Http404


nowhere = _for_programs(_nowhere)
_patterns, _, _ = api.urls
urls = [
    path("openapi.json", _for_programs(_openapi), name="openapi"),
    *[
        URLPattern(part.pattern, _for_programs(part.callback), name=part.name)
        for part in _patterns
        if isinstance(part, URLPattern)
    ],
]
