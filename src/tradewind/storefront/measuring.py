"""Tells insights which step a visitor has reached: no cookie, no script, nothing that the page would wait for."""

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tradewind.core.requests import client_address
from tradewind.insights.models import Step
from tradewind.insights.sources import source_of
from tradewind.insights.visits import Seen, recorder
from tradewind.lib.clock import utc_now

# Names of addresses -> what it means to have been shown one.
_SHOWN: Final = {
    "product": (Step.VISIT, Step.PRODUCT),
    "checkout": (Step.VISIT, Step.CHECKOUT),
    "seen": (),  # a part of a page that was counted
}
_NO_PERSON: Final = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|lighthouse|python|curl|wget|httpx|java/|go-http|feed", re.IGNORECASE
)
_REDIRECTS: Final = {302, 303}
_LONGEST_BROWSER: Final = 400


class MeasuringMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        steps = _steps(request, response)
        if steps and _is_person(request):
            _note(request, steps)
        return response


def _steps(request: HttpRequest, response: HttpResponseBase) -> tuple[Step, ...]:
    """What this answer means; nothing for addresses without a market and for refusals."""
    match = request.resolver_match
    if match is None or match.namespace != "storefront" or "market" not in match.kwargs:
        return ()
    if request.method == "POST":
        return _taken(str(match.url_name), response)
    is_page = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")  # noqa: PLR2004
    if request.method != "GET" or not is_page:
        return ()
    return _SHOWN.get(str(match.url_name), (Step.VISIT,))


def _taken(name: str, response: HttpResponseBase) -> tuple[Step, ...]:
    """The step that a form has taken, when it was accepted."""
    if response.status_code not in _REDIRECTS:
        return ()
    if name == "cart-lines":
        return (Step.CART,)
    # The cart's cookie is taken away when, and only when, the cart has become an order.
    cart = response.cookies.get("tw_cart")
    return (Step.ORDERED,) if name == "checkout" and cart is not None and not cart.value else ()


def _is_person(request: HttpRequest) -> bool:
    """Machines, pages that a browser loads in advance, and people who ask not to be measured are left out."""
    browser = request.headers.get("User-Agent", "")
    wishes = (request.headers.get("DNT"), request.headers.get("Sec-GPC"))
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose") == "prefetch"
    return bool(browser) and "1" not in wishes and not is_ahead and not _NO_PERSON.search(browser)


def _note(request: HttpRequest, steps: tuple[Step, ...]) -> None:
    match = request.resolver_match
    assert match is not None  # noqa: S101  # a step has an address
    at = utc_now()
    source = source_of(request.GET, request.headers.get("Referer", ""), own_host=request.get_host())
    address, browser = client_address(request), request.headers.get("User-Agent", "")[:_LONGEST_BROWSER]
    for step in steps:
        recorder.note(Seen(at, str(match.kwargs["market"]), address, browser, step, source))
