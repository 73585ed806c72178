"""The shop accounts within reach, and the form for another."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.products.reading import Form
from tradewind.core.accounts import LONGEST_NAME, OFFERED_CHANNELS, make_account
from tradewind.core.staff import NotValid, needs
from tradewind.lib.clock import utc_now
from tradewind.orders.by_account import account_rows

NO_CHANNEL: Final = gettext_noop("Please choose the sales channel.")


@needs("accounts.view")
@require_safe
def accounts_page(request: HttpRequest) -> HttpResponse:
    return _show(request, Form({}))


@needs("accounts.make")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    form = Form(request.POST)
    name = form.text("name", longest=LONGEST_NAME, is_needed=True)
    channel = form.fields.get("channel", "")
    if channel not in OFFERED_CHANNELS:
        form.complain("channel", NO_CHANNEL)
    if not form.errors:
        try:
            account = make_account(name=name, channel=channel, by=pages.actor_of(request), at=utc_now())
        except NotValid as wrong:
            form.complain(wrong.field, wrong.words)
        else:
            return pages.to_page("console:account", done="account-made", account_id=account.pk)
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    values = {"rows": account_rows(pages.reach_of(request)), "form": form, "channels": OFFERED_CHANNELS}
    return pages.show(request, "accounts/listing.html", values, status=status)
