"""The code that is asked after the password: of the app, or one from paper."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages, typed
from tradewind.console.account.entering import half_in, log_in
from tradewind.console.account.signing import ANSWER, Purpose, has_passkeys, passkey_words, signed_by
from tradewind.core import words
from tradewind.core.models import Staff
from tradewind.core.passkeys import WrongPasskey
from tradewind.core.second_factors import Shut, WrongCode, check, has_app
from tradewind.core.staff import OPEN_TO_ALL, needs
from tradewind.lib.clock import stamp, utc_now

_WRONG: Final = gettext_noop("This code does not open. Please type the newest one, or an unused one from paper.")
_SHUT: Final = gettext_noop("Too many wrong codes. Please try again after {time} (Beijing).")


@needs(OPEN_TO_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    who = half_in(request, at=now)
    if who is None:
        return pages.to_page("console:login")
    staff, goes_to = who
    if request.method != "POST":
        return _show(request, staff)
    try:
        if request.POST.get(ANSWER):
            signed_by(request, Purpose.STEP, alone=False, at=now, staff=staff)
        else:
            check(staff, typed.read_text(request.POST, "code", longest=40), at=now)
    except WrongPasskey:
        return _show(request, staff, problem=passkey_words(), status=422)
    except (Shut, WrongCode, typed.WrongInput) as problem:
        status = 429 if isinstance(problem, Shut) else 422
        return _show(request, staff, problem=code_words(problem), status=status)
    return log_in(request, staff, goes_to)


def _show(request: HttpRequest, staff: Staff, *, problem: str = "", status: int = 200) -> HttpResponse:
    values = {"problem": problem, "has_app": has_app(staff), "has_passkeys": has_passkeys(staff)}
    return pages.show(request, "account/code.html", values, status=status)


def code_words(problem: Exception) -> str:
    """Why a code does not open, and what to do."""
    if isinstance(problem, Shut):
        return words.say(words.spoken(), _SHUT, time=stamp(problem.until))
    return words.say(words.spoken(), _WRONG)
