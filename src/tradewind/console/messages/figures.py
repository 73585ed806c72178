"""Figures of letters: by moment, by language, by the domain that sends them; of the last seven or thirty days."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.figures import figures

PERIODS: Final = (7, 30)


@needs("messages.view")
@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(each) for each in PERIODS} else PERIODS[0]
    values = {"days": days, "periods": PERIODS, "figures": figures(days=days, now=utc_now())}
    return pages.show(request, "messages/figures.html", values)
