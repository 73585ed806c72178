"""The shop's profile, as the staff write it: checked beside each field, kept with its history, seen by buyers at once."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.core import preferences
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.markets.notices import FACTS
from tradewind.markets.shop import SHOP, BankAccount, Contact, shop_profile

PAGE = "/console/shop"
FORM = {
    "name.en": "Tingyu Home",
    "name.zh": "汀屿家居",
    "email": "hello@tingyu.example",
    "phone": "+8675555500123",
    "representative": "Lin Tingyu",
    "zone": "Asia/Shanghai",
    "currency": "cny",
    "company.name.en": "Shenzhen Tingyu Home Goods Co., Ltd.",
    "company.address.en": "17 Haimo Road\r\nShenzhen 518000",
    "company.country": "cn",
    "company.email": "hello@tingyu.example",
    "eu.name.en": "Musterhaus Compliance GmbH",
    "eu.address.en": "Beispielstraße 12, 60311 Frankfurt am Main",
    "eu.country": "DE",
    "eu.email": "gpsr@musterhaus.example",
    "registrations": "3",
    "registration.0.kind": "ioss",
    "registration.0.number": "im2760000000",
    "accounts": "2",
    "account.0.currency": "EUR",
    "account.0.holder": "Shenzhen Tingyu Home Goods Co., Ltd.",
    "account.0.iban": "DE89 3704 0044 0532 0130 00",
    "account.0.bic": "MUSTDEFFXXX",
    "account.0.bank": "Musterbank Frankfurt",
}


def save(client: Client, **fields: str) -> tuple[int, str]:
    """Change some fields (dots are written __) of what the profile's page would send."""
    seen = shop_profile().digest
    sent = {"seen": seen, **FORM, **{name.replace("__", "."): text for name, text in fields.items()}}
    response = client.post(f"{PAGE}/saving", sent)
    return response.status_code, response.content.decode() or response["Location"]


def complaints(page: str) -> dict[str, str]:
    found = re.findall(r'class="complaint" id="(.*?)-problem">.*?</svg>(.*?)</span>', page, re.DOTALL)
    return {field: unescape(words) for field, words in found}


def test_the_profile_is_written_from_nothing_and_closes_every_gap(console: Client, shop: Shop) -> None:
    answer = save(
        console, registration__1__kind="vat", registration__1__country="fr", registration__1__number="FR40303265045"
    )

    assert answer == (302, f"{PAGE}?done=shop")
    profile = shop_profile()
    assert (profile.name, profile.phone, profile.currency) == (
        {"en": "Tingyu Home", "zh": "汀屿家居"},
        "+86 755 5550 0123",
        "CNY",
    )
    assert profile.manufacturer == Contact(
        {"en": "Shenzhen Tingyu Home Goods Co., Ltd."},
        {"en": "17 Haimo Road\nShenzhen 518000"},
        "CN",
        "hello@tingyu.example",
    )
    assert profile.registrations == {"ioss": "IM2760000000", "vat_fr": "FR40303265045"}
    assert profile.bank_accounts == (
        BankAccount(
            "eur",
            "EUR",
            "Shenzhen Tingyu Home Goods Co., Ltd.",
            "DE89370400440532013000",
            "MUSTDEFFXXX",
            "Musterbank Frankfurt",
        ),
    )
    assert [fact for fact, is_told in FACTS.items() if not is_told(profile)] == []


def test_buyers_read_the_change_at_the_next_request(console: Client, shop: Shop) -> None:
    buyer = Client()
    save(console)
    before = buyer.get("/de/en/").content.decode()

    save(console, name__en="Quiet Home")

    assert ("Tingyu Home" in before, "Quiet Home" in before) == (True, False)
    assert "Quiet Home" in buyer.get("/de/en/").content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "hello@", "Please write an e-mail address, like hello@shop.example."),
        ("email", "", "Please fill this in."),
        ("phone", "12", "No phone can have this number. Please write it with its country, like +86 755 5550 0123."),
        ("zone", "Beijing", "Please write a time zone of the tz database, like Asia/Shanghai."),
        ("currency", "RMB", "Please write the currency's code of three letters, like EUR."),
        ("company.country", "ZZ", "Please write the country's code of two letters, like DE."),
        ("company.email", "no", "Please write an e-mail address, like hello@shop.example."),
        ("eu.country", "CN", "The responsible person must be established in the EU, so a country of the EU is needed."),
        ("eu.email", "", "Please fill this in."),
        ("eu.address.en", "", "Please fill this in."),
        ("eu.address.en", "x" * 401, "At most 400 characters, please."),
        (
            "registration.0.number",
            "IM276",
            "This register gives no such number. Please look for a digit that is wrong or missing.",
        ),
        ("registration.0.number", "", "Please fill this in."),
        (
            "account.0.iban",
            "DE89370400440532013001",
            "This IBAN does not exist. Please look for a digit that is wrong or missing.",
        ),
        ("account.0.bic", "MUST", "This BIC does not exist. It has 8 or 11 letters and digits."),
        ("account.0.holder", "", "Please fill this in."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    field: str, typed: str, words: str, console: Client, shop: Shop
) -> None:
    before = shop_profile()

    status, page = save(console, **{field.replace(".", "__"): typed})

    assert (status, complaints(page)) == (422, {field: words})
    assert (f'value="{typed}"' in page or f"{typed}</textarea>" in page, "汀屿家居" in page) == (True, True)
    assert shop_profile() == before


@pytest.mark.parametrize(
    ("kind", "country", "number", "is_known"),
    [
        ("vat", "DE", "DE136695976", True),
        ("vat", "DE", "DE136695975", False),
        ("vat", "GR", "EL094259216", True),
        ("eori", "", "DE1234567890123", True),
        ("eori", "", "1234", False),
        ("packaging", "DE", "whatever they gave us", True),
    ],
)
def test_a_register_number_is_checked_where_its_rule_is_known(
    kind: str, country: str, number: str, is_known: bool, console: Client, shop: Shop
) -> None:
    row = {"registration__1__kind": kind, "registration__1__country": country, "registration__1__number": number}

    assert save(console, **row)[0] == (302 if is_known else 422)


def test_a_phone_number_without_its_country_is_one_of_the_company(console: Client, shop: Shop) -> None:
    save(console, phone="0755 5550 0124")

    assert shop_profile().phone == "+86 755 5550 0124"


def test_every_wrong_field_is_named_at_once(console: Client, shop: Shop) -> None:
    _, page = save(
        console,
        name__en="",
        name__zh="",
        email="x",
        registration__1__kind="ioss",
        registration__1__number="IM2760000000",
        registration__2__number="5",
    )

    assert complaints(page) == {
        "name.en": "Please write the name in one language at least.",
        "email": "Please write an e-mail address, like hello@shop.example.",
        "registration.1.kind": "This register stands here twice. Please keep one.",
        "registration.2.kind": "Please choose the register.",
    }


def test_a_number_that_stands_already_keeps_nobody_from_changing_another_field(console: Client, shop: Shop) -> None:
    strange: dict[str, Any] = {
        "name": {"en": "Tingyu"},
        "email": "hello@shop",
        "phone": "ask for Lin",
        "manufacturer": {"name": {"en": "T"}, "address": {"en": "S"}, "country": "CN", "email": ""},
        "registrations": {"ioss": "0"},
        "bank_accounts": [{"key": "k", "currency": "EUR", "holder": "T", "iban": "12 34", "bic": "", "bank": "B"}],
    }
    preferences.change(SHOP, strange, by="command", at=shop.at)
    same = {"email": "hello@shop", "phone": "ask for Lin", "registration__0__number": "0"}

    answer = save(console, **same, account__0__iban="12 34", account__0__bic="", representative="Lin")

    assert answer[0] == 302
    profile = shop_profile()
    assert (profile.representative, profile.phone, profile.bank_accounts[0].key) == ("Lin", "ask for Lin", "k")


def test_who_saves_second_is_shown_what_the_first_saved_and_loses_nothing(console: Client, shop: Shop) -> None:
    seen = shop_profile().digest
    save(console, representative="Lin")

    response = console.post(f"{PAGE}/saving", {**FORM, "seen": seen, "representative": "Mo"})
    page = response.content.decode()
    again = console.post(f"{PAGE}/saving", {**FORM, "seen": shop_profile().digest, "representative": "Mo"})

    assert (response.status_code, again.status_code) == (409, 302)
    assert ('value="Mo"' in page, "<q >Lin</q>" in page, shop_profile().digest in page) == (True, True, False)
    assert shop_profile().representative == "Mo"


def test_every_change_is_on_record_with_before_and_after(console: Client, shop: Shop) -> None:
    save(console)
    save(console, phone="+86 755 5550 0124")
    save(console, phone="+86 755 5550 0124")

    entry = AuditEntry.objects.filter(action="setting.changed").latest("pk")
    assert AuditEntry.objects.filter(action="setting.changed").count() == 2
    assert (entry.before["shop"]["phone"], entry.after["shop"]["phone"]) == ("+86 755 5550 0123", "+86 755 5550 0124")
    page = console.get(PAGE).content.decode()
    assert "<del>+86 755 5550 0123</del> → <ins>+86 755 5550 0124</ins>" in page


def test_more_rows_are_shown_with_what_was_typed(console: Client, shop: Shop) -> None:
    response = console.post(f"{PAGE}/saving", {**FORM, "phone": "half a num", "more": "accounts"})

    page = response.content.decode()
    assert (response.status_code, 'name="account.3.iban"' in page, "half a num" in page) == (200, True, True)
    assert shop_profile().phone == ""


def test_each_gap_leads_to_the_field_that_closes_it(console: Client, shop: Shop) -> None:
    answers = console.get("/console/answers").content.decode()
    page = console.get(PAGE).content.decode()

    fields = set(re.findall(r'href="/console/shop#(.*?)"', answers))
    assert {"phone", "eu.name.en", "registration.0.kind"} <= fields
    assert [field for field in fields if f'id="{field}"' not in page] == []


def test_who_may_only_look_is_shown_a_form_that_is_closed(shop: Shop) -> None:
    client = client_of(make_staff(Role.AGENT))

    page = client.get(PAGE).content.decode()

    assert ('<fieldset class="stack" disabled>' in page, ">More rows<" in page) == (True, False)
    assert client.post(f"{PAGE}/saving", FORM).status_code == 403


def test_an_account_without_an_iban_is_written_by_the_numbers_of_its_kind(console: Client, shop: Shop) -> None:
    typed = {"account__0__kind": "us", "account__0__iban": "", "account__0__routing": "021-000-021"}

    missing = save(console, **typed, account__0__bic="")
    wrong = save(console, **{**typed, "account__0__routing": "021000022"}, account__0__account="12")
    saved = save(console, **typed, account__0__account="1234567890", account__0__bic="")
    again = console.get(PAGE).content.decode()

    assert (missing[0], complaints(missing[1])) == (422, {"account.0.account": "Please fill this in."})
    assert complaints(wrong[1]) == {
        "account.0.routing": "A routing number has nine digits, and this one does not add up.",
        "account.0.account": "An American account number has 4 to 17 digits.",
    }
    assert saved[0] == 302
    [account] = shop_profile().bank_accounts
    assert (account.kind, account.iban, account.numbers) == (
        "us",
        "",
        {"routing": "021000021", "account": "1234567890"},
    )
    assert ('name="account.0.routing" maxlength="80" value="021000021"' in again, account.key) == (True, "eur")


def test_a_chinese_account_needs_its_swift_code_and_no_other_kind_is_known(console: Client, shop: Shop) -> None:
    typed = {"account__0__iban": "", "account__0__account": "6222021234567890123", "account__0__bic": ""}

    chinese = save(console, **typed, account__0__kind="cn")
    unknown = save(console, **typed, account__0__kind="moon")

    assert complaints(chinese[1]) == {"account.0.bic": "Please fill this in."}
    assert complaints(unknown[1]) == {"account.0.kind": "Please choose the kind of account."}
