"""What a buyer types at the checkout, parsed once into typed values or into errors beside their fields."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from tradewind.buyers.registering import normal_email
from tradewind.core.words import locale_of, say
from tradewind.lib.addresses import address_form, is_postcode, is_postcode_of, tidy_postcode
from tradewind.lib.countries import COUNTRIES, country_name
from tradewind.lib.recipient_numbers import number_of, read_number
from tradewind.lib.territories import territory_of
from tradewind.lib.text import fold

LONGEST_NOTE: Final = 300
_LONGEST: Final = {
    "email": 254,
    "name": 120,
    "company": 120,
    "line1": 120,
    "line2": 120,
    "district": 80,
    "postcode": 16,
    "city": 80,
    "region": 80,
    "country": 2,
    "phone": 32,
    "tax_id": 32,
    "gift_note": LONGEST_NOTE,
}
_NEEDED: Final = ("email", "name", "line1", "country")
# What a list of regions says for one that is not in it.
NOT_LISTED: Final = "-"
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f\u200b\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """A delivery address and where to write to. Letters stay in the script in which they were typed."""

    email: str
    name: str
    line1: str
    city: str
    country: str
    company: str = ""
    line2: str = ""
    district: str = ""
    postcode: str = ""
    region: str = ""
    phone: str = ""
    tax_id: str = ""
    gift_note: str = ""  # several lines

    def ship_to(self) -> dict[str, str]:
        return {key: value for key, value in asdict(self).items() if key not in {"email", "gift_note"}}


class BadDetails(Exception):
    """Some fields cannot be used: field -> words in the buyer's language."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


def read_details(typed: Mapping[str, str], *, language: str) -> BuyerDetails:
    """Parse what was typed. Raises BadDetails with every field that cannot be used.

    A postcode of an unusual form is asked about once: `postcode_doubted` is the one that the buyer was asked about, and
    then it stands. Our list of forms must not keep anybody from a real address.
    """
    values = {field: _seen(typed.get(field, "")) for field in _LONGEST}
    values["country"] = values["country"].upper()
    values["gift_note"] = "\n".join(_seen(line) for line in typed.get("gift_note", "").splitlines()).strip()
    values["postcode"] = _tidy(values["postcode"], values["country"])
    if number_of(values["country"]) is None:
        values["tax_id"] = ""  # typed for another country; it is nobody's business in this one
    errors = {field: say(language, "Please fill in this field.") for field in _needed(values) if not values[field]}
    # An address is also stored in the form in which it is compared, where some letters have become two.
    compared = {"email": normal_email(values["email"])}
    for field, longest in _LONGEST.items():
        if max(len(values[field]), len(compared.get(field, ""))) > longest:
            errors[field] = say(language, "Please use at most {longest} characters.", longest=longest)
    wrong = _wrong_forms(values, language)
    if values["postcode"] == _tidy(_seen(typed.get("postcode_doubted", "")), values["country"]):
        wrong.pop("postcode", None)
    wrong |= _elsewhere(values, language)
    errors |= {field: words for field, words in wrong.items() if field not in errors}
    if errors:
        raise BadDetails(errors)
    return BuyerDetails(
        **{**values, "region": _region(values), "tax_id": read_number(values["country"], values["tax_id"])}
    )


def _seen(text: str) -> str:
    """Without what nobody sees."""
    return _UNSEEN.sub(" ", text).strip()


def _tidy(postcode: str, country: str) -> str:
    """Digits and letters of double width, as keyboards in East Asia write them, are the same postcode."""
    plain = unicodedata.normalize("NFKC", postcode)
    return tidy_postcode(country, plain) if country in COUNTRIES else plain


def _needed(values: Mapping[str, str]) -> Iterator[str]:
    yield from _NEEDED
    if values["country"] in COUNTRIES:
        needed = address_form(values["country"]).needed
        yield from (part for part in ("district", "city", "region", "postcode") if part in needed)
    asked = number_of(values["country"])
    if asked is not None and asked.is_needed:
        yield "tax_id"


def _wrong_forms(values: dict[str, str], language: str) -> dict[str, str]:
    errors = {}
    try:
        validate_email(values["email"])
    except ValidationError:
        errors["email"] = say(language, "This is not an e-mail address: check it, we send the confirmation there.")
    if values["country"] not in COUNTRIES:
        errors["country"] = say(language, "Please choose a country from the list.")
    elif values["postcode"]:
        errors |= _doubtful_postcode(values, language)
    if values["tax_id"] and not read_number(values["country"], values["tax_id"]):
        words = say(language, "Please check this number: the customs office will not accept it as it is.")
        errors["tax_id"] = words
    return errors


def _doubtful_postcode(values: Mapping[str, str], language: str) -> dict[str, str]:
    country, postcode = values["country"], values["postcode"]
    if not is_postcode(country, postcode):
        words = gettext_noop(
            "This does not look like a postcode of this country. If it is right, just send the form again."
        )
        return {"postcode": say(language, words)}
    region = address_form(country).region_of(values["region"])
    if region is not None and not is_postcode_of(country, region, postcode):
        words = gettext_noop(
            "This postcode does not seem to lie in {region}. If both are right, just send the form again."
        )
        return {"postcode": say(language, words, region=values["region"])}
    return {}


def _elsewhere(values: Mapping[str, str], language: str) -> dict[str, str]:
    """What is promised and charged for the country would not be true for one of its territories far away."""
    territory = territory_of(values["country"], values["postcode"])
    if territory is None:
        return {}
    words = gettext_noop(
        "This postcode lies in {place}, where delivery and taxes differ. Please choose {place} as the country."
    )
    return {"postcode": say(language, words, place=country_name(territory, locale_of(language)))}


def _region(values: Mapping[str, str]) -> str:
    """As the country writes it, in the script in which it was typed. One that we do not know stays as it is."""
    if values["region"] == NOT_LISTED:
        return ""
    region = address_form(values["country"]).region_of(values["region"])
    if region is None:
        return values["region"]
    return region.written(in_native=fold(values["region"]) == fold(region.native))
