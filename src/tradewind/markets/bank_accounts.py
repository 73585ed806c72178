"""Kinds of bank accounts, as data: what each country asks for beside holder and bank, how it is checked and shown.

What is stored is bare, without spaces or hyphens that only help the eye; `told` puts them back.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from django.utils.translation import gettext_noop
from stdnum.br import cnpj, cpf
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from tradewind.core import words
from tradewind.lib.identifying import WrongNumber, account_number
from tradewind.markets.shop import IBAN, BankAccount

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")
_BRAZILIAN_PHONE: Final = re.compile(r"\+55\d{10,11}")


@dataclass(frozen=True, slots=True)
class Part:
    """One number of an account. `check` gives the bare form or raises WrongNumber; `cut` says how many signs stand
    together when it is shown, with `between` after each.
    """

    name: str
    label: str
    wrong: str
    check: Callable[[str], str]
    choices: Mapping[str, str] = field(default_factory=dict)
    cut: tuple[int, ...] = ()
    between: str = " "


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    parts: tuple[Part, ...]
    # Nobody abroad can send money there without it.
    needs_bic: bool = False


def told(account: BankAccount, language: str) -> list[tuple[str, str]]:
    """What a buyer copies into their bank's form, beside holder and bank, as (label, number) in their language."""
    say = partial(words.say, language)
    numbers = {"iban": account.iban} if account.kind == IBAN else account.numbers
    rows = [
        (say(part.label), say(part.choices[number]) if part.choices else _in_groups(part, number))
        for part in KINDS[account.kind].parts
        if (number := numbers.get(part.name, ""))
    ]
    return [*rows, *([("BIC" if account.kind == IBAN else "SWIFT/BIC", account.bic)] if account.bic else [])]


def _in_groups(part: Part, number: str) -> str:
    groups, rest = [], number.replace(" ", "")
    for length in part.cut:
        groups.append(rest[:length])
        rest = rest[length:]
    return part.between.join(group for group in [*groups, rest] if group)


def _matching(pattern: str) -> Callable[[str], str]:
    """Digits, in which people write spaces, hyphens and dots as they like."""
    whole = re.compile(pattern)

    def check(typed: str) -> str:
        bare = re.sub(r"[\s.-]", "", typed).upper()
        if not whole.fullmatch(bare):
            raise WrongNumber("account", typed)
        return bare

    return check


def _routing(typed: str) -> str:
    try:
        return str(rtn.validate(re.sub(r"[\s-]", "", typed)))
    except ValidationError:
        raise WrongNumber("routing number", typed) from None


def _pix(typed: str) -> str:
    """A CPF, CNPJ, phone with +55, e-mail address or random key (Banco Central do Brasil, Manual do DICT)."""
    text = typed.strip().lower()
    phone = re.sub(r"[\s().-]", "", text)
    if _UUID.fullmatch(text) or _EMAIL.fullmatch(text):
        return text
    if _BRAZILIAN_PHONE.fullmatch(phone):
        return phone
    for rule in (cpf, cnpj):
        if rule.is_valid(text):
            return str(rule.compact(text))
    raise WrongNumber("Pix key", typed)


def _one_of(choices: Mapping[str, str]) -> Callable[[str], str]:
    def check(typed: str) -> str:
        if typed not in choices:
            raise WrongNumber("account type", typed)
        return typed

    return check


_ACCOUNT: Final = gettext_noop("Account number")
_NO_IBAN: Final = gettext_noop("This IBAN does not exist. Please look for a digit that is wrong or missing.")
_JAPANESE: Final = {
    "ordinary": gettext_noop("Ordinary account (普通)"),
    "current": gettext_noop("Current account (当座)"),
}


def _account(pattern: str, wrong: str) -> Part:
    return Part("account", _ACCOUNT, wrong, _matching(pattern))


KINDS: Final[dict[str, Kind]] = {
    IBAN: Kind(
        gettext_noop("IBAN (Europe and others)"), (Part("iban", "IBAN", _NO_IBAN, account_number, cut=(4,) * 8),)
    ),
    "us": Kind(
        gettext_noop("United States: routing number"),
        (
            Part(
                "routing",
                gettext_noop("Routing number (ABA)"),
                gettext_noop("A routing number has nine digits, and this one does not add up."),
                _routing,
            ),
            _account(r"\d{4,17}", gettext_noop("An American account number has 4 to 17 digits.")),
        ),
    ),
    "gb": Kind(
        gettext_noop("United Kingdom: sort code"),
        (
            Part(
                "sort_code",
                gettext_noop("Sort code"),
                gettext_noop("A sort code has six digits, like 20-00-00."),
                _matching(r"\d{6}"),
                cut=(2, 2),
                between="-",
            ),
            _account(r"\d{8}", gettext_noop("A British account number has eight digits; short ones begin with zeros.")),
        ),
    ),
    "au": Kind(
        gettext_noop("Australia: BSB"),
        (
            Part(
                "bsb",
                "BSB",
                gettext_noop("A BSB has six digits, like 062-000."),
                _matching(r"\d{6}"),
                cut=(3,),
                between="-",
            ),
            _account(r"\d{5,10}", gettext_noop("An Australian account number has 5 to 10 digits.")),
        ),
    ),
    "br_pix": Kind(
        gettext_noop("Brazil: Pix key"),
        (
            Part(
                "pix",
                gettext_noop("Pix key"),
                gettext_noop("A Pix key is a CPF, a CNPJ, a phone with +55, an e-mail address or a random key."),
                _pix,
            ),
        ),
    ),
    "br": Kind(
        gettext_noop("Brazil: agency and account"),
        (
            Part(
                "bank_code",
                gettext_noop("Bank code"),
                gettext_noop("A Brazilian bank code has three digits."),
                _matching(r"\d{3}"),
            ),
            Part(
                "branch",
                gettext_noop("Branch (agência)"),
                gettext_noop("An agency has four digits, and perhaps a check digit."),
                _matching(r"\d{4}[\dX]?"),
                cut=(4,),
                between="-",
            ),
            _account(r"\d{4,13}[\dX]", gettext_noop("Please write the account with its check digit, like 12345-6.")),
        ),
    ),
    "jp": Kind(
        gettext_noop("Japan: bank and branch"),
        (
            Part(
                "bank_code",
                gettext_noop("Bank code"),
                gettext_noop("A Japanese bank code has four digits."),
                _matching(r"\d{4}"),
            ),
            Part(
                "branch",
                gettext_noop("Branch code"),
                gettext_noop("A Japanese branch code has three digits."),
                _matching(r"\d{3}"),
            ),
            Part(
                "account_type",
                gettext_noop("Account type"),
                gettext_noop("Please choose the type of the account."),
                _one_of(_JAPANESE),
                choices=_JAPANESE,
            ),
            _account(
                r"\d{7}", gettext_noop("A Japanese account number has seven digits; short ones begin with zeros.")
            ),
        ),
    ),
    "cn": Kind(
        gettext_noop("China: account and SWIFT"),
        (_account(r"\d{8,30}", gettext_noop("A Chinese account number has 8 to 30 digits.")),),
        needs_bic=True,
    ),
}
