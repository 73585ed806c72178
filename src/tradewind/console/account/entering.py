"""From a password that was right to a session: straight away, or over the page that asks for a second factor."""

import hmac
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tradewind.console.account.again import note_given
from tradewind.core.devices import note_log_in
from tradewind.core.factor_rule import factor_rule
from tradewind.core.log_in_counting import forget_wrong_passwords
from tradewind.core.log_in_rules import session_age
from tradewind.core.models import Staff
from tradewind.core.requests import client_address
from tradewind.core.second_factors import has_second_factor
from tradewind.lib.clock import utc_now

# Between password and code. Who takes longer begins anew.
WITHIN: Final = timedelta(minutes=10)
_BACKEND: Final = "tradewind.core.staff_backend.StaffBackend"
_HALF_IN: Final = "half_in"


def enter(request: HttpRequest, staff: Staff, goes_to: str) -> HttpResponse:
    """The password was right."""
    forget_wrong_passwords(request, staff.email)
    if not has_second_factor(staff):
        asked = factor_rule().asks(staff.role)
        return log_in(request, staff, demand_address(goes_to) if asked else goes_to)
    # A session of its own: nobody who knew an older key gets half in with it.
    request.session.flush()
    half: dict[str, Any] = {"staff": staff.pk, "at": int(utc_now().timestamp()), "next": goes_to}
    # Of the password: with another one, what was begun with the old one leads nowhere.
    request.session[_HALF_IN] = half | {"of": staff.get_session_auth_hash()}
    return HttpResponseRedirect(reverse("console:login-code"))


def demand_address(goes_to: str) -> str:
    """The page that leads to setting up a second factor, and from there on to where somebody wanted to go."""
    return f"{reverse('console:factor-demand')}?{urlencode({'next': goes_to})}"


def half_in(request: HttpRequest, *, at: datetime) -> tuple[Staff, str] | None:
    """Who has given the right password and no code yet, and where they want to go."""
    known = request.session.get(_HALF_IN)
    if not known or at.timestamp() - known["at"] > WITHIN.total_seconds():
        return None
    staff = Staff.objects.filter(pk=known["staff"], is_active=True).first()
    if staff is None or not hmac.compare_digest(known.get("of", ""), staff.get_session_auth_hash()):
        return None
    return staff, known["next"]


def log_in(request: HttpRequest, staff: Staff, goes_to: str) -> HttpResponse:
    """Begin a session under a new key."""
    login(request, staff, _BACKEND)
    request.session.pop(_HALF_IN, None)
    request.session.set_expiry(session_age())
    note_given(request, at=utc_now())
    note_browser(request, staff)
    return HttpResponseRedirect(goes_to)


def note_browser(request: HttpRequest, staff: Staff) -> None:
    """Put the browser of this session on somebody's list."""
    note_log_in(
        staff,
        session_key=str(request.session.session_key),
        agent=request.headers.get("User-Agent", ""),
        address=client_address(request),
        at=utc_now(),
    )
