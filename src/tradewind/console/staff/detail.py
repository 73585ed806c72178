"""One colleague: what they do, where they are logged in, and letting them go and in again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.account.agents import agent_words
from tradewind.console.audit.reading import changes_about
from tradewind.console.products.reading import Form
from tradewind.console.staff.letters import mail_new_password, welcome_address
from tradewind.console.staff.work_form import all_accounts, fields_of, read_accounts, read_role, ticked_of
from tradewind.core import second_factors
from tradewind.core.devices import devices_of, log_out_everywhere
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.core.staff import may, needs
from tradewind.core.staffing import LastOwner, OwnAccess, change_work, let_go, log_out, take_back_in
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now
from tradewind.messaging.wording.writing import vouched_by

_LAST_OWNER: Final = gettext_noop("Nobody else is an owner. Make another person one first.")
_OWN: Final = gettext_noop("Another owner decides on your own access.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about somebody, beside which field a refusal stands, and what the page says afterwards."""

    field: str
    done: str
    make: Callable[[], object]


@needs("staff.view")
@require_safe
def colleague_page(request: HttpRequest, staff_id: int) -> HttpResponse:
    colleague = get_object_or_404(Staff, pk=staff_id)
    return _show(request, colleague, Form(fields_of(colleague)))


@needs("staff.change")
@asks_again("staff.work")
@require_POST
def change_colleague(request: HttpRequest, staff_id: int) -> HttpResponse:
    colleague, form = get_object_or_404(Staff, pk=staff_id), Form(request.POST)
    role, accounts = read_role(form), read_accounts(form, request.POST, all_accounts())
    if form.errors or role is None:
        return _show(request, colleague, form, status=422)
    by, at = pages.staff_of(request), utc_now()
    return _decide(
        request,
        colleague,
        form,
        Decision("role", "staff", lambda: change_work(staff_id, role=role, account_ids=accounts, by=by, at=at)),
    )


@needs("staff.change")
@require_POST
def let_colleague_go(request: HttpRequest, staff_id: int) -> HttpResponse:
    colleague, by, at = get_object_or_404(Staff, pk=staff_id), pages.staff_of(request), utc_now()
    decision = Decision("leaving", "staff-left", lambda: let_go(staff_id, by=by, at=at))
    return _decide(request, colleague, Form(fields_of(colleague)), decision)


@needs("staff.change")
@asks_again("staff.return")
@require_POST
def let_colleague_in_again(request: HttpRequest, staff_id: int) -> HttpResponse:
    try:
        take_back_in(staff_id, by=pages.staff_of(request), at=utc_now())
    except (Staff.DoesNotExist, OwnAccess):
        raise Http404 from None
    return pages.to_page("console:colleague", done="staff-back", staff_id=staff_id)


@needs("staff.change")
@asks_again("staff.password")
@require_POST
def give_new_password(request: HttpRequest, staff_id: int) -> HttpResponse:
    colleague = get_object_or_404(Staff, pk=staff_id, is_active=True)
    row, token = mail_new_password(colleague, by=pages.staff_of(request), at=utc_now())
    return pages.show(request, "staff/link.html", {"row": row, "link": welcome_address(token), "is_new": False})


@needs("staff.change")
@asks_again("staff.second_factor")
@require_POST
def remove_second_factor(request: HttpRequest, staff_id: int) -> HttpResponse:
    """For who has lost phone and paper. They are logged out, and their password alone lets them in until they set up another."""
    colleague = get_object_or_404(Staff, pk=staff_id)
    second_factors.turn_off(colleague, by=pages.staff_of(request), at=utc_now())
    log_out_everywhere(colleague)
    return pages.to_page("console:colleague", done="second-factor-off", staff_id=staff_id)


@needs("staff.change")
@require_POST
def log_colleague_out(request: HttpRequest, staff_id: int) -> HttpResponse:
    log_out(get_object_or_404(Staff, pk=staff_id), by=pages.staff_of(request), at=utc_now())
    return pages.to_page("console:colleague", done="device-out", staff_id=staff_id)


def _decide(request: HttpRequest, colleague: Staff, form: Form, decision: Decision) -> HttpResponse:
    try:
        decision.make()
    except (LastOwner, OwnAccess) as refusal:
        form.complain(decision.field, _LAST_OWNER if isinstance(refusal, LastOwner) else _OWN)
        return _show(request, colleague, form, status=422)
    return pages.to_page("console:colleague", done=decision.done, staff_id=colleague.pk)


def _show(request: HttpRequest, colleague: Staff, form: Form, *, status: int = 200) -> HttpResponse:
    posted = {int(each) for each in request.POST.getlist("account") if each.isdigit()}
    values: dict[str, Any] = {
        "colleague": colleague,
        "form": form,
        "roles": Role.values,
        "accounts": all_accounts(),
        "ticked": posted or ticked_of(colleague),
        "has_second_factor": second_factors.has_second_factor(colleague),
        "devices": devices_of(colleague, at=utc_now()),
        "agent_words": agent_words,
        "changes": changes_about("staff", colleague.pk),
        "letter_languages": LOCALES,
        "vouched": vouched_by(colleague),
        "can_judge": may(colleague, "words.review"),
        "is_self": colleague.pk == pages.staff_of(request).pk,
    }
    return pages.show(request, "staff/detail.html", values, status=status)
