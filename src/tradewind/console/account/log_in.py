"""Logging in. After some failures for one address from one place that door stays shut for a while (see core.log_in_rules)."""

from dataclasses import dataclass, replace
from typing import Final

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages
from tradewind.console.account.entering import enter
from tradewind.core import words
from tradewind.core.log_in_rules import cool_off
from tradewind.core.models import Staff
from tradewind.core.passkeys import are_possible
from tradewind.core.staff import OPEN_TO_ALL, needs

_WRONG: Final = gettext_noop("This e-mail address and password do not belong together. Please check both.")
_LOCKED: Final = gettext_noop(
    "Too many attempts with this address. Please wait {minutes} minutes, or ask an owner for a new password."
)
_LONGEST: Final = 254


@dataclass(frozen=True, slots=True)
class LogInForm:
    email: str
    password: str
    goes_to: str
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        # PostgreSQL cannot store a zero character, not even to count the failure.
        return bool(self.email and self.password) and "\0" not in self.email and len(self.email) <= _LONGEST


@needs(OPEN_TO_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def log_in_page(request: HttpRequest) -> HttpResponse:
    form = _read(request)
    goes_to = pages.safe_address(request, form.goes_to, default="console:today")
    if isinstance(request.user, Staff):
        return HttpResponseRedirect(goes_to)
    if request.method != "POST":
        return show_log_in(request, form, status=200)
    staff = authenticate(request, username=form.email, password=form.password) if form.is_complete else None
    if isinstance(staff, Staff):
        return enter(request, staff, goes_to)
    language = words.spoken()
    if getattr(request, "axes_locked_out", False):
        minutes = int(cool_off().total_seconds() // 60)
        return show_log_in(request, replace(form, problem=words.say(language, _LOCKED, minutes=minutes)), status=429)
    return show_log_in(request, replace(form, problem=words.say(language, _WRONG)), status=422)


def _read(request: HttpRequest) -> LogInForm:
    sent = request.POST if request.method == "POST" else request.GET
    return LogInForm(
        # Small letters throughout: attempts on one account count as one, however they are written.
        email=request.POST.get("email", "").strip().lower(),
        password=request.POST.get("password", ""),
        goes_to=sent.get("next", ""),
    )


def show_log_in(request: HttpRequest, form: LogInForm, *, status: int) -> HttpResponse:
    return pages.show(request, "account/log_in.html", {"form": form, "has_passkeys": are_possible()}, status=status)
