"""Opening markets by hand and from what we bring along."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from tests.shop import Shop
from tradewind.core.models import AuditEntry
from tradewind.core.staff import NotValid
from tradewind.lib.charging import Good, bill
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.markets.opening import NewMarket, change_market, open_market, open_preset, presets
from tradewind.markets.queries import market_by_code, market_for_country

TODAY = date(2026, 11, 25)
NORTH = NewMarket("north", {"en": "North"}, ["SE", "DK"], "EUR", ["en", "de"], shows_tax=True)


def test_a_market_takes_its_countries_from_the_fallback_and_comes_last(shop: Shop) -> None:
    assert market_for_country("SE", on=TODAY).code == "world"

    open_market(market=NORTH, at=shop.at, by="staff:1")

    assert market_for_country("SE", on=TODAY).code == "north"
    assert shop.market("world").serves("SE") is False
    assert list(Market.objects.order_by("position").values_list("code", flat=True)) == ["de", "world", "north"]
    assert AuditEntry.objects.get(action="market.opened").actor == "staff:1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "de"}, "code"),
        ({"code": "N"}, "code"),
        ({"code": "console"}, "code"),
        ({"name": {"de": "Norden"}}, "name"),
        ({"countries": []}, "countries"),
        ({"countries": ["SE", "XX"]}, "countries"),
        ({"countries": ["DE"]}, "countries"),
        ({"countries": ["*"]}, "countries"),
        ({"currency": "EURO"}, "currency"),
        ({"languages": []}, "languages"),
        ({"languages": ["en", "en"]}, "languages"),
        ({"languages": ["sv"]}, "languages"),
    ],
)
def test_what_cannot_be_a_market_is_refused_with_its_field(changes: dict[str, Any], field: str, shop: Shop) -> None:
    with pytest.raises(NotValid) as refusal:
        open_market(market=replace(NORTH, **changes), at=shop.at, by="staff:1")

    assert refusal.value.field == field
    assert Market.objects.count() == 2


def test_name_and_languages_change_and_pages_with_them(shop: Shop) -> None:
    before = shop.market().version

    change_market(market=shop.de, name={"en": "Germany"}, languages=["en"], at=shop.at, by="staff:1")

    market = shop.market()
    assert (market.name("de"), market.languages, market.version) == ("Germany", ("en",), before + 1)


@pytest.mark.django_db
def test_all_eight_can_be_opened_and_every_country_is_served_by_one(now: datetime) -> None:
    for code in presets():
        open_preset(code=code, at=now, by="command")

    served = [
        market_for_country(country, on=TODAY).code for country in ("US", "GB", "DE", "FR", "BR", "JP", "AU", "CH")
    ]
    assert served == ["us", "uk", "de", "fr", "br", "jp", "au", "world"]
    with pytest.raises(NotValid):
        open_preset(code="fr", at=now, by="command")


@pytest.mark.django_db
def test_the_golden_case_two_shirts_and_shoes_to_france_by_the_rules_that_we_bring_along(now: datetime) -> None:
    open_preset(code="fr", at=now, by="command")
    goods = [Good(Money.of("12.00", "EUR"), 2, "610910"), Good(Money.of("24.00", "EUR"), 1, "640299")]

    def duty(day: date) -> list[tuple[Money, Money]]:
        charges = market_by_code("fr", on=day).charges_to("FR")
        lines = bill(goods, None, charges, imported=True).lines
        return [(line.amount, line.with_tax) for line in lines]

    golden = [(Money.of("6.00", "EUR"), Money.of("7.20", "EUR"))]
    days = [date(2026, 6, 30), date(2026, 7, 1), date(2028, 6, 30), date(2028, 7, 1)]
    assert [duty(day) for day in days] == [[], golden, golden, []]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "country", "price", "lines", "at_door", "tax"),
    [
        ("us", "US", "100.00", [("import_duty", "15.00")], [], "0.00"),
        ("uk", "GB", "162.00", [], [], "27.00"),
        ("uk", "GB", "180.00", [("vat", "-30.00")], [("import_duty", "6.00"), ("import_vat", "31.20")], "0.00"),
        ("br", "BR", "234.94", [], [], "39.94"),
        ("br", "BR", "602.41", [("import_duty", "173.49")], [], "131.90"),
        ("jp", "JP", "5500", [("consumption_tax", "-500")], [], "0"),
        ("jp", "JP", "11000", [("consumption_tax", "-1000")], [], "0"),
        ("jp", "JP", "22000", [("import_duty", "1100")], [], "2100"),
        ("au", "AU", "110.00", [], [], "10.00"),
        ("au", "AU", "1320.00", [("gst", "-120.00")], [("import_duty", "60.00"), ("import_gst", "126.00")], "0.00"),
        ("world", "CH", "50.00", [], [], "0.00"),
    ],
)
def test_what_is_due_in_each_market(  # noqa: PLR0917
    code: str,
    country: str,
    price: str,
    lines: list[tuple[str, str]],
    at_door: list[tuple[str, str]],
    tax: str,
    now: datetime,
) -> None:
    open_preset(code=code, at=now, by="command")
    market = market_by_code(code, on=TODAY)

    due = bill([Good(Money.of(price, market.currency), 1, "691110")], None, market.charges_to(country), imported=True)

    shown = [(line.charge.key, str(due.shown(line).decimal)) for line in due.lines]
    told = [(each.charge.key, str(each.estimate.decimal)) for each in due.at_door]
    assert (shown, told, str(due.tax.decimal)) == (lines, at_door, tax)
