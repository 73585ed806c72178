"""Owns what a parcel counts for on the scales of a carrier, and what a table of rates asks for it.

Pure, in grams, millimetres and minor units. A table has zones, a zone has steps of weight; each step says a price for the first
weight and for each further step, or a price per kilogram, and a fee for the parcel. Beyond the last step, and to countries of no
zone, nothing travels by it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tradewind.lib.money import Money, half_up

KILOGRAM: Final = 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """What is in a parcel. `unmeasured_g` is the weight of what has no measures; volume and sides are of the rest.

    The sides are those of the one piece that is longest, and of the one whose sides are longest together: packed, they get no shorter.
    """

    weight_g: int
    volume_mm3: int = 0
    unmeasured_g: int = 0
    longest_mm: int = 0
    sides_mm: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """Up to a weight, included. Beyond `first_g` each `step_g` that is begun costs `step`, and each kilogram `per_kg`, to the gram."""

    to_g: int
    first_g: int = 0
    first: int = 0
    step_g: int = 0
    step: int = 0
    per_kg: int = 0
    fee: int = 0

    def asks(self, grams: int) -> int:
        further = max(grams - self.first_g, 0)
        steps = -(-further // self.step_g) if self.step_g else 0
        return self.fee + self.first + steps * self.step + half_up(further * self.per_kg, KILOGRAM)


@dataclass(frozen=True, slots=True)
class Zone:
    """Some countries; no countries: all that no other zone names. With postcodes only addresses that begin like them."""

    name: str
    countries: frozenset[str]
    postcodes: tuple[str, ...]
    steps: tuple[Step, ...]

    def asks(self, grams: int) -> int | None:
        """Minor units; None for more than it carries."""
        step = next((each for each in self.steps if grams <= each.to_g), None)
        return None if step is None else step.asks(grams)


@dataclass(frozen=True, slots=True)
class Rates:
    """A table of rates in one currency."""

    currency: str
    zones: tuple[Zone, ...]

    def zone_to(self, country: str, postcode: str = "") -> Zone | None:
        """The narrowest: by the longest beginning of the postcode, else by country, else the one for all others."""
        typed = postcode_key(postcode)
        near = [
            (len(start), -number, zone)
            for number, zone in enumerate(self.zones)
            for start in zone.postcodes
            if country in zone.countries and typed.startswith(start)
        ]
        if near:
            return max(near, key=lambda found: found[:2])[2]
        plain = [zone for zone in self.zones if not zone.postcodes]
        named = next((zone for zone in plain if country in zone.countries), None)
        return named or next((zone for zone in plain if not zone.countries), None)

    def asks(self, grams: int, country: str, postcode: str = "") -> Money | None:
        """None where it does not carry this."""
        zone = self.zone_to(country, postcode)
        amount = zone.asks(grams) if zone is not None else None
        return None if amount is None else Money(amount, self.currency)


def volumetric_g(goods: Measured, divisor: int) -> int:
    """Cubic centimetres by the divisor are kilograms; what nobody measured goes by its weight. 0 where no volume counts."""
    if not divisor or not goods.volume_mm3:
        return 0
    return -(-goods.volume_mm3 // divisor) + goods.unmeasured_g


def counted_g(goods: Measured, divisor: int, rounds_to_g: int = 1) -> int:
    """The weight that counts: real or volumetric, whichever is more, rounded up to whole steps of the scales."""
    grams = max(goods.weight_g, volumetric_g(goods, divisor))
    return -(-grams // max(rounds_to_g, 1)) * max(rounds_to_g, 1)


def measured(parts: Iterable[tuple[int, Sequence[int] | None, int]]) -> Measured:
    """Of (grams, sides in millimetres where they are known, how many) of each kind of goods."""
    weight = volume = unmeasured = longest = sides = 0
    for grams, package, quantity in parts:
        weight += grams * quantity
        if not package or not all(package):
            unmeasured += grams * quantity
            continue
        length, width, height = package
        volume += length * width * height * quantity
        longest, sides = max(longest, *package), max(sides, sum(package))
    return Measured(weight, volume, unmeasured, longest, sides)


def postcode_key(postcode: str) -> str:
    """As postcodes are compared: "BT1 1AA" and "bt11aa" are one."""
    return re.sub(r"[\s-]", "", postcode).upper()


def write_rates(rates: Rates) -> dict[str, Any]:
    """As it is kept."""
    return {
        "currency": rates.currency,
        "zones": [
            {
                "name": zone.name,
                "countries": sorted(zone.countries),
                "postcodes": list(zone.postcodes),
                "steps": [{name: getattr(step, name) for name in Step.__slots__} for step in zone.steps],
            }
            for zone in rates.zones
        ],
    }


def read_rates(kept: Mapping[str, Any]) -> Rates:
    """What `write_rates` wrote."""
    return Rates(
        kept["currency"],
        tuple(
            Zone(
                zone["name"],
                frozenset(zone["countries"]),
                tuple(zone["postcodes"]),
                tuple(Step(**step) for step in zone["steps"]),
            )
            for zone in kept["zones"]
        ),
    )
