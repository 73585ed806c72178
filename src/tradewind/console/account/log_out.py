"""Logging out: a form, never a link, so that nothing logs staff out by being looked at."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.core.devices import forget_device
from tradewind.core.staff import OPEN_TO_ALL, needs


@needs(OPEN_TO_ALL)
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    forget_device(str(request.session.session_key))
    logout(request)
    return pages.to_page("console:login")
