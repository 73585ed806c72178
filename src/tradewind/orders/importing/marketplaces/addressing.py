"""Addressing: where an order goes, as the channel's file tells it."""

from typing import Final

from tradewind.lib.countries import UnknownCountry, country_from_name
from tradewind.orders.importing.marketplaces.reports import Cells
from tradewind.orders.importing.parsing import Place

_LONGEST: Final = 200
_LONGEST_EMAIL: Final = 254
_PARTS: Final = ("name", "company", "line1", "city", "region", "postcode", "phone", "tax_id")


def address_of(head: Cells, locale: str) -> tuple[Place, dict[str, str]]:
    """The country, and the parts of Order.ship_to that are told. A country that nobody knows stays as words of the region."""
    told = {part: head[part][:_LONGEST] for part in _PARTS if head.get(part)}
    second = ", ".join(filter(None, (head.get("line2"), head.get("line3"))))
    if second:
        told["line2"] = second[:_LONGEST]
    named = head.get("country", "")
    try:
        country = country_from_name(named, locale) if named else None
    except UnknownCountry:
        country = None
    if country:
        return Place(country), told | {"country": country}
    if named:
        told["region"] = ", ".join(filter(None, (told.get("region"), named)))[:_LONGEST]
    return Place("", region=named[:80]), told


def email_of(head: Cells) -> str:
    email = head.get("email", "")
    return email if "@" in email and len(email) <= _LONGEST_EMAIL else ""
