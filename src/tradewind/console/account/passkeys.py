"""Passkeys: one's own, and coming in with one. Browsers without scripts keep the way over the password."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.account.entering import half_in, log_in
from tradewind.console.account.log_in import LogInForm, show_log_in
from tradewind.console.account.own_access import show_own_access
from tradewind.console.account.second_factor import show_codes
from tradewind.console.account.signing import ANSWER, WITHIN, Purpose, challenge_of, passkey_words, remember, signed_by
from tradewind.console.products.reading import Form
from tradewind.core.models import Staff
from tradewind.core.passkeys import (
    LONGEST_NAME,
    KnownPasskey,
    Question,
    TooManyPasskeys,
    WrongPasskey,
    add_passkey,
    are_possible,
    ask_to_make,
    ask_to_sign,
    passkeys_of,
    remove_passkey,
    rename_passkey,
)
from tradewind.core.second_factors import first_recovery_codes, forget_what_guards_nothing
from tradewind.core.staff import OPEN_TO_ALL, needs
from tradewind.lib.clock import utc_now

_NOT_MADE = gettext_noop("The passkey was not added. Please try again.")
_KNOWN = gettext_noop("This passkey is there already.")
_MANY = gettext_noop("You have twenty passkeys. Please remove one first.")


@needs(OPEN_TO_ALL)
@require_POST
def question_at_the_door(request: HttpRequest) -> HttpResponse:
    """After a right password of that person's passkeys, else of whatever the browser has for this shop."""
    now = utc_now()
    half = half_in(request, at=now)
    if half is None:
        # Anybody may ask: what is kept for a stranger lives as long as the question.
        request.session.set_expiry(WITHIN)
        return _ask(request, Purpose.DOOR, ask_to_sign(None, alone=True))
    return _ask(request, Purpose.STEP, ask_to_sign(half[0], alone=False))


@needs(OPEN_TO_ALL)
@require_POST
def log_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """Without a password: who had to show a finger, a face or a PIN to the passkey has shown both factors."""
    goes_to = pages.safe_address(request, request.POST.get("next", ""), default="console:today")
    if isinstance(request.user, Staff):
        return HttpResponseRedirect(goes_to)
    try:
        staff = signed_by(request, Purpose.DOOR, alone=True, at=utc_now())
    except WrongPasskey:
        form = LogInForm("", "", request.POST.get("next", ""), passkey_words())
        return show_log_in(request, form, status=422)
    return log_in(request, staff, goes_to)


@needs("profile.change")
@require_POST
def question(request: HttpRequest) -> HttpResponse:
    """For making one, or for signing instead of the password again."""
    staff = pages.staff_of(request)
    if request.GET.get("for") == Purpose.ADDING:
        return _ask(request, Purpose.ADDING, ask_to_make(staff))
    return _ask(request, Purpose.AGAIN, ask_to_sign(staff, alone=True))


@needs("profile.change")
@asks_again("own.passkeys")
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """With the first second factor come the codes for paper."""
    staff, form, now = pages.staff_of(request), Form(request.POST), utc_now()
    name = form.text("passkey_name", longest=LONGEST_NAME, is_needed=True)
    if form.errors:
        return show_own_access(request, form=form, status=422)
    try:
        challenge = challenge_of(request, Purpose.ADDING, at=now)
        add_passkey(staff, request.POST.get(ANSWER, ""), challenge=challenge, name=name, at=now)
    except (WrongPasskey, KnownPasskey, TooManyPasskeys) as problem:
        form.complain("passkey_name", _message_of(problem))
        return show_own_access(request, form=form, status=422)
    codes = first_recovery_codes(staff, at=now)
    return show_codes(request, codes) if codes else pages.to_page("console:own-access", done="passkey-added")


@needs("profile.change")
@require_POST
def rename(request: HttpRequest, passkey_id: int) -> HttpResponse:
    row, form = get_object_or_404(passkeys_of(pages.staff_of(request)), pk=passkey_id), Form(request.POST)
    name = form.text("name", longest=LONGEST_NAME, is_needed=True)
    if form.errors:
        return show_own_access(request, problem=form.errors["name"], status=422)
    rename_passkey(row, name=name)
    return pages.to_page("console:own-access", done="passkey-named")


@needs("profile.change")
@asks_again("own.passkeys")
@require_POST
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    staff = pages.staff_of(request)
    if not remove_passkey(staff, passkey_id, at=utc_now()):
        raise Http404
    forget_what_guards_nothing(staff)
    return pages.to_page("console:own-access", done="passkey-removed")


def _ask(request: HttpRequest, purpose: Purpose, asked: Question) -> HttpResponse:
    if not are_possible():
        raise Http404
    remember(request, purpose, asked, at=utc_now())
    return JsonResponse(asked.options)


def _message_of(problem: Exception) -> str:
    if isinstance(problem, KnownPasskey):
        return _KNOWN
    return _MANY if isinstance(problem, TooManyPasskeys) else _NOT_MADE
