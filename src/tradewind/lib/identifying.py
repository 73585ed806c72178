"""Numbers by which phones, bank accounts and companies are known, read as people type them and checked by their own digits.

A number without a rule here passes: a register that we have not heard of must not keep a seller from naming it.
"""

import re
from typing import Final

import phonenumbers
from stdnum import bic, get_cc_module, iban
from stdnum.eu import oss
from stdnum.exceptions import ValidationError

# Commission Delegated Regulation (EU) 2015/2446, annex A: the country and up to fifteen signs.
_EORI: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{1,15}")


class WrongNumber(ValueError):
    """No such number can exist: it has a digit too many, too few or another than its check digit wants."""

    def __init__(self, kind: str, number: str) -> None:
        super().__init__(f"{number!r} is no {kind}")
        self.kind = kind


def phone_number(typed: str, *, country: str) -> str:
    """As it is dialled from abroad, +86 755 5550 0123; without its + it is one of the country. Raises WrongNumber.

    Possible is enough: the tables of numbers in use are always older than the newest number.
    """
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise WrongNumber("phone number", typed) from None
    if not phonenumbers.is_possible_number(number):
        raise WrongNumber("phone number", typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def account_number(typed: str) -> str:
    """An IBAN without spaces. Raises WrongNumber."""
    try:
        return str(iban.validate(typed))
    except ValidationError:
        raise WrongNumber("IBAN", typed) from None


def bank_code(typed: str) -> str:
    """A BIC of 8 or 11 signs. Raises WrongNumber."""
    try:
        return str(bic.validate(typed))
    except ValidationError:
        raise WrongNumber("BIC", typed) from None


def register_number(kind: str, typed: str, *, country: str = "") -> str:
    """The number in a register, say vat in DE, as it was typed but for its spaces. Raises WrongNumber."""
    number = " ".join(typed.upper().split())
    if kind == "eori" and not _EORI.fullmatch(number.replace(" ", "")):
        raise WrongNumber(kind, typed)
    rule = oss if kind == "ioss" else get_cc_module(country.lower(), "vat") if kind == "vat" and country else None
    try:
        if rule is not None:
            rule.validate(number)
    except ValidationError:
        raise WrongNumber(kind, typed) from None
    return number
