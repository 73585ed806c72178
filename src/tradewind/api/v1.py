"""The first version of the API: its parts, how they refuse, and what holds for every address of it."""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.utils import replace_path_param_notation

from tradewind import __version__
from tradewind.api import (
    buyers,
    document,
    me,
    media,
    media_describing,
    orders,
    orders_moving,
    papers,
    parcels,
    prices,
    products,
    products_writing,
    promises,
    quotes,
    refunds,
    stock,
    tracking,
    webhook_log,
    webhooks,
)
from tradewind.api.keys import Key
from tradewind.api.limits import Allowance
from tradewind.api.problems import Refusal, WrongValue, WrongValues, problem_response, wrong_value
from tradewind.core.rows import planned_anew

View = Callable[..., HttpResponse]

PREFIX: Final = "/api/v1/"
_READING: Final = ("GET", "HEAD", "OPTIONS")
_IN_BODY: Final = frozenset({"body", "form", "file"})
_DESCRIPTION: Final = (
    "Products, prices, stock, media, orders, buyers and webhooks for programs. Send a key in the header Authorization: "
    "Bearer <key>; the owner of the shop makes one with: tradewind token create NAME --scope orders:read. Refusals are "
    "problem details (RFC 9457). Every request that changes something takes an Idempotency-Key."
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
_PARTS: Final = (
    orders,
    orders_moving,
    parcels,
    tracking,
    papers,
    promises,
    quotes,
    refunds,
    products,
    products_writing,
    prices,
    stock,
    media,
    media_describing,
    buyers,
    webhooks,
    webhook_log,
    me,
)
_ROUTERS: Final = list(dict.fromkeys(part.router for part in _PARTS))
for router in _ROUTERS:
    api.add_router("", router)


@api.exception_handler(Refusal)
def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem_response(refusal)


@api.exception_handler(ValidationError)
def _wrong_values(_request: HttpRequest, problem: ValidationError) -> HttpResponse:
    return problem_response(WrongValues([_wrong(error["loc"], error["msg"]) for error in problem.errors]))


@api.exception_handler(HttpError)
def _not_json(_request: HttpRequest, _problem: HttpError) -> HttpResponse:
    words = "The body could not be read. Send JSON in UTF-8."
    return problem_response(Refusal(HTTPStatus.BAD_REQUEST, "unreadable", words))


@api.exception_handler(RequestDataTooBig)
def _too_large(_request: HttpRequest, _problem: RequestDataTooBig) -> HttpResponse:
    words = "The body is too long. Send less at once."
    return problem_response(Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", words))


@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
def _unreadable(_request: HttpRequest, _problem: Exception) -> HttpResponse:
    words = "This request could not be read: it has too many parts, or broken ones. Ask for less at once."
    return problem_response(Refusal(HTTPStatus.BAD_REQUEST, "unreadable", words))


def _wrong(place: Sequence[str | int], words: str) -> WrongValue:
    """`place` names the kind of part first, and of a body the name that the view gives it."""
    kind, *rest = place
    if kind not in _IN_BODY:
        return WrongValue(name=str(place[-1]), pointer=None, detail=words)
    return wrong_value(rest[1:] if kind == "body" else rest, words)


def _for_programs(view: View, allowed: Sequence[str] = _READING) -> View:
    """What holds for every address: known methods, refusals as problem details, what is left of the minute, nothing kept."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(allowed)})
        elif request.method not in allowed:
            response = problem_response(_no_such_method(allowed))
        else:
            try:
                with planned_anew():
                    response = view(request, *args, **kwargs)
            except Http404:
                response = problem_response(_no_such_address())
        allowance = getattr(request, "allowance", None)
        if isinstance(allowance, Allowance):
            for name, value in allowance.headers.items():
                response[name] = value
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


def _no_such_method(allowed: Sequence[str]) -> Refusal:
    is_for_reading = set(allowed) <= set(_READING)
    words = "This address only reads. Use GET or HEAD." if is_for_reading else f"Use {', '.join(allowed)} here."
    code = "only_reading" if is_for_reading else "no_such_method"
    return Refusal(HTTPStatus.METHOD_NOT_ALLOWED, code, words, headers={"Allow": ", ".join(allowed)})


def _no_such_address() -> Refusal:
    words = f"There is nothing at this address. All addresses stand in {PREFIX}openapi.json"
    return Refusal(HTTPStatus.NOT_FOUND, "no_such_address", words)


@cache
def openapi_document() -> document.Document:
    told = api.get_openapi_schema(path_prefix=PREFIX)
    document.complete(told, _scopes())
    return told


def _openapi(_request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi_document())


def _nowhere(_request: HttpRequest) -> HttpResponse:
    raise Http404


def _scopes() -> dict[str, str]:
    """The scope that each operation needs; none, where any key will do."""
    found = {}
    for each in _ROUTERS:
        for view in each.path_operations.values():
            for operation in view.operations:
                own = operation.auth_param
                key = own if isinstance(own, Key) else each.auth
                found[str(operation.operation_id)] = key.scope if isinstance(key, Key) else ""
    return found


def _methods() -> dict[str, list[str]]:
    """What each address may be asked with, by its pattern."""
    found: dict[str, list[str]] = {}
    for each in _ROUTERS:
        for address, view in each.path_operations.items():
            methods = dict.fromkeys(method for operation in view.operations for method in operation.methods)
            found[replace_path_param_notation(address).lstrip("/")] = [*methods, "OPTIONS"]
    return found


nowhere = _for_programs(_nowhere)
_allowed = _methods()
_patterns, _, _ = api.urls
urls = [
    path("openapi.json", _for_programs(_openapi), name="openapi"),
    *[
        URLPattern(part.pattern, _for_programs(part.callback, _allowed[str(part.pattern)]), name=part.name)
        for part in _patterns
        if isinstance(part, URLPattern) and str(part.pattern) in _allowed
    ],
]
