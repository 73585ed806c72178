"""A new password: chosen twice, and not one that everybody tries first."""

from typing import Final

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.console.account.again import Locked, is_own_password
from tradewind.console.account.entering import note_browser
from tradewind.console.account.own_access import show_own_access
from tradewind.console.products.reading import Form
from tradewind.core.devices import log_out_everywhere
from tradewind.core.models import Staff
from tradewind.core.staff import NotValid, check_password_strength, needs
from tradewind.core.trail import write_audit
from tradewind.lib.clock import utc_now

LONGEST: Final = 200
WEAK: Final = gettext_noop(
    "Please choose ten characters or more, and none of the passwords that everybody tries first."
)
_TWICE: Final = gettext_noop("The two are not alike. Please type the new password twice.")
WRONG: Final = gettext_noop("This is not your present password.")


def read_new_password(form: Form) -> str:
    """What was typed twice; complaints are kept in the form."""
    password = form.fields.get("password", "")
    if password != form.fields.get("again", ""):
        form.complain("again", _TWICE)
    try:
        check_password_strength(password[: LONGEST + 1])
    except NotValid:
        form.complain("password", WEAK)
    if len(password) > LONGEST or "\0" in password:
        form.complain("password", WEAK)
    return password


@sensitive_post_parameters()
@needs("profile.change")
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Another password, which logs out all other browsers."""
    staff, form = pages.staff_of(request), Form(request.POST)
    try:
        if not is_own_password(request, staff, form.fields.get("present", "")):
            form.complain("present", WRONG)
    except Locked as locked:
        form.errors["present"] = locked.words
        return show_own_access(request, form=form, status=429)
    password = read_new_password(form)
    if form.errors:
        return show_own_access(request, form=form, status=422)
    _change(request, staff, password)
    return pages.to_page("console:own-access", done="password")


def _change(request: HttpRequest, staff: Staff, password: str) -> None:
    with transaction.atomic():
        staff.password = make_password(password)
        staff.save(update_fields=["password"])
        write_audit("staff.password_changed", subject=("staff", staff.pk), by=f"staff:{staff.pk}", at=utc_now())
        log_out_everywhere(staff)
    update_session_auth_hash(request, staff)
    note_browser(request, staff)
