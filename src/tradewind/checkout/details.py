"""What a buyer types at the checkout, parsed once into typed values or into errors beside their fields."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tradewind.buyers.registering import normal_email
from tradewind.core.words import say
from tradewind.lib.countries import COUNTRIES

_LONGEST: Final = {
    "email": 254,
    "name": 120,
    "company": 120,
    "line1": 120,
    "line2": 120,
    "postcode": 16,
    "city": 80,
    "region": 80,
    "country": 2,
    "phone": 32,
}
_NEEDED: Final = ("email", "name", "line1", "city", "country")
# Countries whose parcels do not arrive without one, and the form in which it is written there.
_POSTCODES: Final = {
    "DE": re.compile(r"\d{5}"),
    "AT": re.compile(r"\d{4}"),
    "CH": re.compile(r"\d{4}"),
    "FR": re.compile(r"\d{5}"),
    "US": re.compile(r"\d{5}(-\d{4})?"),
    "CN": re.compile(r"\d{6}"),
}
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
    postcode: str = ""
    region: str = ""
    phone: str = ""

    def ship_to(self) -> dict[str, str]:
        return {key: value for key, value in asdict(self).items() if key != "email"}


class BadDetails(Exception):
    """Some fields cannot be used: field -> words in the buyer's language."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


def read_details(typed: Mapping[str, str], *, language: str) -> BuyerDetails:
    """Parse what was typed. Raises BadDetails with every field that cannot be used."""
    values = {field: _UNSEEN.sub(" ", typed.get(field, "")).strip() for field in _LONGEST}
    values["country"] = values["country"].upper()
    errors = {field: say(language, "Please fill in this field.") for field in _NEEDED if not values[field]}
    # An address is also stored in the form in which it is compared, where some letters have become two.
    compared = {"email": normal_email(values["email"])}
    for field, longest in _LONGEST.items():
        if max(len(values[field]), len(compared.get(field, ""))) > longest:
            errors[field] = say(language, "Please use at most {longest} characters.", longest=longest)
    errors |= {field: words for field, words in _wrong_forms(values, language).items() if field not in errors}
    if errors:
        raise BadDetails(errors)
    return BuyerDetails(**values)


def _wrong_forms(values: dict[str, str], language: str) -> dict[str, str]:
    errors = {}
    try:
        validate_email(values["email"])
    except ValidationError:
        errors["email"] = say(language, "This is not an e-mail address: check it, we send the confirmation there.")
    if values["country"] not in COUNTRIES:
        errors["country"] = say(language, "Please choose a country from the list.")
    form = _POSTCODES.get(values["country"])
    if form is not None and not form.fullmatch(values["postcode"].replace(" ", "")):
        errors["postcode"] = say(language, "This does not look like a postcode of this country.")
    return errors
