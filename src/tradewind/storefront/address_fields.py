"""The fields of an address in the order in which people of a country write it, with the names that they know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tradewind.checkout.details import NOT_LISTED
from tradewind.core.words import say
from tradewind.lib.addresses import Part, Region, address_form
from tradewind.lib.alphabets import place_in_list

# Where the reader's language is written in the script of the country's own names.
_READ_THERE: Final = {"ja": frozenset({"JP"}), "zh": frozenset({"CN", "HK", "MO", "TW"})}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. `autocomplete` is the browser's word for it; `width` how much of the line it takes.

    `choices` are (value, words) of a list; `meant` is the value by every text that means it.
    """

    name: str
    label: str
    autocomplete: str
    is_needed: bool
    width: str = "full"
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    meant: Mapping[str, str] = field(default_factory=dict)

    def chosen(self, typed: str) -> str:
        """The entry of the list that is meant: what was typed in another language still counts."""
        return self.meant.get(typed, "")


def address_fields(country: str, language: str) -> list[Field]:
    """Everything below name and country."""
    return [each for part in address_form(country).order for each in _fields(part, country, language)]


def field_labels(country: str, language: str) -> dict[str, str]:
    """What each field of the checkout is called."""
    return {
        "email": say(language, "E-mail"),
        "name": say(language, "Name of the recipient"),
        "company": say(language, "Company"),
        "phone": say(language, "Phone"),
        "tax_id": say(language, "CPF or CNPJ"),
        "country": say(language, "Country"),
        "region": say(language, "Region"),
        "gift_note": say(language, "Gift note"),
        "code": say(language, "Discount code"),
        **{each.name: each.label for each in address_fields(country, language)},
    }


def _fields(part: Part, country: str, language: str) -> list[Field]:
    form = address_form(country)
    is_needed, width = part in form.needed, _width(part, form.order)
    if part == "street":
        return [
            Field("line1", say(language, "Street and number"), "address-line1", is_needed=True),
            Field("line2", say(language, "Apartment, building, floor"), "address-line2", is_needed=False),
        ]
    if part == "postcode":
        return [Field("postcode", _postcode_label(country, language), "postal-code", is_needed, width)]
    if part == "district":
        return [Field("district", _district_label(form.district, language), "address-level3", is_needed, width)]
    if part == "city":
        return [Field("city", say(language, "City"), "address-level2", is_needed, width)]
    label = _region_label(form.kind, language)
    if not form.regions:
        return [Field("region", label, "address-level1", is_needed, width)]
    choices, meant = _choices(form.regions, language, is_native=country in _READ_THERE.get(language, ()))
    return [Field("region", label, "address-level1", is_needed, width, choices=choices, meant=meant)]


def _width(part: Part, order: tuple[Part, ...]) -> str:
    """A postcode shares its line with the town or region beside it."""
    if "postcode" not in order:
        return "full"
    place = order.index("postcode")
    beside = [each for each in (*order[place + 1 : place + 2], *order[max(place - 1, 0) : place]) if each != "street"]
    if not beside:
        return "full"
    widths: dict[Part, str] = {"postcode": "third", beside[0]: "two-thirds"}
    return widths.get(part, "full")


def _choices(
    regions: tuple[Region, ...], language: str, *, is_native: bool
) -> tuple[tuple[tuple[str, str], ...], dict[str, str]]:
    """As the reader knows them: the country's own order in its own script, else by the alphabet. Second, what means which."""
    written = [(region, region.written(in_native=is_native)) for region in regions]
    found = [(value, region.native if is_native else region.latin) for region, value in written]
    if not is_native:
        found.sort(key=lambda choice: place_in_list(choice[1], language))
    meant = {name: value for region, value in written for name in (region.code, region.latin, region.native)}
    return (*found, (NOT_LISTED, say(language, "Not in this list"))), {**meant, NOT_LISTED: NOT_LISTED}


def _postcode_label(country: str, language: str) -> str:
    """By the name that it has in the country, where the reader's language has taken it over or people there know no other."""
    code = address_form(country).code
    if code == "zip":
        return say(language, "ZIP code")
    if code == "eircode":
        return say(language, "Eircode")
    if code == "pin":
        return say(language, "PIN code")
    # The metadata have no word of its own for Brazil's.
    return say(language, "CEP (postcode)") if country == "BR" else say(language, "Postcode")


def _district_label(kind: str, language: str) -> str:
    """What parts of a town are called there."""
    if kind == "neighborhood":
        return say(language, "Neighbourhood")
    if kind == "suburb":
        return say(language, "Suburb")
    if kind == "townland":
        return say(language, "Townland")
    return say(language, "Village or township") if kind == "village_township" else say(language, "District")


def _region_label(kind: str, language: str) -> str:
    if kind == "state":
        return say(language, "State or territory")
    if kind == "province":
        return say(language, "Province")
    if kind == "county":
        return say(language, "County")
    return say(language, "Prefecture") if kind == "prefecture" else say(language, "Region")
