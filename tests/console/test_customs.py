"""Customs papers at work: gaps seen, filled in where they belong, and printed; of the own shop and of marketplaces."""

from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import AT, client_of, make_order, make_staff
from tests.console.test_order_page import words_of
from tests.console.test_reach import only_for
from tests.papers.parts import name_seller, pages_of, paid_order, text_of
from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.checkout.replacing import send_again
from tradewind.core.accounts import account_named
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.lib.money import Money
from tradewind.orders.models import Order, OrderLine
from tradewind.shipping.customs import Missing
from tradewind.shipping.customs_filling import CustomsOutdated, Filled, fill_customs, seen_of
from tradewind.shipping.customs_models import OrderCustoms
from tradewind.shipping.declaring import declaration_of, declarations_by_parcel, declarations_of, gaps_of
from tradewind.shipping.models import AddressLabel, Parcel

COMPLETE = {"hs_code": "691200", "origin": "CN", "declared": {"en": "Ceramic mug", "zh": "陶瓷杯"}, "traits": []}


def known_to_customs() -> None:
    Variant.objects.update(customs=COMPLETE)


def from_shenzhen(order: Order, **fields: object) -> Order:
    """The order as if it left China: the shop of tests sends from Frankfurt first."""
    order.delivery_option = {**order.delivery_option, "warehouse": "shenzhen"}
    for name, value in fields.items():
        setattr(order, name, value)
    order.save()
    return order


def of_marketplace(number: int, **fields: object) -> Order:
    account = account_named("eBay DE", channel="ebay", at=AT)
    return make_order(number, account=account.name, **fields)


@pytest.fixture
def order(shop: Shop, now: datetime) -> Order:
    name_seller(now)
    return from_shenzhen(paid_order(shop))


def test_a_gap_is_named_with_the_way_to_it_and_gone_once_it_is_filled(
    console: Client, shop: Shop, order: Order
) -> None:
    page = console.get(f"/console/orders/{order.pk}").content.decode()
    before = [gap.what for gap in gaps_of(order)]
    refused = console.get(f"/console/orders/{order.pk}/customs/file")
    wanted = {"order": [str(order.pk)], "paper": "label"}
    unlabelled = console.post("/console/warehouse/papers", wanted)

    known_to_customs()

    assert (unlabelled.status_code, AddressLabel.objects.count()) == (422, 0)
    assert f'href="/console/products/{shop.product.pk}/variants"' in unlabelled.content.decode()
    assert console.post("/console/warehouse/papers", wanted).status_code == 200
    assert AddressLabel.objects.get().order_id == order.pk

    assert before == [*(Missing.HS_CODE, Missing.ORIGIN, Missing.NAME_EN, Missing.NAME_ZH) * 2]
    assert f'href="/console/products/{shop.product.pk}/variants"' in page
    assert refused.status_code == 409
    assert gaps_of(order) == []
    assert "The papers are complete." in words_of(console, order.pk)


def test_values_are_what_was_paid_without_tax_and_shares_of_discounts(order: Order) -> None:
    known_to_customs()
    small, large = order.lines.filter(kind="goods").order_by("position")
    # 20.00 less 2.00 and 10.00 less 1.00, of which 19 parts in 119 are tax.
    OrderLine.objects.filter(pk=small.pk).update(discount=-200)
    OrderLine.objects.filter(pk=large.pk).update(discount=-100)

    found = declaration_of(order)

    assert found is not None
    assert [piece.value for piece in found.pieces] == [Money(1513, "EUR"), Money(756, "EUR")]
    assert (found.total, found.number, found.incoterm) == (Money(2269, "EUR"), "IM2760000000", "DDP")


def test_a_typed_value_is_that_of_the_pieces_that_there_were(order: Order) -> None:
    """Orders are split and merged: fewer pieces are worth less, more are worth more."""
    known_to_customs()
    small, large = order.lines.filter(kind="goods").order_by("position")
    typed = {str(small.pk): {"value": 20_000, "currency": "EUR"}, str(large.pk): {"hs_code": "691200"}}
    seen = seen_of(OrderCustoms())
    fill_customs(order_id=order.pk, filled=Filled(lines=typed), seen=seen, by="staff:1", at=AT)

    def value_of(quantity: int) -> Money | None:
        OrderLine.objects.filter(pk=small.pk).update(quantity=quantity)
        found = declaration_of(order)
        assert found is not None
        return found.pieces[0].value

    assert small.quantity == 2
    assert [value_of(quantity) for quantity in (2, 1, 5)] == [Money(each, "EUR") for each in (20_000, 10_000, 50_000)]


def test_values_of_before_say_of_how_many_pieces_they_are(order: Order) -> None:
    small, large = order.lines.filter(kind="goods").order_by("position")
    said = {str(small.pk): {"value": 500, "currency": "EUR"}, str(large.pk): {"en": "Mug"}, "999999": {"value": 1}}
    OrderCustoms.objects.create(order=order, lines=said)

    import_module("tradewind.shipping.migrations.0076_customs_of_pieces").fill(apps, None)

    lines = OrderCustoms.objects.get().lines
    assert [lines[str(small.pk)]["of"], lines[str(large.pk)], lines["999999"]] == [2, {"en": "Mug"}, {"value": 1}]


def test_goods_that_are_sent_again_are_declared_as_what_they_were(order: Order) -> None:
    known_to_customs()
    whole = declaration_of(order)
    small, large = order.lines.filter(kind="goods").order_by("position")

    made = send_again(order_id=order.pk, units={small.pk: 1, large.pk: 1}, key="again", by="staff:1", at=AT)

    again = declaration_of(made)
    assert whole is not None
    assert again is not None
    assert (again.gaps, again.number, again.incoterm) == ((), "IM2760000000", "DDP")
    assert [(piece.quantity, piece.value) for piece in again.pieces] == [
        (1, Money(841, "EUR")),
        (1, whole.pieces[1].value),
    ]
    assert whole.pieces[0].value == Money(1681, "EUR")


def test_a_marketplace_may_send_under_its_own_registration(console: Client, shop: Shop) -> None:
    order = from_shenzhen(of_marketplace(1), state="paid")
    form = {"seen": words_seen(console, order.pk), "platform_eori": "DE999"}
    assert console.post(f"/console/orders/{order.pk}/customs", form).status_code == 302
    found = declaration_of(order)
    assert found is not None
    assert found.eori == "DE999"


def test_the_paper_says_in_two_languages_what_customs_ask(console: Client, order: Order) -> None:
    known_to_customs()
    second = from_shenzhen(make_order(2, currency="EUR"), state="paid", tax=0)
    OrderLine.objects.filter(order=second).update(variant_id=Variant.objects.get(sku="MUG-S").pk)

    one = console.get(f"/console/orders/{order.pk}/customs/file")
    both = console.post("/console/orders/customs", {"order": [str(order.pk), str(second.pk)]})

    assert one["Content-Type"] == "application/pdf"
    said = text_of(one.content)
    for part in (
        "Ceramic mug 陶瓷杯",
        "691200",
        "Greta Öztürk",
        "Tingyu Home Goods",
        "IM2760000000",
        "DDP",
        "0.800 kg",
    ):
        assert part in said
    assert [ref in page for page, ref in zip(pages_of(both.content), (second.ref, order.ref), strict=True)] == [
        True,
        True,
    ]
    entry = AuditEntry.objects.get(action="customs.taken_out")
    assert entry.after == {"orders": 2, "papers": 2, "left_out": []}


def test_each_of_several_parcels_has_a_page_with_what_is_in_it(console: Client, order: Order) -> None:
    known_to_customs()
    small, large = order.lines.filter(kind="goods").order_by("position")
    for ref, held in (("P-ONE", {small: 1}), ("P-TWO", {small: 1, large: 1})):
        parcel = Parcel.objects.create(order=order, ref=ref, tracking_number=f"N{ref}", handed_over_at=AT)
        for line, units in held.items():
            parcel.lines.create(line=line, quantity=units)

    first, second = pages_of(console.get(f"/console/orders/{order.pk}/customs/file").content)

    assert ("P-ONE" in first, "Total value 总价值 €8.41" in first, "0.400 kg" in first) == (True, True, True)
    assert ("P-TWO" in second, "Total value 总价值 €16.80" in second, "0.800 kg" in second) == (True, True, True)
    # The page of the order divides it as the papers do.
    page = words_of(console, order.pk).split("What customs are told")[1].split("Weight of all parcels")[0]
    assert [word for word in page.split() if word.startswith(("NP-", "€"))][:2] == ["NP-ONE", "€8.41"]
    assert "Parcel NP-TWO €16.80 · 0.8 kg 1 × Ceramic mug" in page


def test_what_is_still_here_has_a_page_of_its_own_and_all_shares_add_up(order: Order) -> None:
    known_to_customs()
    small, _ = order.lines.filter(kind="goods").order_by("position")
    parcel = Parcel.objects.create(order=order, ref="P-ONE", handed_over_at=AT)
    parcel.lines.create(line=small, quantity=1)
    OrderLine.objects.filter(pk=small.pk).update(dispatched=1)

    whole = declaration_of(order)
    parts = declarations_by_parcel([order])[order.pk]

    assert whole is not None
    assert [(ref, [piece.quantity for piece in part.pieces]) for ref, part in parts] == [("P-ONE", [1]), ("", [1, 1])]
    assert sum(part.total.amount for _, part in parts) == whole.total.amount
    # What left before it came to us is in no parcel that we know: the paper of the rest is not of all.
    parcel.delete()
    [(_, rest)] = declarations_by_parcel([order])[order.pk]
    assert [piece.quantity for piece in rest.pieces] == [1, 1]
    OrderLine.objects.filter(order=order, kind="goods").update(dispatched=F("quantity"))
    assert declarations_by_parcel([order])[order.pk] == [("", whole)]


def test_orders_with_gaps_or_out_of_reach_are_in_no_file(order: Order) -> None:
    known_to_customs()
    elsewhere = of_marketplace(3)
    staff = only_for(make_staff(Role.WAREHOUSE), "eBay DE")

    refused = client_of(staff).post("/console/orders/customs", {"order": [str(order.pk), str(elsewhere.pk)]})

    assert refused.status_code == 422
    assert "None of these orders has a complete declaration" in refused.content.decode()


def test_what_a_marketplace_leaves_open_is_filled_in_on_the_order(console: Client, shop: Shop) -> None:
    """The number of the platform, the recipient's own, and all of an article that no catalogue knows."""
    order = from_shenzhen(of_marketplace(1), state="paid")
    line = order.lines.get()
    assert [gap.what for gap in gaps_of(order)] == [Missing.ARTICLE, Missing.PLATFORM_NUMBER]
    form = {
        "seen": words_seen(console, order.pk),
        "platform_number": "IM4420001234",
        f"line-{line.pk}-hs_code": "6912.00",
        f"line-{line.pk}-origin": "cn",
        f"line-{line.pk}-en": "Mug",
        f"line-{line.pk}-zh": "杯",
        f"line-{line.pk}-weight_g": "300",
        f"line-{line.pk}-value": "12.50",
    }

    wrong = console.post(f"/console/orders/{order.pk}/customs", form | {f"line-{line.pk}-hs_code": "69"})
    right = console.post(f"/console/orders/{order.pk}/customs", form)
    late = console.post(f"/console/orders/{order.pk}/customs", form | {"platform_number": "IM1"})

    assert (wrong.status_code, right.status_code, late.status_code) == (422, 302, 409)
    assert 'value="IM4420001234"' in wrong.content.decode()
    assert "Somebody else has filled this in" in late.content.decode()
    found = declaration_of(order)
    assert found is not None
    assert (found.gaps, found.number, found.total) == ((), "IM4420001234", Money(1250, "EUR"))
    assert AuditEntry.objects.filter(action="order.customs_filled").count() == 1


def words_seen(console: Client, order_id: int) -> str:
    page = console.get(f"/console/orders/{order_id}").content.decode()
    form = page.split(f'action="/console/orders/{order_id}/customs"')[1]
    return form.split('name="seen" value="')[1].split('"')[0]


def test_the_recipients_number_is_checked_kept_with_the_address_and_in_no_trail(console: Client, shop: Shop) -> None:
    order = from_shenzhen(make_order(1, country="KR", ship_to={"name": "Kim", "country": "KR"}), state="paid")
    known_to_customs()
    OrderLine.objects.filter(order=order).update(variant_id=shop.small.pk)
    assert [gap.what for gap in gaps_of(order)] == [Missing.TAX_NUMBER]
    address, seen = f"/console/orders/{order.pk}/customs", words_seen(console, order.pk)

    wrong = console.post(address, {"seen": seen, "tax_number": "P12"})
    right = console.post(address, {"seen": seen, "tax_number": "p123456789012"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    order.refresh_from_db()
    assert order.ship_to["tax_id"] == "P123456789012"
    assert gaps_of(order) == []
    assert "P123456789012" not in str(list(AuditEntry.objects.values()))


def test_a_number_that_the_channels_file_gave_is_used_and_one_by_hand_goes_before_it(shop: Shop) -> None:
    known_to_customs()
    order = from_shenzhen(of_marketplace(1), source={"others": {"customs_number": "IM0000000001"}})
    OrderLine.objects.filter(order=order).update(variant_id=shop.small.pk)

    told = declaration_of(order)
    fill_customs(order_id=order.pk, filled=Filled(platform_number="IM9"), seen=seen_now(order), by="staff:1", at=AT)
    typed = declaration_of(order)

    assert told is not None
    assert typed is not None
    assert (told.number, typed.number) == ("IM0000000001", "IM9")
    with pytest.raises(CustomsOutdated):
        fill_customs(order_id=order.pk, filled=Filled(), seen="before", by="staff:1", at=AT)


def seen_now(order: Order) -> str:
    return seen_of(OrderCustoms(order=order))


def test_declarations_of_thirty_orders_cost_as_many_statements_as_one(shop: Shop) -> None:
    orders = [make_order(number) for number in range(1, 31)]
    OrderLine.objects.update(variant_id=shop.small.pk)
    declarations_of(orders[:1])

    with CaptureQueriesContext(connection) as one:
        declarations_of(orders[:1])
    with CaptureQueriesContext(connection) as thirty:
        found = declarations_of(orders)

    assert len(thirty) == len(one)
    assert len(found) == 30


def test_variants_that_customs_know_too_little_of_are_listed(console: Client, shop: Shop) -> None:
    Variant.objects.filter(pk=shop.small.pk).update(customs=COMPLETE)
    Variant.objects.filter(pk=shop.large.pk).update(customs={**COMPLETE, "origin": "", "declared": {"en": "Mug"}})

    page = console.get("/console/products/customs").content.decode()

    assert "MUG-L" in page
    assert "country of origin, declared name in Chinese" in page
    assert "MUG-S" not in page
