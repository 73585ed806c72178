"""The demo's shop and the eight markets that come with us: whole in seven languages, computable, with a source each."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.demo.test_content import BOASTS, TRAITS, WAREHOUSES, strings
from tradewind.core.words import LOCALES
from tradewind.demo.freight import freight_fields
from tradewind.lib.charging import Collected, Sort
from tradewind.lib.freight import read_rates
from tradewind.lib.money import Money
from tradewind.markets.charges import charges_of
from tradewind.markets.opening import presets
from tradewind.markets.rounding import bands_of, rate_of
from tradewind.markets.ruling import CONFIDENCES

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tradewind"
SHOP = tomllib.loads((SOURCE / "demo" / "content" / "shop.toml").read_text(encoding="utf-8"))
MARKETS = presets()
EIGHT = ["us", "uk", "de", "fr", "br", "jp", "au", "world"]

every_market = pytest.mark.parametrize("market", MARKETS.values(), ids=MARKETS)


def language_tables(node: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every table of texts by language, with where it stands."""
    if isinstance(node, dict):
        if "en" in node:
            yield place, node
            return
        for key, value in node.items():
            yield from language_tables(value, f"{place}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from language_tables(value, f"{place}[{number}]")


TEXTS = [*language_tables(SHOP, "shop"), *language_tables({code: dict(table) for code, table in MARKETS.items()})]


def has_valid_check_digits(iban: str) -> bool:
    """ISO 13616: the first four to the end, letters as 10 to 35, remainder 1 by 97."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def rules_of(market: dict[str, Any]) -> dict[str, Any]:
    return {rule["key"]: rule["value"] for rule in market["rules"]}


def test_there_are_the_eight_markets_and_the_demo_has_them_all() -> None:
    assert list(MARKETS) == EIGHT
    assert SHOP["markets"] == EIGHT


def test_every_text_stands_in_seven_languages_and_none_is_empty() -> None:
    assert len(TEXTS) > 80
    assert {place: sorted(table) for place, table in TEXTS if sorted(table) != sorted(LOCALES)} == {}
    assert [place for place, table in TEXTS if not all(text.strip() for text in strings(table))] == []


def test_chinese_and_japanese_are_written_in_their_own_script_and_nothing_boasts() -> None:
    for place, table in TEXTS:
        for language in ("en", "de", "fr", "es", "pt"):
            assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", table[language]), place
        found = [re.search(BOASTS[language], table[language], re.IGNORECASE) for language in BOASTS]
        assert not any(found), place


@every_market
def test_every_rule_of_a_market_can_be_computed_with_and_says_where_it_is_from(market: dict[str, Any]) -> None:
    rules, currency = rules_of(market), market["currency"]
    charges = charges_of(rules, currency=currency, shows_tax=market["shows_tax"])
    collected = [c for c in charges if c.sort is Sort.TAX and c.collected is not Collected.AT_IMPORT]

    assert (len(collected) == 1) == market["shows_tax"]
    assert bands_of(rules["price_rounding"], currency)
    assert rate_of(rules["exchange_rate"])[0] == "CNY"
    assert rules["return_days"] >= 14
    assert all(rule["source"] and rule["confidence"] in CONFIDENCES for rule in market["rules"])
    assert max(Counter((rule["key"], rule["valid_from"]) for rule in market["rules"]).values()) == 1


@every_market
def test_above_a_limit_the_door_is_named_wherever_the_tax_ends_at_one(market: dict[str, Any]) -> None:
    charges = charges_of(rules_of(market), currency=market["currency"], shows_tax=market["shows_tax"])
    ends = {charge.up_to for charge in charges if charge.sort is Sort.TAX and charge.up_to is not None}
    at_door = [charge for charge in charges if charge.collected is Collected.AT_IMPORT]
    begins = {charge.above for charge in at_door if charge.sort is Sort.TAX and charge.above is not None}

    assert ends == begins


def test_accounts_have_valid_check_digits_and_serve_their_market() -> None:
    accounts = {account["key"]: account for account in SHOP["bank_accounts"]}
    assert {key: has_valid_check_digits(account["iban"]) for key, account in accounts.items()} == {
        "eur": True,
        "usd": True,
        "gbp": True,
    }
    assert not has_valid_check_digits("DE89370400440532013001")
    for method in SHOP["payment_methods"]:
        if method["provider"] == "bank_transfer":
            assert accounts[method["bank_account"]]["currency"] == MARKETS[method["market"]]["currency"]
    assert {method["market"] for method in SHOP["payment_methods"]} == set(EIGHT)
    assert {method["provider"] for method in SHOP["payment_methods"]} == {"bank_transfer", "simulator"}


def test_markets_warehouses_and_delivery_options_fit_together() -> None:
    warehouses = {warehouse["key"]: warehouse for warehouse in SHOP["warehouses"]}
    assert set(warehouses) == WAREHOUSES
    assert {ZoneInfo(warehouse["timezone"]).key for warehouse in warehouses.values()} == {
        "Asia/Shanghai",
        "Europe/Berlin",
    }
    for option in SHOP["delivery_options"]:
        market = MARKETS[option["market"]]
        assert Money.of(option["price"], market["currency"]).amount > 0
        assert 1 <= option["transit_working_days"]["min"] < option["transit_working_days"]["max"]
        reach = warehouses[option["warehouse"]]["ships_to"]
        assert reach == ["*"] or set(market["countries"]) <= set(reach)
        assert set(option["refuses"]) <= TRAITS
    assert {option["market"] for option in SHOP["delivery_options"]} == set(EIGHT)


def test_every_way_has_rates_of_its_carrier_for_each_country_that_it_serves() -> None:
    for option in SHOP["delivery_options"]:
        market = MARKETS[option["market"]]
        fields = freight_fields(key=option["key"], service=option["service"], currency=market["currency"])
        own = read_rates(fields["own_rates"])
        countries = market["countries"] or ["SG", "NO"]
        assert all(own.asks(option["max_weight_g"], country) for country in countries), option["key"]
        if fields["rates"]:
            asked = [read_rates(fields["rates"]).asks(1, country) for country in countries]
            assert asked == [Money.of(option["price"], market["currency"])] * len(countries)
        # what nobody has a rule for, nobody can pay beforehand
        rules = [rule["key"] for rule in market["rules"]]
        assert fields["duty"] != "ddp" or any(key.startswith("charge.") for key in rules), option["key"]
