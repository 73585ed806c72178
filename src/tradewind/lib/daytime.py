"""Owns good hours: when it is daytime for somebody whose clock we know only roughly, from where a parcel goes.

An address leaves one zone, two where an area of the post crosses a border of time, or all of a country's. A moment is good
where it is good in each of them.
"""

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

from tradewind.lib.territories import territory_of
from tradewind.lib.zones import all_zones, main_zone

# Of a country as wide as the world no hour may be good everywhere: then it is one where most of its people live.
_FURTHEST: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Hours:
    """Half-open, on one day: 9 to 20."""

    begin: time
    end: time

    def __post_init__(self) -> None:
        if self.begin >= self.end:
            raise ValueError(f"{self.begin} is not before {self.end}")

    def hold(self, moment: datetime, zone: ZoneInfo) -> bool:
        return self.begin <= moment.astimezone(zone).time() < self.end

    def next_in(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment itself where it is good, else when they begin next. Where clocks skip the beginning, it is when they go on."""
        if self.hold(moment, zone):
            return moment
        local = moment.astimezone(zone)
        day = local.date() if local.time() < self.begin else local.date() + timedelta(days=1)
        begins = datetime.combine(day, self.begin, zone).astimezone(UTC)
        # Where clocks are put back over the beginning, it comes twice: what has passed once comes again.
        return begins if begins > moment else datetime.combine(day, self.begin, zone).replace(fold=1).astimezone(UTC)


def good_moment(now: datetime, zones: Collection[str], hours: Hours) -> datetime:
    """The first moment from `now` on that is good in all zones; in the first of them where none is within two days."""
    clocks = [ZoneInfo(zone) for zone in zones]
    moment = now.astimezone(UTC)
    while moment - now <= _FURTHEST:
        latest = max(hours.next_in(moment, clock) for clock in clocks)
        if latest == moment:
            return moment
        moment = latest
    return hours.next_in(now.astimezone(UTC), clocks[0])


@lru_cache(maxsize=10_000)
def zones_of(country: str, postcode: str = "", phone: str = "") -> tuple[str, ...]:
    """IANA zones in which somebody with this address may live, the likeliest first. Never empty.

    A telephone number says less: people take it along when they move. It only chooses among those of the address.
    """
    country = territory_of(country, postcode) or country
    found = _of_postcode(country, postcode)
    if found is not None:
        return found
    everywhere = all_zones(country)
    by_phone = _of_phone(country, phone)
    near = tuple(zone for zone in everywhere if zone in by_phone)
    if near:
        return near
    main = main_zone(country)
    return (main, *(zone for zone in everywhere if zone != main))


def _of_postcode(country: str, postcode: str) -> tuple[str, ...] | None:
    table = _areas().get(country)
    plain = "".join(sign for sign in postcode.upper() if sign.isalnum())
    if not table or not plain:
        return None
    return next((table[plain[:length]] for length in (3, 2, 1) if plain[:length] in table), None)


def _of_phone(country: str, phone: str) -> frozenset[str]:
    try:
        number = parse(phone, country)
    except NumberParseException:
        return frozenset()  # nobody has to have one, and what was typed may be anything
    return frozenset(time_zones_for_number(number)) - {UNKNOWN_TIMEZONE}


@cache
def _areas() -> dict[str, dict[str, tuple[str, ...]]]:
    """By country: the beginning of a postcode, and its zones."""
    written = tomllib.loads(files("tradewind.lib").joinpath("postcode_zones.toml").read_text(encoding="utf-8"))
    return {
        country: {prefix: tuple(zones) for areas, zones in table.items() for prefix in _prefixes(areas)}
        for country, table in written.items()
    }


def _prefixes(areas: str) -> Iterator[str]:
    """`010-012,020` are 010, 011, 012, 020; `G1-G3` are G1, G2, G3."""
    for area in areas.split(","):
        first, _, last = area.partition("-")
        letters = first.rstrip("0123456789")
        digits = first.removeprefix(letters)
        if not last:
            yield first
            continue
        for number in range(int(digits), int(last.removeprefix(letters)) + 1):
            yield f"{letters}{number:0{len(digits)}}"
