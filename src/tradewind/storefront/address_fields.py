"""The fields of an address in the order in which people of a country write it, with the names that they know."""

from dataclasses import dataclass
from typing import Final

from tradewind.core.words import say

# Where a region stands in the address, and what it is called.
_STATE: Final = frozenset(["AU", "BR", "IN", "MX", "MY", "NG", "US", "VE"])
_PROVINCE: Final = frozenset(["AR", "CA", "CN", "ID", "IT", "KR", "PH", "TH", "TR", "TW", "VN", "ZA"])
_COUNTY: Final = frozenset(["GB", "IE"])
_PREFECTURE: Final = frozenset({"JP"})
# From the largest to the smallest, street last.
_LARGE_FIRST: Final = frozenset(["CN", "JP", "KR", "TW"])
# City before postcode.
_CITY_FIRST: Final = frozenset(["AU", "BR", "CA", "GB", "ID", "IE", "IN", "NG", "NZ", "PH", "TH", "US", "VN", "ZA"])

# Where no postcodes are in use. Everywhere else a parcel without one is late; Universal Postal Union, 2026.
_NO_POSTCODE_LIST: Final = """
    AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM DJ DM ER FJ GA GD GH GM GQ GY HK JM KI KM KN KP LC ML MO MR MW NR
    NU PA QA RW SB SC SL SR ST SY TD TG TK TL TO TT TV UG VU YE ZW
"""
_NO_POSTCODE: Final = frozenset(_NO_POSTCODE_LIST.split())


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. `autocomplete` is the browser's word for it; `width` how much of the line it takes."""

    name: str
    label: str
    autocomplete: str
    is_needed: bool
    width: str = "full"
    kind: str = "text"


def address_fields(country: str, language: str) -> list[Field]:
    """Everything below name and country."""
    street = [
        Field("line1", say(language, "Street and number"), "address-line1", is_needed=True),
        Field("line2", say(language, "Apartment, building, floor"), "address-line2", is_needed=False),
    ]
    has_postcode = country not in _NO_POSTCODE
    postcode = Field("postcode", _postcode_label(country, language), "postal-code", has_postcode, width="third")
    city = Field("city", say(language, "City"), "address-level2", is_needed=True, width="two-thirds")
    region_label = _region_label(country, language)
    region = [Field("region", region_label, "address-level1", is_needed=False)] if region_label else []
    if country in _LARGE_FIRST:
        return [postcode, *region, city, *street]
    if country in _CITY_FIRST:
        return [*street, city, postcode, *region]
    return [*street, postcode, city, *region]


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
        **{field.name: field.label for field in address_fields(country, language)},
    }


def _postcode_label(country: str, language: str) -> str:
    return say(language, "ZIP code") if country == "US" else say(language, "Postcode")


def _region_label(country: str, language: str) -> str:
    if country in _STATE:
        return say(language, "State or territory")
    if country in _PROVINCE:
        return say(language, "Province")
    if country in _COUNTY:
        return say(language, "County")
    return say(language, "Prefecture") if country in _PREFECTURE else ""
