"""How long parcels take on each lane, and how many of the windows that were promised came true."""

from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.core.words import pick, spoken
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market
from tradewind.shipping.lane_showing import Coverage, Lane, coverage, known_lanes, last_learnt
from tradewind.shipping.models import DeliveryOption

# Half a year and what is due later.
_BACK: Final = timedelta(days=183)
_MOST: Final = 100


@needs("insights.view")
@require_safe
def lanes_page(request: HttpRequest) -> HttpResponse:
    today, language = utc_now().date(), spoken()
    since = (today - _BACK).replace(day=1)
    month = _month(request.GET.get("month", ""))
    found = coverage(pages.reach_of(request), since=since, month=month)
    known = {lane.path: lane for lane in known_lanes(on=today)}
    lanes: list[Lane] = list(dict.fromkeys([*found.by_lane, *known]))
    codes = dict(Market.objects.values_list("pk", "code"))
    markets = {code: pick(name, language) for code, name in Market.objects.values_list("code", "name")}
    options = DeliveryOption.objects.values_list("market_id", "code", "name", "days_min", "days_max")
    ways = {(codes.get(pk), code): (pick(name, language), first, last) for pk, code, name, first, last in options}
    values = {
        "learnt_at": last_learnt(),
        "months": found.by_month,
        "month": month if month in found.by_month else None,
        "rows": [
            {
                "lane": lane,
                "way": ways.get((lane[0], lane[2]), (lane[2], 0, 0)),
                "market": markets.get(lane[0], lane[0]),
                "known": known.get(lane),
                "came": found.by_lane.get(lane, Coverage()),
            }
            for lane in lanes[:_MOST]
        ],
        "more": max(len(lanes) - _MOST, 0),
    }
    return pages.show(request, "parcels/lanes.html", values)


def _month(asked: str) -> date | None:
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        return None
