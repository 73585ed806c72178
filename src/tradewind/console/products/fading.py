"""For how long sales lift a product in lists, as the staff set it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.console import pages
from tradewind.console.products.reading import Form
from tradewind.core import preferences
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.orders.selling import FADING, LONGEST_DAYS, LONGEST_WEEKS

_WEEKS: Final = gettext_noop("Please write a number of weeks from 1 to {most}.")
_DAYS: Final = gettext_noop("Please write a number of days from 1 to {most}.")


@needs("products.publish")
@require_http_methods(["GET", "HEAD", "POST"])
def fading_page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        fading = FADING.read()
        return _show(request, Form({"weeks": str(fading.weeks), "half": str(fading.half_after_days)}))
    form = Form(request.POST)
    value = {
        "weeks": _read(form, "weeks", LONGEST_WEEKS, _WEEKS),
        "half_after_days": _read(form, "half", LONGEST_DAYS, _DAYS),
    }
    if form.errors:
        return _show(request, form, status=422)
    preferences.change(FADING, value, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:fading", done="fading")


def _read(form: Form, name: str, most: int, complaint: str) -> int:
    number = form.number(name, is_needed=True)
    if number is None or not 1 <= number <= most:
        form.complain(name, complaint, most=most)
        return 0
    return number


def _show(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    return pages.show(request, "products/fading.html", {"form": form, "default": FADING.default}, status=status)
