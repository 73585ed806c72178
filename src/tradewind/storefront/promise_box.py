"""The promise box: what a page says about dates and cost, for the country that the goods are to go to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.core.words import locale_of
from tradewind.lib.countries import country_choices
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.refused_words import refused_words
from tradewind.shipping.refusing import Refused
from tradewind.storefront.place import Place

# Countries with several hours at once: "your time" is left to the browser there.
_MANY_HOURS_LIST: Final = "AQ AU BR CA CD CL EC ES FM GL ID KI KZ MH MN MX NZ PF PG PT RU UA UM US"
_MANY_HOURS: Final = frozenset(_MANY_HOURS_LIST.split())


@dataclass(frozen=True, slots=True)
class PromiseBox:
    """Quotes in the order of display; the first one makes the sentence. `countries` is empty where there is no choice."""

    country: str
    quotes: tuple[DeliveryQuote, ...]
    countries: tuple[tuple[str, str], ...] = ()
    no_way: str = ""  # why there is none, where that lies with the goods

    @property
    def headline(self) -> DeliveryQuote | None:
        return next(iter(self.quotes), None)

    @property
    def buyers_zone(self) -> str:
        """The buyer's time zone, where it is certain and another than the warehouse's; else ""."""
        first = self.headline
        if first is None or self.country in _MANY_HOURS:
            return ""
        here, there = (first.holds_until.astimezone(ZoneInfo(z)) for z in (first.arrives_zone, first.leaves_zone))
        return "" if here.utcoffset() == there.utcoffset() else first.arrives_zone

    @property
    def holds_until(self) -> datetime | None:
        """Until when all of it is true."""
        return min((quote.holds_until for quote in self.quotes), default=None)


def box_for(
    place: Place, country: str, quotes: tuple[DeliveryQuote, ...], refused: Refused | None = None
) -> PromiseBox:
    """With what every way has against the goods, where there is no quote."""
    return PromiseBox(country, quotes, countries_of(place), refused_words(refused, country, place.language))


def countries_of(place: Place) -> tuple[tuple[str, str], ...]:
    """(code, name) of the countries that the market serves, by name; empty where there is only one."""
    served = tuple(
        (code, name) for code, name in country_choices(locale_of(place.language)) if place.market.serves(code)
    )
    return served if len(served) > 1 else ()
