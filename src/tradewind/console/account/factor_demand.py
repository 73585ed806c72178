"""Who is asked for a second factor and has none: led to setting one up, reminded while there is time, and held there afterwards."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.console.account.entering import demand_address
from tradewind.console.staff.viewed import VIEWED, viewer_of
from tradewind.core.factor_rule import rule_unmet_by
from tradewind.core.passkeys import are_possible
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

# What can be done without one, when time is up: set one up, in one's own language. Logging out is open to all.
_OPEN: Final = frozenset(
    {
        "factor-demand",
        "second-factor",
        "second-factor-confirmation",
        "passkey-question",
        "passkey-adding",
        "language",
    }
)


def demand_factor(request: HttpRequest) -> HttpResponse | None:
    """To the page that leads to it, where it can be put off no longer; while it can, pages remind of it."""
    rule = rule_unmet_by(viewer_of(request) or pages.staff_of(request))
    if rule is None:
        return None
    if not rule.is_over(at=utc_now()):
        request.unmet_rule = rule  # type: ignore[attr-defined]  # for the frame of the page
        return None
    # Who looks as a colleague could set nothing up for themselves: they are their own again.
    was_looking = request.session.pop(VIEWED, None) is not None
    if not was_looking and request.resolver_match is not None and request.resolver_match.url_name in _OPEN:
        return None
    is_looking = request.method in {"GET", "HEAD"}
    return HttpResponseRedirect(demand_address(request.get_full_path() if is_looking else ""))


@needs("profile.change")
@require_safe
def factor_demand_page(request: HttpRequest) -> HttpResponse:
    goes_to = pages.safe_address(request, request.GET.get("next", ""), default="console:today")
    rule = rule_unmet_by(pages.staff_of(request))
    if rule is None:
        return HttpResponseRedirect(goes_to)
    values: dict[str, Any] = {"rule": rule, "goes_to": goes_to, "is_over": rule.is_over(at=utc_now())}
    values["may_have_passkeys"] = are_possible()
    return pages.show(request, "account/factor_demand.html", values)
