"""One market: what it is, its rules in force and to come, its ways to deliver and to pay."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.console.markets.offer_previewing import Look
from tradewind.console.markets.queries import market_detail
from tradewind.console.markets.wording import KEYS
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.core.words import LOCALES, pick, spoken
from tradewind.inventory.models import Warehouse
from tradewind.lib.clock import utc_now
from tradewind.markets.charges import LEGACY_TAX
from tradewind.payments.models import MANUAL
from tradewind.payments.ports import filled_codes


@needs("markets.view")
@require_safe
def market_page(request: HttpRequest, market_id: int) -> HttpResponse:
    return show_market(request, market_id)


def show_market(
    request: HttpRequest,
    market_id: int,
    *,
    problem: Problem | None = None,
    look: Look | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a market, with what was wrong in one of its forms, or what it would change. Raises Http404."""
    today = utc_now().date()
    market = market_detail(market_id, on=today)
    if market is None:
        raise Http404
    known = {rule.key for rule in (*market.in_force, *market.planned)}
    values = {
        "market": market,
        "row": market.row,
        "languages": list(LOCALES),
        "missing": {key: name for key, name in KEYS.items() if key not in known and key != LEGACY_TAX},
        "today": today,
        "warehouses": [
            (place.pk, pick(place.name, spoken())) for place in Warehouse.objects.order_by("position", "id")
        ],
        "providers": [MANUAL, *sorted(filled_codes())],
        "problem": problem,
        "look": look,
        "kept": problem or look,
    }
    return pages.show(request, "markets/detail.html", values, status=status)
