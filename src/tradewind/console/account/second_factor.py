"""Turning one's second factor on and off, and new codes for paper."""

from typing import Final

import segno
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.console.account.again import Locked, asks_again, is_own_password
from tradewind.console.account.own_access import show_own_access
from tradewind.console.account.passwords import WRONG
from tradewind.console.account.second_step import code_words
from tradewind.core import words
from tradewind.core.models import Staff
from tradewind.core.second_factors import (
    Shut,
    WrongCode,
    address_for_app,
    begin,
    check,
    confirm,
    has_second_factor,
    renew_recovery_codes,
    turn_off_app,
)
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_LONGEST: Final = 40


@needs("profile.change")
@asks_again("own.second_factor")
@require_POST
def begin_second_factor(request: HttpRequest) -> HttpResponse:
    return _show_secret(request)


@needs("profile.change")
@asks_again("own.second_factor")
@require_POST
def confirm_second_factor(request: HttpRequest) -> HttpResponse:
    try:
        codes = confirm(pages.staff_of(request), _typed(request), at=utc_now())
    except (WrongCode, Shut) as problem:
        return _show_secret(request, problem=code_words(problem), status=422)
    return show_codes(request, codes)


@needs("profile.change")
@asks_again("own.codes")
@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New codes for paper, for whoever has something that they can stand in for."""
    staff = pages.staff_of(request)
    if not has_second_factor(staff):
        return pages.to_page("console:own-access")
    return show_codes(request, renew_recovery_codes(staff, at=utc_now()))


@needs("profile.change")
@require_POST
def turn_off_second_factor(request: HttpRequest) -> HttpResponse:
    """With both: a browser left open is not enough to take away what guards the door."""
    staff, now = pages.staff_of(request), utc_now()
    try:
        if not is_own_password(request, staff, request.POST.get("present", "")):
            return show_own_access(request, problem=words.say(words.spoken(), WRONG), status=422)
        check(staff, _typed(request), at=now)
    except Locked as locked:
        return show_own_access(request, problem=locked.words, status=429)
    except (WrongCode, Shut) as problem:
        return show_own_access(request, problem=code_words(problem), status=422)
    turn_off_app(staff, at=now)
    return pages.to_page("console:own-access", done="second-factor-off")


def _typed(request: HttpRequest) -> str:
    return request.POST.get("code", "")[:_LONGEST]


def _show_secret(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    staff = pages.staff_of(request)
    secret = begin(staff, at=utc_now())
    if not secret:  # turned on in another tab meanwhile
        return pages.to_page("console:own-access")
    values = {"secret": _in_fours(secret), "picture": _picture(staff, secret), "problem": problem}
    return pages.show(request, "account/second_factor.html", values, status=status)


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return pages.show(request, "account/recovery_codes.html", {"codes": codes})


def _picture(staff: Staff, secret: str) -> str:
    """A QR code (ISO/IEC 18004) as an SVG without any style of its own."""
    code = segno.make(address_for_app(staff, secret), error="m", micro=False)
    drawn = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308  # segno draws it; what it says is encoded as modules


def _in_fours(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
