"""Log-in sessions, tokens against forged forms, and abilities: for the console's addresses only.

Buyers' pages never touch the session table. Every console view declares the ability that it asks for with
`core.staff.needs`, or that it is open; a view without a declaration is refused, so that a forgotten one is a bug that
shows at once and not a door. Failed log-ins are counted by axes' backend; the log-in page words its refusal.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, resolve, reverse

from tradewind.console import refusals
from tradewind.console.account.again import hand_out
from tradewind.console.account.asking_again import ask_first
from tradewind.console.account.factor_demand import demand_factor
from tradewind.console.reaching import is_within
from tradewind.console.staff.viewed import viewed_by, viewer_of
from tradewind.core import words
from tradewind.core.devices import note_seen
from tradewind.core.log_in_rules import session_age
from tradewind.core.models import Staff
from tradewind.core.requests import client_address
from tradewind.core.rows import planned_anew
from tradewind.core.staff import OPEN_TO_ALL, may
from tradewind.lib.clock import utc_now

PREFIX: Final = "/console/"
APP: Final = "console"
# A session is written at most this often, and ends after core.log_in_rules.session_age without a request.
TOUCH_EVERY: Final = timedelta(minutes=10)
_LOOKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_LANGUAGE: Final = "zh"

GetResponse = Callable[[HttpRequest], HttpResponse]


class ConsoleSessionMiddleware:
    """Sessions, log-in, tokens and the staff member's language below /console/; nothing elsewhere."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.tokens = CsrfViewMiddleware(self._answer)
        self.console = SessionMiddleware(AuthenticationMiddleware(self.tokens))

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if request.path == PREFIX.rstrip("/"):
            return HttpResponseRedirect(PREFIX)
        if not is_console(request):
            return self.get_response(request)
        with planned_anew():
            return self.console(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse whoever may not see this view. Raises ImproperlyConfigured where the view does not say who may."""
        if not is_console(request):
            return None
        if request.resolver_match is None or request.resolver_match.app_name != APP:
            return _elsewhere(request)
        ability: str | None = getattr(view, "ability", None)
        if ability is None:
            msg = f"{request.path}: the view {view.__name__} declares no ability; mark it with core.staff.needs()"
            raise ImproperlyConfigured(msg)
        forged = self.tokens.process_view(request, view, args, kwargs)
        if forged is not None or ability == OPEN_TO_ALL:
            return forged
        refused = _refusal(request, ability, kwargs)
        return refused or demand_factor(request) or ask_first(request, view)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        _touch(request)
        language = language_for(request)
        viewed = viewed_by(request)
        if viewed is not None:
            request.viewer, request.user = request.user, viewed  # type: ignore[attr-defined]
        with words.speaking(language):
            response = self.get_response(request)
            if response.status_code == 404:  # noqa: PLR2004  # the storefront's page would speak to a buyer
                response = refusals.not_found(request)
        hand_out(request, response)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


def _refusal(request: HttpRequest, ability: str, parts: dict[str, Any]) -> HttpResponse | None:
    """What whoever asks is told instead of the page; None where it is theirs to see."""
    if not isinstance(request.user, Staff):
        return to_log_in(request)
    if viewer_of(request) is not None and request.method not in _LOOKING:
        return refusals.only_looking(request)
    if not may(request.user, ability):
        return refusals.not_allowed(request)
    return None if is_within(request.user.reach, parts) else refusals.not_found(request)


def _elsewhere(request: HttpRequest) -> HttpResponse:
    """For an address that only the storefront would know: the same without its last slash, or nothing."""
    bare = request.path.rstrip("/")
    try:
        is_page = resolve(bare).app_name == APP
    except Resolver404:
        is_page = False
    if is_page and request.method in {"GET", "HEAD"}:
        query = request.META["QUERY_STRING"]
        return HttpResponseRedirect(f"{bare}?{query}" if query else bare)
    return refusals.not_found(request)


def is_console(request: HttpRequest) -> bool:
    return request.path.startswith(PREFIX)


def language_for(request: HttpRequest) -> str:
    """The staff member's language; before the log-in the one that the address asks for, else Chinese."""
    if isinstance(request.user, Staff):
        return words.STAFF_LANGUAGES.get(request.user.language, DEFAULT_LANGUAGE)
    asked = request.GET.get("language", "")
    return asked if asked in words.STAFF_LANGUAGES.values() else DEFAULT_LANGUAGE


def to_log_in(request: HttpRequest) -> HttpResponse:
    """To the log-in page, and back here afterwards where that can be repeated safely."""
    query = {"next": request.get_full_path()} if request.method in {"GET", "HEAD"} else {}
    address = reverse("console:login")
    return HttpResponseRedirect(f"{address}?{urlencode(query)}" if query else address)


def _touch(request: HttpRequest) -> None:
    if not isinstance(request.user, Staff):
        return
    now = int(utc_now().timestamp())
    if now - request.session.get("seen", 0) > TOUCH_EVERY.total_seconds():
        request.session["seen"] = now
        request.session.set_expiry(int(session_age().total_seconds()))
        key = str(request.session.session_key)
        note_seen(session_key=key, address=client_address(request), at=utc_now())
