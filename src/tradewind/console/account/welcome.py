"""Behind the link of an invitation: a name and a password of one's own, and one is in."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tradewind.console import pages
from tradewind.console.account.entering import enter
from tradewind.console.account.passwords import WEAK, read_new_password
from tradewind.console.products.reading import Form
from tradewind.core import words
from tradewind.core.inviting import InvitationGone, accept, invitation_of
from tradewind.core.models import Invitation
from tradewind.core.staff import OPEN_TO_ALL, NotValid, needs
from tradewind.lib.clock import utc_now

_NAME: Final = gettext_noop("Please write your name as your colleagues know it.")


@sensitive_post_parameters()
@needs(OPEN_TO_ALL)
@require_http_methods(["GET", "HEAD", "POST"])
def welcome_page(request: HttpRequest, token: str) -> HttpResponse:
    now = utc_now()
    try:
        row = invitation_of(token, at=now)
        with words.speaking(words.STAFF_LANGUAGES.get(row.language, "zh")):
            if request.method != "POST":
                return _show(request, row, Form({}))
            form = Form(request.POST)
            name = _name(form) if row.kind == Invitation.Kind.NEW else ""
            password = read_new_password(form)
            if form.errors:
                return _show(request, row, form, status=422)
            try:
                staff = accept(token, name=name, password=password, at=now)
            except NotValid:
                form.complain("password", WEAK)
                return _show(request, row, form, status=422)
    except InvitationGone:
        return pages.show(request, "account/welcome_gone.html", {}, status=410)
    return enter(request, staff, reverse("console:today"))


def _name(form: Form) -> str:
    name = form.text("name", longest=80)
    if not name and "name" not in form.errors:
        form.complain("name", _NAME)
    return name


def _show(request: HttpRequest, row: Invitation, form: Form, *, status: int = 200) -> HttpResponse:
    values: dict[str, Any] = {"row": row, "form": form, "is_new": row.kind == Invitation.Kind.NEW}
    return pages.show(request, "account/welcome.html", values, status=status)
