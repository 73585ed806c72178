"""Numbers of phones, accounts and companies, as people type them."""

import pytest

from tradewind.lib.identifying import WrongNumber, account_number, bank_code, phone_number, register_number


def test_numbers_are_read_as_people_type_them() -> None:
    assert phone_number("(0755) 5550-0123", country="CN") == "+86 755 5550 0123"
    assert phone_number("+49 40 123456", country="CN") == "+49 40 123456"
    assert account_number("de89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert bank_code("mustdeffxxx") == "MUSTDEFFXXX"
    assert register_number("eori", " de  123 456 ") == "DE 123 456"


def test_a_register_without_a_rule_takes_any_number() -> None:
    assert register_number("vat", "12-3456789", country="US") == "12-3456789"
    assert register_number("packaging", "lucid 7", country="DE") == "LUCID 7"
    assert register_number("vat", "anything") == "ANYTHING"


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (lambda typed: phone_number(typed, country="CN"), "12"),
        (lambda typed: phone_number(typed, country="CN"), "call me"),
        (account_number, "DE89370400440532013001"),
        (bank_code, "MUST"),
        (lambda typed: register_number("vat", typed, country="DE"), "DE000000000"),
        (lambda typed: register_number("ioss", typed), "276"),
        (lambda typed: register_number("eori", typed), "1234"),
    ],
)
def test_a_number_that_cannot_exist_is_refused(read: object, typed: str) -> None:
    with pytest.raises(WrongNumber):
        read(typed)  # type: ignore[operator]
