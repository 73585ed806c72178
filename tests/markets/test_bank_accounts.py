"""Accounts without an IBAN: each kind with its own numbers, checked, and shown as its bank writes them."""

import pytest

from tradewind.lib.identifying import WrongNumber
from tradewind.markets.bank_accounts import KINDS, told
from tradewind.markets.shop import BankAccount

GOOD = [
    ("us", "routing", "021 000 021", "021000021"),
    ("us", "account", "12-3456-7890", "1234567890"),
    ("gb", "sort_code", "20-00-00", "200000"),
    ("gb", "account", "5577 9911", "55779911"),
    ("au", "bsb", "062-000", "062000"),
    ("au", "account", "1234 5678", "12345678"),
    ("br_pix", "pix", "529.982.247-25", "52998224725"),
    ("br_pix", "pix", "11.222.333/0001-81", "11222333000181"),
    ("br_pix", "pix", "+55 (11) 91234-5678", "+5511912345678"),
    ("br_pix", "pix", "Loja@Exemplo.com.br", "loja@exemplo.com.br"),
    ("br_pix", "pix", "123E4567-E89B-12D3-A456-426655440000", "123e4567-e89b-12d3-a456-426655440000"),
    ("br", "bank_code", "341", "341"),
    ("br", "branch", "1234-x", "1234X"),
    ("br", "account", "12345-6", "123456"),
    ("jp", "bank_code", "0005", "0005"),
    ("jp", "branch", "123", "123"),
    ("jp", "account_type", "ordinary", "ordinary"),
    ("jp", "account", "0123456", "0123456"),
    ("cn", "account", "6222 0212 3456 7890 123", "6222021234567890123"),
    ("iban", "iban", "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
]
BAD = [
    ("us", "routing", "021000022"),  # the check digit
    ("us", "account", "123"),
    ("gb", "sort_code", "20-00-0"),
    ("gb", "account", "1234567"),
    ("au", "bsb", "06200A"),
    ("au", "account", "1234"),
    ("br_pix", "pix", "529.982.247-26"),  # the check digits
    ("br_pix", "pix", "+1 212 555 0100"),
    ("br", "bank_code", "34"),
    ("br", "branch", "123"),
    ("br", "account", "12"),
    ("jp", "bank_code", "005"),
    ("jp", "branch", "12"),
    ("jp", "account_type", "savings"),
    ("jp", "account", "123456"),
    ("cn", "account", "1234567"),
    ("iban", "iban", "DE89370400440532013001"),
]


def check(kind: str, name: str, typed: str) -> str:
    return next(part.check(typed) for part in KINDS[kind].parts if part.name == name)


@pytest.mark.parametrize(("kind", "name", "typed", "bare"), GOOD)
def test_numbers_are_read_as_people_type_them(kind: str, name: str, typed: str, bare: str) -> None:
    assert check(kind, name, typed) == bare
    assert check(kind, name, bare) == bare


@pytest.mark.parametrize(("kind", "name", "typed"), BAD)
def test_numbers_that_cannot_be_are_refused(kind: str, name: str, typed: str) -> None:
    with pytest.raises(WrongNumber):
        check(kind, name, typed)


def test_every_number_of_every_kind_is_tried_here() -> None:
    parts = {(kind, part.name) for kind, rules in KINDS.items() for part in rules.parts}

    assert {(kind, name) for kind, name, *_ in GOOD} == {(kind, name) for kind, name, *_ in BAD}
    assert {(kind, name) for kind, name, *_ in GOOD} == parts


@pytest.mark.parametrize(
    ("kind", "numbers", "bic", "shown"),
    [
        (
            "us",
            {"routing": "021000021", "account": "1234567890"},
            "CHASUS33",
            [("Routing number (ABA)", "021000021"), ("Account number", "1234567890"), ("SWIFT/BIC", "CHASUS33")],
        ),
        (
            "gb",
            {"sort_code": "200000", "account": "55779911"},
            "",
            [("Sort code", "20-00-00"), ("Account number", "55779911")],
        ),
        ("au", {"bsb": "062000", "account": "12345678"}, "", [("BSB", "062-000"), ("Account number", "12345678")]),
        ("br_pix", {"pix": "loja@exemplo.com.br"}, "", [("Pix key", "loja@exemplo.com.br")]),
        (
            "jp",
            {"bank_code": "0005", "branch": "123", "account_type": "ordinary", "account": "0123456"},
            "",
            [
                ("Bank code", "0005"),
                ("Branch code", "123"),
                ("Account type", "Ordinary account (普通)"),
                ("Account number", "0123456"),
            ],
        ),
    ],
)
def test_it_is_shown_as_the_banks_of_its_country_write_it(
    kind: str, numbers: dict[str, str], bic: str, shown: list[tuple[str, str]]
) -> None:
    assert told(BankAccount("k", "USD", "Tingyu", "", bic, "Bank", kind, numbers), "en") == shown


def test_an_account_with_an_iban_is_shown_as_before() -> None:
    account = BankAccount("eur", "EUR", "Tingyu", "DE89370400440532013000", "MUSTDEFFXXX", "Musterbank")

    assert told(account, "de") == [("IBAN", "DE89 3704 0044 0532 0130 00"), ("BIC", "MUSTDEFFXXX")]
