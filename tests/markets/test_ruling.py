"""New versions of rules: the one before ends where the new one begins, nothing past is touched, everything is on record."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from tests.shop import Shop, open_shop
from tradewind.core.models import AuditEntry
from tradewind.core.staff import NotValid
from tradewind.markets.models import MarketRule
from tradewind.markets.queries import market_by_code
from tradewind.markets.ruling import RuleVersion, begin_rule, end_rule, record_rule

TODAY = date(2026, 11, 23)
NEXT_YEAR = date(2027, 1, 1)
VAT: dict[str, Any] = {
    "name": {"en": "VAT"},
    "sort": "tax",
    "kind": "percent",
    "rate": "21",
    "collected": "in_price",
    "base": "goods_and_delivery",
}


def version(**changes: Any) -> RuleVersion:
    first = RuleVersion("charge.vat", VAT, TODAY, "a law", TODAY, "V")
    return replace(first, **changes)


def versions(key: str) -> list[tuple[date, date | None]]:
    rows = MarketRule.objects.filter(key=key).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to"))


def test_a_new_version_ends_the_one_before_and_holds_from_its_day(shop: Shop) -> None:
    begin_rule(market=shop.de, version=version(key="return_days", value=14), at=shop.at, by="staff:1")
    begin_rule(
        market=shop.de, version=version(key="return_days", value=30, valid_from=NEXT_YEAR), at=shop.at, by="staff:1"
    )

    assert versions("return_days") == [(TODAY, NEXT_YEAR), (NEXT_YEAR, None)]
    days = [market_by_code("de", on=day).return_days for day in (TODAY, NEXT_YEAR - timedelta(days=1), NEXT_YEAR)]
    assert days == [14, 14, 30]


def test_a_version_before_a_planned_one_ends_where_that_begins(shop: Shop) -> None:
    begin_rule(market=shop.de, version=version(valid_from=NEXT_YEAR), at=shop.at, by="staff:1")
    begin_rule(market=shop.de, version=version(), at=shop.at, by="staff:1")

    assert versions("charge.vat") == [(TODAY, NEXT_YEAR), (NEXT_YEAR, None)]


def test_a_change_is_on_record_with_before_and_after_and_pages_change_at_once(shop: Shop) -> None:
    before = shop.market().version
    begin_rule(market=shop.de, version=version(), at=shop.at, by="staff:1")
    begin_rule(market=shop.de, version=version(valid_from=NEXT_YEAR), at=shop.at, by="staff:2")

    entry = AuditEntry.objects.filter(action="market.rule_begun").latest("id")
    assert (entry.actor, entry.before[0]["valid_to"], entry.after["valid_from"]) == (
        "staff:2",
        "2027-01-01",
        "2027-01-01",
    )
    assert shop.market().version == before + 2
    assert str(shop.market().tax_rate) == "21"


def test_a_rule_ends_without_a_successor(shop: Shop) -> None:
    rule = begin_rule(market=shop.de, version=version(), at=shop.at, by="staff:1")

    end_rule(rule=rule, on=NEXT_YEAR, at=shop.at, by="staff:1")

    assert versions("charge.vat") == [(TODAY, NEXT_YEAR)]
    with pytest.raises(NotValid):
        end_rule(rule=rule, on=TODAY - timedelta(days=1), at=shop.at, by="staff:1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"valid_to": TODAY}, "valid_to"),
        ({"source": " "}, "source"),
        ({"confidence": "?"}, "confidence"),
        ({"value": {**VAT, "rate": "-1"}}, "rate"),
        ({"value": {**VAT, "rate": "a lot"}}, "rate"),
        ({"value": {**VAT, "up_to": "1.005"}}, "up_to"),
        ({"value": {**VAT, "up_to": "10.00", "above": "20.00"}}, "up_to"),
        ({"value": {**VAT, "name": {}}}, "name"),
        ({"value": {**VAT, "collected": "at_checkout"}}, "collected"),
        ({"value": {**VAT, "collected": "later"}}, "collected"),
        ({"value": {**VAT, "countries": ["XX"]}}, "countries"),
        ({"value": {**VAT, "sort": "duty"}}, "collected"),
        ({"value": {**VAT, "sort": "duty", "kind": "per_heading", "collected": "at_checkout"}}, "amount"),
        ({"value": {**VAT, "kind": "per_heading", "amount": "3.00"}}, "kind"),
        ({"key": "return_days", "value": 400}, "value"),
        ({"key": "price_rounding", "value": [{"multiple": "x"}]}, "value"),
        ({"key": "exchange_rate", "value": {"rate": "0"}}, "value"),
        ({"key": "duties_note", "value": {"de": "Zoll"}}, "value"),
    ],
)
def test_what_cannot_be_computed_with_is_refused_with_its_field(
    changes: dict[str, Any], field: str, shop: Shop
) -> None:
    with pytest.raises(NotValid) as refusal:
        begin_rule(market=shop.de, version=version(**changes), at=shop.at, by="staff:1")

    assert refusal.value.field == field
    assert MarketRule.objects.exclude(key="tax_rate").count() == 0


def test_two_versions_do_not_begin_on_one_day(shop: Shop) -> None:
    begin_rule(market=shop.de, version=version(), at=shop.at, by="staff:1")

    with pytest.raises(NotValid, match="begins on this day already"):
        begin_rule(market=shop.de, version=version(), at=shop.at, by="staff:1")


def test_two_taxes_for_the_same_countries_are_refused_and_for_others_not(shop: Shop) -> None:
    begin_rule(market=shop.de, version=version(value={**VAT, "countries": ["DE"]}), at=shop.at, by="staff:1")

    with pytest.raises(NotValid, match="end it first"):
        begin_rule(market=shop.de, version=version(key="charge.gst"), at=shop.at, by="staff:1")
    begin_rule(
        market=shop.de, version=version(key="charge.tva", value={**VAT, "countries": ["FR"]}), at=shop.at, by="staff:1"
    )

    market = shop.market()
    taxes = {country: tax.key for country in ("DE", "FR") if (tax := market.tax_to(country)) is not None}
    assert taxes == {"DE": "vat", "FR": "tva"}


def test_only_a_market_that_is_set_up_has_rules_that_began_in_the_past(shop: Shop) -> None:
    record_rule(market=shop.de, version=version(valid_from=date(2021, 1, 1)), at=shop.at, by="system")

    with pytest.raises(NotValid, match="versions already"):
        record_rule(market=shop.de, version=version(valid_from=date(2020, 1, 1)), at=shop.at, by="system")


def test_the_only_tax_of_prices_that_contain_one_is_not_ended_but_replaced(shop: Shop) -> None:
    rule = begin_rule(market=shop.de, version=version(), at=shop.at, by="staff:1")
    MarketRule.objects.filter(key="tax_rate").delete()

    with pytest.raises(NotValid, match="new version"):
        end_rule(rule=rule, on=NEXT_YEAR, at=shop.at, by="staff:1")

    assert versions("charge.vat") == [(TODAY, None)]


def test_a_duty_beside_a_plain_tax_rate_leaves_the_tax_in_force(shop: Shop) -> None:
    duty = {"name": {"en": "Duty"}, "sort": "duty", "kind": "percent", "rate": "5", "collected": "at_checkout"}
    begin_rule(market=shop.de, version=version(key="charge.duty", value=duty), at=shop.at, by="staff:1")

    assert (str(shop.market().tax_rate), [c.key for c in shop.market().charges]) == ("19", ["duty", "tax"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_versions_that_are_begun_at_once_follow_one_another_without_gap_or_overlap(
    is_guarded: bool, now: datetime
) -> None:
    """The control leaves out the lock on the market: each then sees the rules as if it were alone."""
    shop = open_shop(now)
    days = [TODAY + timedelta(days=number) for number in range(6)]
    together = Barrier(len(days))

    def begin(day: date) -> None:
        try:
            together.wait()
            if is_guarded:
                begin_rule(market=shop.de, version=version(valid_from=day), at=now, by="staff:1")
            else:
                _begin_without_lock(shop, day, together)
        finally:
            connection.close()

    threads = [Thread(target=begin, args=[day]) for day in days]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    chain = versions("charge.vat")
    follow = [end for _, end in chain[:-1]] == [begun for begun, _ in chain[1:]]
    assert (len(chain), follow) == (6, is_guarded)


def _begin_without_lock(shop: Shop, day: date, together: Barrier) -> None:
    """What `begin_rule` does, looking first and writing later."""
    before = list(MarketRule.objects.filter(market=shop.de, key="charge.vat", valid_from__lt=day))
    together.wait()
    with transaction.atomic():
        for rule in before:
            rule.valid_to = day
            rule.save(update_fields=["valid_to"])
        MarketRule.objects.create(
            market=shop.de, key="charge.vat", value=VAT, valid_from=day, source="x", checked_on=TODAY, confidence="V"
        )
