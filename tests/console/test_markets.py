"""Markets in the console: what holds, what a change would do, and who may make it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.checkout.summary import Choice, summarise
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market, MarketRule
from tradewind.markets.opening import NewMarket, open_market
from tradewind.markets.queries import market_by_code
from tradewind.payments.models import MethodOffer
from tradewind.shipping.models import DeliveryOption

DUTY = {
    "charge_key": "duty",
    "name_en": "EU customs duty",
    "name_zh": "欧盟关税",
    "sort": "duty",
    "kind": "per_heading",
    "collected": "at_checkout",
    "base": "goods",
    "amount": "3.00",
    "is_taxable": "on",
    "imports_only": "on",
    "source": "a page",
    "checked_on": "2026-11-20",
    "confidence": "V",
    "valid_to": "",
}


def tomorrow() -> date:
    return utc_now().date() + timedelta(days=1)


def post_rule(client: Client, shop: Shop, action: str, key: str = "new", **fields: Any) -> tuple[int, str]:
    sent = {**DUTY, "valid_from": tomorrow().isoformat(), "action": action, **fields}
    response = client.post(f"/console/markets/{shop.de.pk}/rules/{key}", sent)
    return response.status_code, response.content.decode() or response.get("Location", "")


def complaint(page: str) -> str:
    found = re.search(r'class="complaint".*?</svg>(.*?)</p>', page, re.DOTALL)
    return found[1] if found else ""


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1]).split())


def test_the_list_shows_countries_taxes_and_what_is_missing(console: Client, shop: Shop) -> None:
    page = text_of(console.get("/console/markets").content.decode())

    assert (
        "de de Germany EUR de en zh VAT: 19 % in the price, on goods and delivery Ways to deliver 2 Ways to pay 2 Prices 2"
        in page
    )
    assert "world world All that no other market names USD" in page


def test_thirty_markets_take_no_more_statements_than_two(
    console: Client, shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # session, staff, codes, markets, ways, methods, prices
    console.get("/console/markets")
    with django_assert_num_queries(7):
        console.get("/console/markets")
    for number, country in enumerate(("AT", "BE", "BG", "CY", "CZ", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU")):
        new = NewMarket(f"m{number}", {"en": country}, [country], "EUR", ["en"], shows_tax=False)
        open_market(market=new, at=shop.at, by="staff:1")
    console.get("/console/markets")
    with django_assert_num_queries(7):
        page = console.get("/console/markets").content.decode()

    assert page.count("data-row") == 15


def test_a_market_shows_its_rules_with_source_day_and_confidence(console: Client, shop: Shop) -> None:
    page = text_of(console.get(f"/console/markets/{shop.de.pk}").content.decode())

    assert "Tax rate 19 since 2020-01-01 · test Read in the source checked 2026-11-01" in page
    assert "de-air from Shenzhen, 6 to 12 working days €6.90" in page


def test_a_new_duty_is_looked_at_on_goods_and_carts_and_nothing_is_saved_by_looking(
    console: Client, shop: Shop
) -> None:
    shop.cart((shop.small, 2))

    status, page = post_rule(console, shop, "preview")

    words = text_of(page)
    assert status == 200
    assert "€3.00 for each kind of goods at the checkout, taxed itself" in words
    assert "MUG-S Mug €10.00 €13.57 €1.60 €5.17 €8.40 = – =" in words
    assert "2 × Mug €26.90 €30.47 €4.29 €7.86 €22.61 = – =" in words
    assert not MarketRule.objects.filter(key="charge.duty").exists()


def test_a_look_at_another_rate_shows_what_is_left_to_us_though_no_buyer_pays_more(console: Client, shop: Shop) -> None:
    status, page = post_rule(console, shop, "preview", key="tax_rate", number="25")

    # 10.00 with 19 % in it leave 8.40; with 25 % in it 8.00.
    assert status == 200
    assert "MUG-S Mug €10.00 = €1.60 €2.00 €8.40 €8.00 – =" in text_of(page)


def test_a_look_at_fewer_days_to_return_names_the_pages_and_the_law(console: Client, shop: Shop) -> None:
    status, page = post_rule(console, shop, "preview", key="return_days", number="7")

    words = text_of(page)
    assert status == 200
    assert "No amount changes. Buyers read it from that day on here:" in words
    assert "the page about returns" in words
    assert "The law here grants buyers 14 days (Directive 2011/83/EU, article 9)." in words
    assert "The law here" not in text_of(post_rule(console, shop, "preview", key="return_days", number="30")[1])


def test_nobody_vouches_for_a_source_by_saving_without_looking(console: Client, shop: Shop) -> None:
    page = console.get(f"/console/markets/{shop.de.pk}/rules/tax_rate").content.decode()

    assert 'name="checked_on" type="date" maxlength="10" required  value=""' in page
    assert post_rule(console, shop, "save", key="tax_rate", number="20", confidence="")[0] == 422


def test_a_percentage_is_typed_with_a_comma_as_well(console: Client, shop: Shop) -> None:
    kind = {"kind": "percent", "amount": "", "rate": "12,5 %"}

    assert post_rule(console, shop, "save", **kind)[0] == 302
    assert MarketRule.objects.get(key="charge.duty").value["rate"] == "12.5"


def test_who_pays_the_way_back_is_a_rule_and_buyers_read_it(console: Client, shop: Shop) -> None:
    page = "/de/en/pages/returns/"
    assert "You pay the way back" in console.get(page).content.decode()

    form = console.get(f"/console/markets/{shop.de.pk}/rules/return_postage").content.decode()
    answer = post_rule(
        console, shop, "save", key="return_postage", payer="seller", valid_from=utc_now().date().isoformat()
    )

    assert 'name="payer"' in form
    assert answer[0] == 302
    assert "We pay the way back." in console.get(page).content.decode()
    assert post_rule(console, shop, "save", key="return_postage", payer="nobody")[0] == 422


def test_for_which_unit_a_price_is_shown_as_well_is_a_rule(console: Client, shop: Shop) -> None:
    asked = {"key": "unit_price", "units": "1 kg, 1L, 1 m²", "least": "10"}
    assert "Price of a litre, kilogram or metre" in console.get(f"/console/markets/{shop.de.pk}").content.decode()
    status, page = post_rule(console, shop, "preview", **asked)
    saved = post_rule(console, shop, "save", **asked)

    assert (status, saved[0]) == (200, 302)
    assert "every product page" in text_of(page)
    assert MarketRule.objects.get(key="unit_price").value == {"per": ["1 kg", "1 l", "1 m2"], "least": "10"}
    shown = text_of(console.get(f"/console/markets/{shop.de.pk}").content.decode())
    assert "for 1 kg, 1 l, 1 m², from 10 g or ml on" in shown.replace("\N{NO-BREAK SPACE}", " ")
    for wrong in ({"units": "1 l, 100 ml"}, {"units": "1 oz"}, {"least": "some"}):
        assert post_rule(console, shop, "save", **{**asked, **wrong})[0] == 422


def test_a_rule_begins_on_its_day_and_is_on_record(console: Client, shop: Shop) -> None:
    before = market_by_code("de", on=utc_now().date()).version
    answer = post_rule(console, shop, "save")

    assert answer == (302, f"/console/markets/{shop.de.pk}?done=rule#rules")
    rule = MarketRule.objects.get(key="charge.duty")
    assert (rule.value["amount"], rule.valid_from, rule.valid_to) == ("3.00", tomorrow(), None)
    assert AuditEntry.objects.get(action="market.rule_begun").after["key"] == "charge.duty"
    assert Market.objects.get(code="de").version == before + 1
    planned = text_of(console.get(f"/console/markets/{shop.de.pk}").content.decode())
    assert "To come EU customs duty €3.00 for each kind of goods" in planned


def test_a_new_version_is_typed_into_a_form_that_holds_the_present_one(console: Client, shop: Shop) -> None:
    post_rule(console, shop, "save")

    page = console.get(f"/console/markets/{shop.de.pk}/rules/charge.duty").content.decode()
    day = (tomorrow() + timedelta(days=30)).isoformat()
    answer = post_rule(console, shop, "save", key="charge.duty", amount="5.00", valid_from=day)

    assert 'name="amount" type="text" maxlength="20"  placeholder="3.00" value="3.00"' in page
    assert answer[0] == 302
    versions = MarketRule.objects.filter(key="charge.duty").order_by("valid_from")
    assert [(v.value["amount"], str(v.valid_to)) for v in versions] == [("3.00", day), ("5.00", "None")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"valid_from": "2020-01-01"}, "The past is not changed: begin today or later."),
        ({"valid_from": ""}, "Please write the day like 2026-11-24."),
        ({"amount": ""}, "Give the amount for each kind of goods."),
        ({"amount": "3.005"}, "Give an amount like 12.90, with no more digits than the currency has."),
        ({"name_en": ""}, "Please fill this in."),
        ({"source": ""}, "Please fill this in."),
        ({"collected": "in_price"}, "A duty is no part of the price: let it be paid at the checkout or at import."),
        ({"kind": "percent", "rate": "x"}, "Give the percentage as a number, say 19 or 7.5."),
        ({"countries": "XX"}, "Write codes of two letters, say DE AT; one of these is no country."),
        ({"charge_key": ""}, "Please fill this in."),
    ],
)
def test_a_rule_that_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    fields: dict[str, str], words: str, console: Client, shop: Shop
) -> None:
    status, page = post_rule(console, shop, "save", **fields)

    assert (status, complaint(page)) == (422, words)
    assert "欧盟关税" in page
    assert not MarketRule.objects.filter(key__startswith="charge.").exists()


@pytest.mark.parametrize(
    ("key", "fields", "value"),
    [
        ("return_days", {"number": "30"}, 30),
        ("exchange_rate", {"common": "cny", "rate": "0.12"}, {"from": "CNY", "rate": "0.12"}),
        (
            "price_rounding",
            {"bands": "0 1.00 0.90 0.99\n100 10.00 9.00\n"},
            [
                {"from": "0", "multiple": "1.00", "endings": ["0.90", "0.99"]},
                {"from": "100", "multiple": "10.00", "endings": ["9.00"]},
            ],
        ),
        (
            "duties_note",
            {"text_en": "Nothing is due.", "text_zh": "无需另付。"},
            {"en": "Nothing is due.", "zh": "无需另付。"},
        ),
    ],
)
def test_other_rules_have_forms_of_their_own(
    key: str, fields: dict[str, str], value: object, console: Client, shop: Shop
) -> None:
    form = console.get(f"/console/markets/{shop.de.pk}/rules/{key}")
    looked_at = post_rule(console, shop, "preview", key=key, **fields)
    answer = post_rule(console, shop, "save", key=key, **fields)

    assert (form.status_code, looked_at[0], answer[0]) == (200, 200, 302)
    assert MarketRule.objects.get(key=key).value == value


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("return_days", {"number": "999"}),
        ("tax_rate", {"number": "x"}),
        ("exchange_rate", {"common": "CNY", "rate": "x"}),
        ("price_rounding", {"bands": "0 x"}),
        ("duties_note", {"text_de": "Zoll"}),
    ],
)
def test_other_rules_complain_beside_their_fields(
    key: str, fields: dict[str, str], console: Client, shop: Shop
) -> None:
    status, page = post_rule(console, shop, "save", key=key, **fields)

    assert (status, bool(complaint(page))) == (422, True)


def test_a_rule_is_ended_on_a_day(console: Client, shop: Shop) -> None:
    post_rule(console, shop, "save", valid_from=utc_now().date().isoformat())
    rule = MarketRule.objects.get(key="charge.duty")
    address = f"/console/markets/{shop.de.pk}/rules/charge.duty/end"

    refused = console.post(address, {"rule": rule.pk, "valid_to": "2020-06-01"})
    answer = console.post(address, {"rule": rule.pk, "valid_to": tomorrow().isoformat()})

    assert (refused.status_code, answer.status_code) == (422, 302)
    assert MarketRule.objects.get(pk=rule.pk).valid_to == tomorrow()


def test_a_delivery_option_changes_and_buyers_pages_with_it(console: Client, shop: Shop) -> None:
    option = DeliveryOption.objects.get(code="de-air")
    before = Market.objects.get(code="de").version
    sent = {"option": option.pk, "is_on": "on", "cost": "5.50", "days_min": "5", "days_max": "9", "action": "save"}

    answer = console.post(f"/console/markets/{shop.de.pk}/options", sent)
    again = console.post(f"/console/markets/{shop.de.pk}/options", sent)

    option.refresh_from_db()
    assert (answer.status_code, again.status_code) == (302, 302)
    assert (option.cost, option.days_min, option.days_max, option.is_on) == (550, 5, 9, True)
    assert Market.objects.get(code="de").version == before + 1
    entry = AuditEntry.objects.get(action="market.option_changed")
    assert (entry.before["cost"], entry.after["cost"]) == (690, 550)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"cost": "free"}, "Please write the amount like 1280.50."),
        ({"days_min": "9", "days_max": "3"}, "The longest time is not below the shortest, and both are above zero."),
        ({"days_min": "x"}, "Please write a whole number, like 12."),
    ],
)
def test_a_delivery_option_that_cannot_be_is_refused_beside_its_field(
    fields: dict[str, str], words: str, console: Client, shop: Shop
) -> None:
    option = DeliveryOption.objects.get(code="de-air")
    sent = {"option": option.pk, "is_on": "on", "cost": "0", "days_min": "5", "days_max": "9", **fields}

    response = console.post(f"/console/markets/{shop.de.pk}/options", sent)

    assert (response.status_code, complaint(response.content.decode())) == (422, words)
    option.refresh_from_db()
    assert (option.cost, option.days_min) == (690, 6)


def test_a_method_is_switched_off(console: Client, shop: Shop) -> None:
    offer = MethodOffer.objects.get(market_id=shop.de.pk, code="card")
    address = f"/console/markets/{shop.de.pk}/methods"

    refused = console.post(address, {"method": offer.pk, "hold_days": "90"})
    answer = console.post(address, {"method": offer.pk, "hold_days": "2", "action": "save"})

    offer.refresh_from_db()
    assert (refused.status_code, answer.status_code) == (422, 302)
    assert (offer.is_on, offer.hold_days) == (False, 2)


def test_options_and_methods_of_another_market_are_not_found(console: Client, shop: Shop) -> None:
    option = DeliveryOption.objects.get(code="world-air")

    assert console.post(f"/console/markets/{shop.de.pk}/options", {"option": option.pk}).status_code == 404
    assert console.get(f"/console/markets/{shop.de.pk}/rules/secrets").status_code == 404


def test_a_market_is_opened_by_a_form_and_a_bad_field_is_named(console: Client, shop: Shop) -> None:
    sent = {
        "code": "nordic",
        "name_en": "Nordic",
        "name_zh": "",
        "countries": "se, dk",
        "currency": "eur",
        "languages": "en de",
        "shows_tax": "on",
    }

    refused = console.post("/console/markets/opening", {**sent, "countries": "DE"})
    answer = console.post("/console/markets/opening", sent)

    assert complaint(refused.content.decode()) == "One of these countries belongs to another market."
    opened = Market.objects.get(code="nordic")
    assert answer["Location"] == f"/console/markets/{opened.pk}?done=market"
    assert sorted(opened.countries.values_list("country", flat=True)) == ["DK", "SE"]
    page = text_of(console.get(f"/console/markets/{opened.pk}").content.decode())
    assert "Prices are shown with tax here, and no tax is in force." in page


def test_a_market_that_comes_with_us_is_opened_with_its_rules(console: Client, shop: Shop) -> None:
    answer = console.post("/console/markets/presets", {"code": "uk"})
    again = console.post("/console/markets/presets", {"code": "uk"})
    unknown = console.post("/console/markets/presets", {"code": "atlantis"})

    assert (answer.status_code, again.status_code, unknown.status_code) == (302, 422, 422)
    assert MarketRule.objects.filter(market__code="uk", key="charge.vat").exists()


def test_name_and_languages_are_changed(console: Client, shop: Shop) -> None:
    address = f"/console/markets/{shop.de.pk}/words"

    refused = console.post(address, {"name_en": "Germany", "languages": "sv"})
    answer = console.post(address, {"name_en": "Germany", "name_zh": "德国", "languages": "de, zh"})

    market = Market.objects.get(code="de")
    assert (refused.status_code, answer.status_code) == (422, 302)
    assert (market.name, market.languages) == ({"en": "Germany", "zh": "德国"}, ["de", "zh"])


def test_who_may_look_is_offered_no_forms(shop: Shop) -> None:
    client = client_of(make_staff(Role.ANALYST))

    pages = (
        client.get("/console/markets").content.decode() + client.get(f"/console/markets/{shop.de.pk}").content.decode()
    )

    assert [word for word in ("Open it", "New version", "Let it end", "Working days at least") if word in pages] == []
    assert client.get(f"/console/markets/{shop.de.pk}/rules/new").status_code == 403


def test_the_pages_are_written_in_chinese(shop: Shop) -> None:
    client = client_of(make_staff(language="zh-hans"))

    page = client.get(f"/console/markets/{shop.de.pk}").content.decode()

    assert "生效中的规则" in page


WAY = {"code": "de-sea", "name_en": "By sea", "name_zh": "海运", "cost": "2.00", "days_min": "30", "days_max": "50"}


def test_a_way_to_deliver_is_added_and_buyers_may_choose_it(console: Client, shop: Shop) -> None:
    sent = {**WAY, "warehouse": shop.shenzhen.pk, "max_weight_g": "20000", "is_tracked": "on", "action": "save"}
    address = f"/console/markets/{shop.de.pk}/options/adding"

    refused = [
        complaint(console.post(address, {**sent, **wrong}).content.decode())
        for wrong in ({"code": "de-air"}, {"code": "!"}, {"max_weight_g": "0"}, {"days_max": "3"}, {"name_en": ""})
    ]
    answer = console.post(address, sent)

    assert refused == [
        "This market has a way with this code already.",
        "Write small letters, digits or hyphens, say “nl-air”.",
        "The weight is above zero and below a ton.",
        "The longest time is not below the shortest, and both are above zero.",
        "Please fill this in.",
    ]
    assert answer.status_code == 302
    cart = shop.cart((shop.small, 1))
    offered = summarise(cart, shop.market(), Choice("DE"), language="en", at=shop.at).options
    assert [option.option for option in offered] == ["de-air", "de-sea"]
    assert AuditEntry.objects.filter(action="market.option_added").count() == 1


def test_a_way_to_pay_is_added(console: Client, shop: Shop) -> None:
    sent = {"code": "invoice", "name_en": "Invoice", "provider": "manual", "hold_days": "14", "action": "save"}
    address = f"/console/markets/{shop.de.pk}/methods/adding"

    refused = [
        complaint(console.post(address, {**sent, **wrong}).content.decode())
        for wrong in ({"code": "card"}, {"code": "?"}, {"provider": "moon"}, {"hold_days": "99"})
    ]
    answer = console.post(address, sent)

    assert refused == [
        "This market has a method with this code already.",
        "Write small letters, digits or underscores, say “card”.",
        "This installation cannot reach that provider.",
        "Goods wait from 1 to 60 days.",
    ]
    assert answer.status_code == 302
    added = MethodOffer.objects.get(code="invoice")
    assert (added.market_id, added.is_instant, added.hold_days, added.position) == (shop.de.pk, False, 14, 2)
