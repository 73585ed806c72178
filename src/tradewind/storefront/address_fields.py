"""The fields of an address in the order in which people of a country write it, with the names that they know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.checkout.details import NOT_LISTED
from tradewind.core.words import say
from tradewind.lib.addresses import Part, Region, address_form
from tradewind.lib.alphabets import place_in_list
from tradewind.lib.recipient_numbers import number_of
from tradewind.shipping.customs_words import number_name, why_asked

# Where the reader's language is written in the script of the country's own names.
_READ_THERE: Final = {"ja": frozenset({"JP"}), "zh": frozenset({"CN", "HK", "MO", "TW"})}

# What address metadata call a thing -> what it is called in a form. First the general word.
_REGIONS: Final = (
    gettext_noop("Region"),
    {
        "state": gettext_noop("State or territory"),
        "province": gettext_noop("Province"),
        "county": gettext_noop("County"),
        "prefecture": gettext_noop("Prefecture"),
    },
)
_DISTRICTS: Final = (
    gettext_noop("District"),
    {
        "neighborhood": gettext_noop("Neighbourhood"),
        "suburb": gettext_noop("Suburb"),
        "townland": gettext_noop("Townland"),
        "village_township": gettext_noop("Village or township"),
    },
)
_CODES: Final = (
    gettext_noop("Postcode"),
    {"zip": gettext_noop("ZIP code"), "eircode": gettext_noop("Eircode"), "pin": gettext_noop("PIN code")},
)
_BRAZILS_CODE: Final = gettext_noop("CEP (postcode)")


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


@dataclass(frozen=True, slots=True)
class NumberAsked:
    """The number by which customs know the recipient."""

    hint: str
    is_needed: bool


def number_asked(country: str, language: str, *, is_known: bool = False) -> NumberAsked | None:
    """None where customs ask for none. One that is known already is kept by an empty field."""
    asked = number_of(country)
    return None if asked is None else NumberAsked(why_asked(country, language), asked.is_needed and not is_known)


def field_labels(country: str, language: str) -> dict[str, str]:
    """What each field of the checkout is called."""
    return {
        "email": say(language, "E-mail"),
        "name": say(language, "Name of the recipient"),
        "company": say(language, "Company"),
        "phone": say(language, "Phone"),
        "tax_id": number_name(country, language),
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
        return [Field("district", _named(form.district, _DISTRICTS, language), "address-level3", is_needed, width)]
    if part == "city":
        return [Field("city", say(language, "City"), "address-level2", is_needed, width)]
    label = _named(form.kind, _REGIONS, language)
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
    # The metadata have no word of its own for Brazil's.
    return say(language, _BRAZILS_CODE) if country == "BR" else _named(address_form(country).code, _CODES, language)


def _named(kind: str, names: tuple[str, Mapping[str, str]], language: str) -> str:
    """What the metadata's kind is called there; the general word where it has none."""
    general, special = names
    return say(language, special.get(kind, general))
