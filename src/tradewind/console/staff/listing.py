"""Everybody who works here, who is invited, and the form that invites."""

from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.products.reading import Form
from tradewind.console.staff.letters import mail_invitation, welcome_address
from tradewind.console.staff.queries import colleagues
from tradewind.console.staff.work_form import all_accounts, read_accounts, read_role
from tradewind.core.factor_rule import FactorRule, factor_rule
from tradewind.core.inviting import AlreadyHere, BadAddress, Invited, open_invitations, take_back
from tradewind.core.models import Invitation
from tradewind.core.models.staff import Role
from tradewind.core.staff import needs
from tradewind.core.words import STAFF_LANGUAGES
from tradewind.lib.clock import BEIJING, utc_now

_EMAIL: Final = gettext_noop("Please write one whole e-mail address, like name@example.com.")
_KNOWN: Final = gettext_noop("Somebody on the staff has this address already.")


@needs("staff.view")
@require_safe
def staff_page(request: HttpRequest) -> HttpResponse:
    return show_staff(request)


@needs("staff.change")
@asks_again("staff.invite")
@require_POST
def invite_colleague(request: HttpRequest) -> HttpResponse:
    """Invite, by mail where mail leaves; the link is shown once, so that it can be handed over in another way as well."""
    form, now = Form(request.POST), utc_now()
    role, accounts = read_role(form), read_accounts(form, request.POST, all_accounts())
    email, language = form.text("email", longest=254, is_needed=True), form.fields.get("language", "")
    if not form.errors and role is not None:
        person = Invited(email, role, language if language in STAFF_LANGUAGES else "zh-hans", accounts)
        try:
            row, token = mail_invitation(person, by=pages.staff_of(request), at=now)
        except BadAddress:
            form.complain("email", _EMAIL)
        except AlreadyHere:
            form.complain("email", _KNOWN)
        else:
            values = {"row": row, "link": welcome_address(token), "is_new": True}
            return pages.show(request, "staff/link.html", values)
    return show_staff(request, form=form, status=422)


@needs("staff.change")
@require_POST
def take_invitation_back(request: HttpRequest, invitation_id: int) -> HttpResponse:
    if not Invitation.objects.filter(pk=invitation_id).exists():
        raise Http404
    taken = take_back(invitation_id, by=pages.staff_of(request), at=utc_now())
    return pages.to_page("console:staff", done="invitation-back" if taken else "gone")


def show_staff(
    request: HttpRequest, *, form: Form | None = None, rule_form: Form | None = None, status: int = 200
) -> HttpResponse:
    """The page, with what was wrong in the form of an invitation, or of the rule."""
    now, rule = utc_now(), factor_rule()
    form = form or Form({"role": Role.AGENT, "language": "zh-hans", "reach": "all"})
    rows = colleagues()
    values: dict[str, Any] = {
        "rows": rows,
        "rule": rule,
        "rule_form": rule_form or Form({"of": rule.of, "factor_until": last_day(rule)}),
        "is_rule_over": rule.is_over(at=now),
        "without": sum(row.is_active and not row.has_second_factor and rule.asks(row.role) for row in rows),
        "invitations": open_invitations(at=now),
        "form": form,
        "roles": Role.values,
        "accounts": all_accounts(),
        "ticked": {int(each) for each in request.POST.getlist("account") if each.isdigit()},
    }
    return pages.show(request, "staff/listing.html", values, status=status)


def last_day(rule: FactorRule) -> str:
    """The last day on which it may be put off, as a field for days has it; empty without one."""
    if rule.until is None:
        return ""
    return str((rule.until - timedelta(seconds=1)).astimezone(ZoneInfo(BEIJING)).date())
