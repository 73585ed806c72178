"""The page that asks for the password again, in the place of an act, and then lets exactly that act go on.

All that was typed waits in the page itself, as fields that nobody sees: nothing is lost, and nothing is kept here.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_noop

from tradewind.console import pages
from tradewind.console.account.again import ACTS, Locked, is_given, is_own_password, note_given
from tradewind.console.account.second_step import code_words
from tradewind.console.account.signing import ANSWER, Purpose, has_passkeys, passkey_words, signed_by
from tradewind.core import words
from tradewind.core.models import Staff
from tradewind.core.passkeys import WrongPasskey
from tradewind.core.second_factors import Shut, WrongCode, check, has_second_factor
from tradewind.lib.clock import utc_now

_OWN: Final = "again-"
PASSWORD: Final = _OWN + "password"
CODE: Final = _OWN + "code"
_BACK: Final = _OWN + "back"
_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field
_LONGEST_CODE: Final = 40
_WRONG: Final = gettext_noop("This is not your password.")
# Asked for and not given: not an error of who asks, and nothing was done.
_NOT_YET: Final = 403


class _Refused(Exception):
    def __init__(self, field: str, message: str, status: int) -> None:
        super().__init__(message)
        self.field = field
        self.words = message
        self.status = status


def ask_first(request: HttpRequest, view: Callable[..., Any]) -> HttpResponse | None:
    """The page that asks; None where the view may go on, with what was typed for it and nothing else."""
    act: str = getattr(view, "asks_again", "")
    if not act or request.method != "POST":
        return None
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]  # as Django's decorator says it
    try:
        if not is_given(request, at=utc_now()):
            _take(request, pages.staff_of(request))
    except _Refused as refused:
        return _show(request, act, refused)
    request.POST = _without_own(request.POST)  # type: ignore[assignment]
    return None


def _take(request: HttpRequest, staff: Staff) -> None:
    """Raises _Refused."""
    now = utc_now()
    if request.POST.get(_OWN + ANSWER):
        try:
            signed_by(request, Purpose.AGAIN, alone=True, at=now, staff=staff, field=_OWN + ANSWER)
        except WrongPasskey as problem:
            raise _Refused(PASSWORD, passkey_words(), 422) from problem
        note_given(request, at=now)
        return
    if PASSWORD not in request.POST:
        raise _Refused("", "", _NOT_YET)
    try:
        is_right = is_own_password(request, staff, request.POST[PASSWORD])
    except Locked as locked:
        raise _Refused(PASSWORD, locked.words, 429) from locked
    if not is_right:
        raise _Refused(PASSWORD, words.say(words.spoken(), _WRONG), 422)
    if has_second_factor(staff):
        try:
            check(staff, request.POST.get(CODE, "")[:_LONGEST_CODE], at=now)
        except (Shut, WrongCode) as problem:
            raise _Refused(CODE, code_words(problem), 429 if isinstance(problem, Shut) else 422) from problem
    note_given(request, at=now)


def _show(request: HttpRequest, act: str, refused: _Refused) -> HttpResponse:
    values: dict[str, Any] = {
        "act": words.say(words.spoken(), ACTS[act]),
        "kept": [(name, value) for name, found in _without_own(request.POST).lists() for value in found],
        "refused": refused,
        "asks_code": has_second_factor(pages.staff_of(request)),
        "has_passkeys": has_passkeys(pages.staff_of(request)),
        "goes_on_at": request.get_full_path(),
        "address": pages.safe_address(request, request.POST.get(_BACK, ""), default="console:today")
        if _BACK in request.POST
        else pages.way_back(request),
    }
    return pages.show(request, "account/again.html", values, status=refused.status)


def _without_own(fields: QueryDict) -> QueryDict:
    left = fields.copy()
    for name in [each for each in left if each.startswith(_OWN) or each == _TOKEN]:
        del left[name]
    left._mutable = False  # noqa: SLF001  # as Django leaves what it has read
    return left
