"""Where the demo's scans were made, as carriers say it: with the clock of the place."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.lib.calendars import CHINA_ZONE
from tradewind.lib.zones import main_zone

_IN_CHINA: Final = frozenset({"Shenzhen", "Guangzhou"})


def minutes_east(place: str, country: str, at: datetime) -> int:
    """Of Greenwich. What is not in China is in the country of the buyer."""
    zone = ZoneInfo(CHINA_ZONE if place in _IN_CHINA else main_zone(country))
    return int((at.astimezone(zone).utcoffset() or timedelta()) / timedelta(minutes=1))
