"""What the order's page says of a case that is open: where the carrier says nothing, we say so; what we wrote about, and when."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tradewind.core.words import colon, gap, say
from tradewind.lib.zones import main_zone
from tradewind.messaging.moments.order_trouble import what_happened
from tradewind.messaging.wording.speaking import wordings, writing_in
from tradewind.promises.wording import day_words
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_queries import open_troubles
from tradewind.shipping.trouble_words import buyer_words


def news_of(order_id: int, language: str, places: Mapping[int, str]) -> list[str]:
    """A sentence or two for each case; none where the state of the parcel says it already and nobody has written. Of several parcels
    each is named by its place.
    """
    words = [_placed(case, _news(case, language), places, language) for case in open_troubles(order_id)]
    return list(dict.fromkeys(each for each in words if each))


def _placed(case: Trouble, news: str, places: Mapping[int, str], language: str) -> str:
    place = places.get(case.parcel_id or 0, "")
    return f"{place}{colon(language)}{news}" if place and news else news


def _news(case: Trouble, language: str) -> str:
    zone = main_zone(case.order.country)
    if case.told_at is None:
        return buyer_words(case.cause, case.reason, case.since, zone, language)
    day = day_words(case.told_at.astimezone(ZoneInfo(zone)).date(), language)
    wrote = say(language, "We wrote to you about it on {day}.", day=day)
    with writing_in(language, wordings()):  # as the letter said it
        what = what_happened(case, language)
    return f"{what}{gap(language)}{wrote}"
