"""The figures of visits and conversion, by market, source and day."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from tradewind.checkout.thanking import found_by_counts
from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.insights.models import Step
from tradewind.insights.queries import visits
from tradewind.lib.clock import as_utc, utc_now
from tradewind.markets.queries import all_markets
from tradewind.markets.shop import shop_profile

PERIODS: Final = (1, 7, 30, 90)
_USUAL: Final = 30
MOST_SOURCES: Final = 25
STEPS: Final = {
    Step.VISIT: gettext_noop("Visitors"),
    Step.PRODUCT: gettext_noop("Saw a product"),
    Step.CART: gettext_noop("Filled a cart"),
    Step.CHECKOUT: gettext_noop("Came to the checkout"),
    Step.ORDERED: gettext_noop("Ordered"),
}


@needs("insights.view")
@require_safe
def visits_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(period) for period in PERIODS} else _USUAL
    last = utc_now().astimezone(ZoneInfo(shop_profile().zone)).date()
    markets = {market.code: market.name(_language(request)) for market in all_markets(on=last)}
    market = request.GET.get("market", "")
    market = market if market in markets else ""
    first = last - timedelta(days=days - 1)
    figures = visits(first=first, last=last, market=market)
    values = {
        "figures": figures,
        "sources": figures.by_source[:MOST_SOURCES],
        "more_sources": max(len(figures.by_source) - MOST_SOURCES, 0),
        "found_by": found_by_counts(since=_begin(first), until=_begin(last + timedelta(days=1)), market=market),
        "days": days,
        "periods": PERIODS,
        "markets": markets,
        "market": market,
        "steps": STEPS,
        "day_of": date.fromisoformat,
    }
    return pages.show(request, "visits/page.html", values)


def _begin(day: date) -> datetime:
    """The first moment of a day of the shop."""
    return as_utc(datetime.combine(day, time(), ZoneInfo(shop_profile().zone)))


def _language(request: HttpRequest) -> str:
    return pages.staff_of(request).language.partition("-")[0]
