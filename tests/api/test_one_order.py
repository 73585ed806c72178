"""One order in full, also where little is known of it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import Ask
from tests.console.making import make_order, make_transfer
from tests.shop import Shop
from tradewind.lib.money import Money
from tradewind.orders.models import OrderLine
from tradewind.payments.settling import record_capture


def test_an_imported_order_says_what_it_does_not_know(ask: Ask) -> None:
    order = make_order(
        1, email="", ship_to={}, country="", language="", account="history", external_id="C536379", kind="credit"
    )

    told = ask(f"/orders/{order.ref}").json()

    assert (told["external_id"], told["kind"], told["account"], told["channel"]) == (
        "C536379",
        "credit",
        "history",
        "file",
    )
    assert [told[part] for part in ("country", "market", "delivery_option", "payment_method")] == [None] * 4
    assert told["buyer"] == {"ref": None, "name": "", "email": None, "language": None}
    assert set(told["ship_to"].values()) == {""}
    assert (told["promises"], told["payments"]) == ([], [])


@pytest.mark.parametrize(
    ("currency", "total", "decimal"),
    [("EUR", 2690, "26.90"), ("JPY", 2690, "2690"), ("JOD", 2690, "2.690"), ("EUR", -5, "-0.05"), ("EUR", 0, "0.00")],
)
def test_amounts_have_the_digits_of_their_currency(currency: str, total: int, decimal: str, ask: Ask) -> None:
    order = make_order(1, currency=currency, total=total)

    assert ask(f"/orders/{order.ref}").json()["total"] == {"minor": total, "currency": currency, "decimal": decimal}


def test_an_amount_beyond_what_floats_hold_is_exact(ask: Ask) -> None:
    order = make_order(1, total=2**53 + 1)

    assert ask(f"/orders/{order.ref}").json()["total"]["decimal"] == "90071992547409.93"


def test_a_price_below_a_cent_is_told_exactly(ask: Ask) -> None:
    order = make_order(1)
    OrderLine.objects.update(unit="0.0019", tax_rate="5.5")

    line = ask(f"/orders/{order.ref}").json()["lines"][0]

    assert (line["unit"], line["tax_rate"]) == ("0.0019", "5.500")


def test_what_arrived_in_parts_is_added_up(ask: Ask) -> None:
    order = make_order(1)
    intent = make_transfer(order)
    for number, amount in enumerate((1000, 690)):
        money = Money(amount, "EUR")
        record_capture(intent_id=intent.pk, external_id=f"M-{number}", amount=money, by="staff:1", at=order.placed_at)

    payment = ask(f"/orders/{order.ref}").json()["payments"][0]

    assert (payment["due"]["minor"], payment["received"]["minor"], payment["provider_ref"]) == (2690, 1690, None)


def test_an_order_by_transfer_has_no_promises_yet(ask: Ask, shop: Shop) -> None:
    placed = shop.place(shop.cart((shop.small, 1)), method="bank_transfer")

    told = ask(f"/orders/{placed.order.ref}").json()

    assert (told["state"], told["promises"], told["payment_method"]) == ("awaiting_payment", [], "bank_transfer")


def test_more_of_everything_takes_no_more_statements(
    ask: Ask, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = make_order(1)
    make_transfer(order)
    ask(f"/orders/{order.ref}")
    # key, number, order, lines, promises, payments with entries and refunds, parcel, changes of the address
    with django_assert_num_queries(11):
        ask(f"/orders/{order.ref}")
    for number in range(1, 31):
        OrderLine.objects.create(order=order, position=number, title="Mug", quantity=1, unit=1, total=100)
        make_transfer(order, ref=f"PI-{number}-more", created_at=order.placed_at + timedelta(minutes=number))
    with django_assert_num_queries(11):
        told = ask(f"/orders/{order.ref}").json()

    assert (len(told["lines"]), len(told["payments"])) == (31, 31)


@pytest.mark.parametrize(
    "ref",
    [
        "TW-00000000",
        "tw-test000001",
        "1",
        "TW-TEST000001\x00",
        "\x00",
        "TW-TEST000001\n",
        "ＴＷ-1",
        "x" * 5000,
        "%",
        "📦",
    ],
)
def test_a_reference_that_no_order_has_is_not_found(ref: str, ask: Ask) -> None:
    make_order(1)

    response = ask(f"/orders/{quote(ref)}")

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["code"] == "no_such_order"


def test_an_order_is_asked_for_without_parameters(ask: Ask) -> None:
    order = make_order(1)

    response = ask(f"/orders/{order.ref}?fields=lines")

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"name": "fields", "pointer": None, "detail": "This address knows no such parameter. It takes none."}
    ]
