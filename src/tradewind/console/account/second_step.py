"""The code that is asked after the password: of the app, or one from paper."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages, typed
from tradewind.console.account.entering import half_in, log_in
from tradewind.core import words
from tradewind.core.second_factors import Shut, WrongCode, check
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
        return pages.show(request, "account/code.html", {"problem": ""})
    try:
        check(staff, typed.read_text(request.POST, "code", longest=40), at=now)
    except (Shut, WrongCode, typed.WrongInput) as problem:
        status = 429 if isinstance(problem, Shut) else 422
        return pages.show(request, "account/code.html", {"problem": code_words(problem)}, status=status)
    return log_in(request, staff, goes_to)


def code_words(problem: Exception) -> str:
    """Why a code does not open, and what to do."""
    if isinstance(problem, Shut):
        return words.say(words.spoken(), _SHUT, time=stamp(problem.until))
    return words.say(words.spoken(), _WRONG)
