"""One's own access: the password, the second factor, and the browsers in which one is logged in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.agents import agent_words
from tradewind.console.products.reading import Form
from tradewind.core.devices import devices_of, log_out_device, log_out_everywhere
from tradewind.core.passkeys import are_possible, passkeys_of
from tradewind.core.second_factors import has_app, has_second_factor, has_unreadable_app, recovery_codes_left
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now


@needs("profile.change")
@require_safe
def own_access_page(request: HttpRequest) -> HttpResponse:
    return show_own_access(request)


def show_own_access(
    request: HttpRequest, *, form: Form | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page, with what was wrong in the form of the password, or with the code of the second factor."""
    staff, now = pages.staff_of(request), utc_now()
    is_guarded = has_second_factor(staff)
    values: dict[str, Any] = {
        "form": form or Form({}),
        "problem": problem,
        "has_app": has_app(staff),
        "is_unreadable": has_unreadable_app(staff),
        "is_guarded": is_guarded,
        "codes_left": recovery_codes_left(staff) if is_guarded else 0,
        "passkeys": passkeys_of(staff),
        "may_have_passkeys": are_possible(),
        "devices": devices_of(staff, at=now),
        "agent_words": agent_words,
        "this_key": request.session.session_key,
    }
    return pages.show(request, "account/own_access.html", values, status=status)


@needs("profile.change")
@require_POST
def log_out_one(request: HttpRequest, device_id: int) -> HttpResponse:
    if not log_out_device(pages.staff_of(request), device_id):
        raise Http404
    return pages.to_page("console:own-access", done="device-out")


@needs("profile.change")
@require_POST
def log_out_others(request: HttpRequest) -> HttpResponse:
    log_out_everywhere(pages.staff_of(request), but=str(request.session.session_key))
    return pages.to_page("console:own-access", done="device-out")
