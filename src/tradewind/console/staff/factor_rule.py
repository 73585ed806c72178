"""The owners' rule: of whom a second factor is asked, and from when on."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.account.again import asks_again
from tradewind.console.products.reading import Form
from tradewind.console.staff.listing import show_staff
from tradewind.core.factor_rule import FactorRule, NoneOfTheirOwn, Whom, change_factor_rule
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_WHOM: Final = gettext_noop("Please choose of whom it is asked.")
_OWN: Final = gettext_noop("Set up your own second factor first: see “Password and devices”.")


@needs("staff.change")
@asks_again("staff.rule")
@require_POST
def save_factor_rule(request: HttpRequest) -> HttpResponse:
    form = Form(request.POST)
    asked, day = (
        form.fields.get("of", ""),
        form.take("factor_until", lambda: typed.read_day(form.fields, "factor_until"), None),
    )
    if asked not in frozenset(Whom):
        form.complain("of", _WHOM)
    if not form.errors:
        rule = FactorRule(Whom(asked), typed.end_of(day) if day and asked != Whom.NOBODY else None)
        try:
            change_factor_rule(rule, by=pages.staff_of(request), at=utc_now())
        except NoneOfTheirOwn:
            form.complain("of", _OWN)
        else:
            return pages.to_page("console:staff", done="factor-rule", anchor="rule")
    return show_staff(request, rule_form=form, status=422)
