"""Everybody who works here, who is invited, and the form that invites."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.products.reading import Form
from tradewind.console.sessions import SPOKEN
from tradewind.console.staff.letters import mail_invitation, welcome_address
from tradewind.console.staff.queries import colleagues
from tradewind.console.staff.work_form import all_accounts, read_accounts, read_role
from tradewind.core.inviting import AlreadyHere, BadAddress, Invited, open_invitations, take_back
from tradewind.core.models import Invitation
from tradewind.core.models.staff import Role
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_EMAIL: Final = gettext_noop("Please write one whole e-mail address, like name@example.com.")
_KNOWN: Final = gettext_noop("Somebody on the staff has this address already.")


@needs("staff.view")
@require_safe
def staff_page(request: HttpRequest) -> HttpResponse:
    return _show(request, Form({"role": Role.AGENT, "language": "zh-hans", "reach": "all"}))


@needs("staff.change")
@asks_again("staff.invite")
@require_POST
def invite_colleague(request: HttpRequest) -> HttpResponse:
    """Invite, by mail where mail leaves; the link is shown once, so that it can be handed over in another way as well."""
    form, now = Form(request.POST), utc_now()
    role, accounts = read_role(form), read_accounts(form, request.POST, all_accounts())
    email, language = form.text("email", longest=254, is_needed=True), form.fields.get("language", "")
    if not form.errors and role is not None:
        person = Invited(email, role, language if language in SPOKEN else "zh-hans", accounts)
        try:
            row, token = mail_invitation(person, by=pages.staff_of(request), at=now)
        except BadAddress:
            form.complain("email", _EMAIL)
        except AlreadyHere:
            form.complain("email", _KNOWN)
        else:
            values = {"row": row, "link": welcome_address(token), "is_new": True}
            return pages.show(request, "staff/link.html", values)
    return _show(request, form, status=422)


@needs("staff.change")
@require_POST
def take_invitation_back(request: HttpRequest, invitation_id: int) -> HttpResponse:
    if not Invitation.objects.filter(pk=invitation_id).exists():
        raise Http404
    taken = take_back(invitation_id, by=pages.staff_of(request), at=utc_now())
    return pages.to_page("console:staff", done="invitation-back" if taken else "gone")


def _show(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    now = utc_now()
    values: dict[str, Any] = {
        "rows": colleagues(),
        "invitations": open_invitations(at=now),
        "form": form,
        "roles": Role.values,
        "accounts": all_accounts(),
        "ticked": {int(each) for each in request.POST.getlist("account") if each.isdigit()},
    }
    return pages.show(request, "staff/listing.html", values, status=status)
