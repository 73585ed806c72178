"""The password again, before what hands out power or cannot be undone: a session that somebody else has got hold of is not enough.

Whoever has given it, here or at the log-in, is not asked for a quarter of an hour. That is bound to a cookie of its own: who
knows the session's key alone, say from the database or from a stolen cookie, is asked nevertheless.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from tradewind.core import words
from tradewind.core.log_in_counting import forget_wrong_passwords
from tradewind.core.log_in_rules import cool_off
from tradewind.core.models import Staff

View = TypeVar("View", bound=Callable[..., Any])

# What is asked for, and how the page calls it. One's own password and turning the app's codes off are not here: their
# forms ask by themselves, every time. Nor is what only takes power away, which must be quick. None of the
# forms carries a file, which could not be kept while the password is asked.
ACTS: Final = {
    "keys.make": gettext_noop("Make a key for a program"),
    "staff.invite": gettext_noop("Invite a colleague"),
    "staff.work": gettext_noop("Give a colleague another role or other accounts"),
    "staff.vouching": gettext_noop("Say for which languages a colleague vouches"),
    "staff.return": gettext_noop("Let a colleague in again"),
    "staff.password": gettext_noop("Make a link with which a colleague chooses a new password"),
    "staff.second_factor": gettext_noop("Remove a colleague's second factor"),
    "staff.rule": gettext_noop("Change of whom a second factor is asked"),
    "own.passkeys": gettext_noop("Add or remove a passkey"),
    "own.codes": gettext_noop("Make new codes for paper"),
    "own.second_factor": gettext_noop("Set up your second factor"),
    "connections.save": gettext_noop("Change or try out a connection"),
    "settings.save": gettext_noop("Change a setting"),
    "alerts.add": gettext_noop("Have alerts told to somebody"),
    "alerts.save": gettext_noop("Change what is told to whom"),
    "hooks.make": gettext_noop("Add a webhook"),
    "hooks.save": gettext_noop("Change a webhook"),
    "hooks.secret": gettext_noop("Make a new secret for a webhook"),
    "buyers.erase": gettext_noop("Erase what is personal of an order"),
    "orders.export": gettext_noop("Take orders out as a file"),
    "shop.profile": gettext_noop("Change the shop's profile, with the accounts that buyers pay to"),
    "markets.pay": gettext_noop("Change where buyers pay to"),
}
HOLDS_FOR: Final = timedelta(minutes=15)
COOKIE: Final = "tw_again"
LONGEST_PASSWORD: Final = 200
_KEPT: Final = "again"
_LOCKED: Final = gettext_noop("Too many wrong passwords. Please wait {minutes} minutes. Nothing was changed.")


class Locked(Exception):
    """Too many wrong passwords from one place, here and at the log-in together."""

    @property
    def words(self) -> str:
        return words.say(words.spoken(), _LOCKED, minutes=int(cool_off().total_seconds() // 60))


def asks_again(act: str) -> Callable[[View], View]:
    """Declare on a view that it asks for the password again, for one of ACTS."""
    if act not in ACTS:
        msg = f"no act is called {act}"
        raise LookupError(msg)

    def mark(view: View) -> View:
        view.asks_again = act  # type: ignore[attr-defined]
        return view

    return mark


def is_own_password(request: HttpRequest, staff: Staff, typed: str) -> bool:
    """Counted like the log-in's, so that nobody guesses here what the log-in would refuse. Raises Locked."""
    if not typed or len(typed) > LONGEST_PASSWORD:
        return False
    # Small letters, as at the log-in: both count as one.
    found = authenticate(request, username=staff.email.lower(), password=typed)
    if getattr(request, "axes_locked_out", False):
        raise Locked
    if not isinstance(found, Staff) or found.pk != staff.pk:
        return False
    forget_wrong_passwords(request, staff.email)
    return True


def note_given(request: HttpRequest, *, at: datetime) -> None:
    """The password was right a moment ago. The browser gets the cookie with the answer: see `hand_out`."""
    token = secrets.token_urlsafe(32)
    request.session[_KEPT] = {"digest": _digest(token), "at": int(at.timestamp())}
    request.given_again = token  # type: ignore[attr-defined]


def is_given(request: HttpRequest, *, at: datetime) -> bool:
    """Within the last quarter of an hour, in this browser?"""
    kept = request.session.get(_KEPT)
    if not kept or not 0 <= at.timestamp() - kept["at"] < HOLDS_FOR.total_seconds():
        return False
    return hmac.compare_digest(kept["digest"], _digest(request.COOKIES.get(COOKIE, "")))


def hand_out(request: HttpRequest, response: HttpResponse) -> None:
    token = getattr(request, "given_again", "")
    if token:
        response.set_cookie(
            COOKIE,
            token,
            max_age=HOLDS_FOR,
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Strict",
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
