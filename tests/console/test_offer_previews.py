"""Ways to deliver and to pay are looked at before they are changed: the page says what buyers will see instead."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.shop import Shop
from tradewind.checkout.models import Cart
from tradewind.core.models import AuditEntry
from tradewind.inventory.stocktaking import receive
from tradewind.markets.models import Market
from tradewind.payments.methods import offers
from tradewind.payments.models import MethodOffer
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.terms import terms_of

WAY = {"is_on": "on", "cost": "6.90", "days_min": "6", "days_max": "12"}


def look(client: Client, shop: Shop, place: str, **fields: Any) -> str:
    """The page that answers the first button of a form; it must have changed nothing."""
    version = Market.objects.get(pk=shop.de.pk).version
    response = client.post(f"/console/markets/{shop.de.pk}/{place}", {**fields, "action": "preview"})
    assert (response.status_code, Market.objects.get(pk=shop.de.pk).version) == (200, version)
    assert not AuditEntry.objects.filter(action__startswith="market.").exists()
    return response.content.decode()


def rows(page: str) -> list[list[str]]:
    """The rows of the preview's tables, as words."""
    preview = page.split("data-preview")[1].split("</section>", maxsplit=1)[0]
    bodies = "".join(re.findall(r"<tbody>(.*?)</tbody>", preview, re.DOTALL))
    return [
        [words(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in bodies.split("</tr>")[:-1]
    ]


def words(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def days(page: str) -> tuple[str, str]:
    """The dates before and after of the first row."""
    before, after = (cell.split(" · ")[1].removesuffix(" first") for cell in rows(page)[0][1:])
    return before, after


def test_another_cost_shows_what_buyers_and_their_carts_would_see(console: Client, shop: Shop) -> None:
    shop.cart((shop.small, 2))
    DeliveryOption.objects.filter(code="de-local").update(is_on=False)
    option = DeliveryOption.objects.get(code="de-air")

    page = look(console, shop, "options", option=option.pk, **{**WAY, "cost": "3.90"})

    (way, cart) = rows(page)
    dates = way[1].removeprefix("€6.90 · ").removesuffix(" first")
    assert way == ["de-air", f"€6.90 · {dates} first", f"€3.90 · {dates} first"]
    assert cart == ["2 × Mug", f"€26.90 · de-air, {dates} · card", f"€23.90 · de-air, {dates} · card"]
    assert "Latest carts that would change: 1 of 1" in words(page)
    option.refresh_from_db()
    assert (option.cost, [terms.cost.amount for terms in terms_of(shop.market())]) == (690, [690])


def test_what_was_looked_at_is_kept_in_the_form_and_saved_by_its_second_button(console: Client, shop: Shop) -> None:
    option = DeliveryOption.objects.get(code="de-air")

    before = console.get(f"/console/markets/{shop.de.pk}").content.decode()
    page = look(console, shop, "options", option=option.pk, **{**WAY, "cost": "3.90"})
    saved = console.post(
        f"/console/markets/{shop.de.pk}/options", {**WAY, "option": option.pk, "cost": "3.90", "action": "save"}
    )

    assert ['value="save"' in each for each in (before, page)] == [False, True]
    assert 'value="3.90"' in page
    option.refresh_from_db()
    assert (saved.status_code, option.cost) == (302, 390)


def test_longer_days_move_the_dates(console: Client, shop: Shop) -> None:
    DeliveryOption.objects.filter(code="de-local").update(is_on=False)
    option = DeliveryOption.objects.get(code="de-air")

    before, after = days(look(console, shop, "options", option=option.pk, **{**WAY, "days_max": "40"}))

    assert before.split(" to ")[0] == after.split(" to ")[0]
    assert before != after


def test_the_first_way_changes_when_the_one_before_it_is_switched_off(console: Client, shop: Shop) -> None:
    receive(variant_id=shop.small.pk, warehouse=shop.frankfurt, quantity=5, by="system", at=shop.at)
    shop.cart((shop.small, 1))
    option = DeliveryOption.objects.get(code="de-local")

    page = look(console, shop, "options", option=option.pk, **{**WAY, "is_on": ""})

    air, local, cart = rows(page)
    assert (air[0], "first" in air[1], "first" in air[2]) == ("de-air", False, True)
    assert (local[0], local[1].endswith(" first"), local[2]) == ("de-local", True, "not offered")
    assert (cart[1].startswith("€14.90 · de-local"), cart[2].startswith("€16.90 · de-air")) == (True, True)


def test_a_new_way_is_looked_at_among_the_others(console: Client, shop: Shop) -> None:
    new = {
        **WAY,
        "code": "de-sea",
        "name_en": "By sea",
        "warehouse": shop.shenzhen.pk,
        "max_weight_g": "9000",
        "cost": "1.00",
    }

    page = look(console, shop, "options/adding", **new)

    assert [(row[0], row[1][:11], row[2][:5]) for row in rows(page)][-1] == ("By sea", "not offered", "€1.00")
    assert (rows(page)[0][2], rows(page)[1][2]) == ("=", "=")
    assert 'value="By sea"' in page
    assert not DeliveryOption.objects.filter(code="de-sea").exists()


def test_a_method_that_is_switched_off_shows_the_one_that_takes_its_place(console: Client, shop: Shop) -> None:
    shop.cart((shop.small, 1))
    card = MethodOffer.objects.get(market_id=shop.de.pk, code="card")

    page = look(console, shop, "methods", method=card.pk, hold_days="1")

    transfer, gone, cart = rows(page)
    assert transfer == ["bank_transfer", "goods wait 7 days", "goods wait 7 days first"]
    assert gone == ["card", "goods wait 1 day first", "not offered"]
    assert (cart[1].endswith(" · card"), cart[2].endswith(" · bank_transfer")) == (True, True)
    assert [offer.code for offer in offers(shop.de.pk, "en")] == ["card", "bank_transfer"]


def test_a_new_method_is_looked_at(console: Client, shop: Shop) -> None:
    new = {"code": "invoice", "name_en": "Invoice", "provider": "manual", "hold_days": "14"}

    page = look(console, shop, "methods/adding", **new)

    assert rows(page)[-1] == ["Invoice", "not offered", "goods wait 14 days"]
    assert 'value="manual" selected' in page
    assert not MethodOffer.objects.filter(code="invoice").exists()


def test_it_is_said_when_nobody_could_order_any_more(console: Client, shop: Shop) -> None:
    DeliveryOption.objects.filter(code="de-local").update(is_on=False)
    shop.cart((shop.small, 1))
    option = DeliveryOption.objects.get(code="de-air")

    page = look(console, shop, "options", option=option.pk, **{**WAY, "is_on": ""})

    assert "Nothing would be left to choose: nobody could order in this market." in words(page)
    assert rows(page)[-1][2] == "€10.00 · no way to deliver · card"


def test_carts_of_other_markets_and_empty_ones_do_not_count(console: Client, shop: Shop) -> None:
    shop.cart((shop.small, 1), market="world")
    shop.cart()
    option = DeliveryOption.objects.get(code="de-air")

    page = look(console, shop, "options", option=option.pk, **{**WAY, "cost": "1.00"})

    assert Cart.objects.count() == 2
    assert "No buyer has a cart in this market." in words(page)


@pytest.mark.parametrize("fields", [{"cost": "free"}, {"days_min": "20"}])
def test_what_cannot_be_is_refused_before_it_is_looked_at(fields: dict[str, str], console: Client, shop: Shop) -> None:
    option = DeliveryOption.objects.get(code="de-air")
    sent = {**WAY, **fields, "option": option.pk, "action": "preview"}

    response = console.post(f"/console/markets/{shop.de.pk}/options", sent)

    assert (response.status_code, "data-preview" in response.content.decode()) == (422, False)
