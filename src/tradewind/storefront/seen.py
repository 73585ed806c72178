"""Goods that were seen last: a row that the page's script puts in, because pages are kept for all buyers alike.

Their numbers are in a cookie that the script writes (ui/static/shop.js), and nowhere else.
"""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from tradewind.catalog.browsing import cards_of, rows_of
from tradewind.core.words import speaking
from tradewind.storefront.pages import private
from tradewind.storefront.place import Place, in_place

COOKIE: Final = "tw_seen"
MOST_SHOWN: Final = 6
# Longer numbers are nobody's, and too large for the column.
_NUMBERS: Final = re.compile(r"\d{1,18}(\.\d{1,18}){0,20}", re.ASCII)


@in_place
@require_safe
def seen_row(request: HttpRequest, place: Place) -> HttpResponse:
    """The cards, without the product that `but` names; nothing at all where there are none."""
    cards = cards_of(rows_of(_numbers(request), market_id=place.market.id), place.language)
    with speaking(place.language, place.market.country):
        html = render_to_string("storefront/parts/seen_row.html", {"place": place, "cards": cards[:MOST_SHOWN]})
    response = private(HttpResponse(html.strip()))
    response["X-Robots-Tag"] = "noindex"
    return response


def _numbers(request: HttpRequest) -> list[int]:
    """As the cookie has them, whatever a buyer writes there, the last one first."""
    given = request.COOKIES.get(COOKIE, "")
    if not _NUMBERS.fullmatch(given):
        return []
    return [int(number) for number in dict.fromkeys(given.split(".")) if number != request.GET.get("but")]
