import re
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import AT, client_of, make_order, make_staff, make_transfer
from tests.shop import Shop
from tradewind.core.facts import record
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.messaging.models import Message
from tradewind.orders.addressing import ask_for_change, confirm_change
from tradewind.orders.cancelling import BUYER_OTHER, cancel_order
from tradewind.orders.events import OrderImported
from tradewind.orders.models import Order, OrderLine
from tradewind.payments.models import LedgerEntry, PaymentIntent, Refund


def words_of(client: Client, order_id: int) -> str:
    """The page as it is read, without its frame."""
    page = client.get(f"/console/orders/{order_id}").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def placed(shop: Shop, *, method: str = "card") -> Order:
    cart = shop.cart((shop.small, 2))
    return shop.place(cart, method=method).order


def test_an_order_tells_what_was_sold_for_how_much(console: Client, shop: Shop) -> None:
    order = placed(shop)

    read = words_of(console, order.pk)

    assert "Becher MUG-S" in read
    assert "2 €10.00 €3.19 19 % €20.00" in read
    assert "Total €26.90 of which tax €4.29" in read


def test_an_order_tells_who_bought_and_where_it_goes(console: Client, shop: Shop) -> None:
    read = words_of(console, placed(shop).pk)

    assert "Greta Öztürk greta@example.com" in read
    assert "Große Elbstraße 5 22767 Hamburg Germany" in read
    assert "Placed 2026-11-23 14:00 Beijing time · 07:00 at the buyer's" in read


def test_an_order_tells_what_was_promised_and_which_stock_is_held(console: Client, shop: Shop) -> None:
    read = words_of(console, placed(shop).pk)

    assert re.search(
        r"Leaves Shenzhen by Tue 24 Nov Due: 24 November, end of the day \(Beijing\)"
        r" Said to the buyer: Checkout \(Mon 23 Nov\) Why this date\? Ordered .* Open",
        read,
    )
    assert "2 × MUG-S Shenzhen Held" in read


def test_the_timeline_is_told_in_words_newest_first(console: Client, shop: Shop) -> None:
    told = words_of(console, placed(shop).pk).split("What happened")[1]

    assert told.index("Promise made: Dispatch") < told.index("Order placed over €26.90 2026-11-23 14:00 · Buyer")


def test_a_fact_that_the_page_does_not_know_is_shown_by_its_name(console: Client) -> None:
    order = make_order()
    with transaction.atomic():
        row = record(OrderImported(order.pk, None), by="program:7", at=AT)
        type(row).objects.filter(pk=row.pk).update(name="orders.sung_about")

    assert "orders.sung_about 2026-11-20 11:00 · program:7" in words_of(console, order.pk)


def test_a_price_below_the_minor_unit_is_shown_as_it_was_sold(console: Client) -> None:
    order = make_order()
    OrderLine.objects.filter(order=order).update(unit="0.0015")

    assert "2 0.0015 EUR – €20.00" in words_of(console, order.pk)


def test_other_orders_of_the_buyer_stand_beside(console: Client, shop: Shop) -> None:
    first, second = placed(shop), placed(shop)

    assert f"Other orders {second.ref}" in words_of(console, first.pk)


def test_messages_are_named_and_lead_to_their_text(console: Client) -> None:
    order = make_order()
    message = Message.objects.create(
        message_id="1@x",
        moment="order_confirmed",
        language="de",
        subject_kind="order",
        subject_id=order.pk,
        sender="shop@example.com",
        recipient="greta@example.com",
        subject="Ihre Bestellung",
        text="Guten Tag <Greta>",
        html="<p>Guten Tag</p>",
        state="uncertain",
        created_at=AT,
        sent_at=AT + timedelta(minutes=1),
    )

    assert "Ihre Bestellung Order confirmation · 2026-11-20 11:01 Sent, perhaps twice" in words_of(console, order.pk)
    page = console.get(f"/console/messages/{message.pk}").content.decode()
    assert "Guten Tag &lt;Greta&gt;" in page


def test_a_page_takes_the_same_statements_with_one_line_and_with_thirty(console: Client) -> None:
    order = make_order()
    console.get(f"/console/orders/{order.pk}")
    with CaptureQueriesContext(connection) as with_one:
        console.get(f"/console/orders/{order.pk}")
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=number, title=f"Mug {number}", quantity=1, unit=1, total=100)
        for number in range(1, 31)
    )
    with CaptureQueriesContext(connection) as with_thirty:
        console.get(f"/console/orders/{order.pk}")

    assert len(with_thirty) == len(with_one)


def confirm(client: Client, order: Order, intent: PaymentIntent, **fields: str) -> tuple[int, str]:
    """Status, and the words beside the field when there are any."""
    sent = {"intent": str(intent.pk), "amount": "26.90", "reference": "NTRF 4711", **fields}
    response = client.post(f"/console/orders/{order.pk}/transfers", sent)
    found = re.search(r'class="complaint".*?</svg>(.*?)</p>', response.content.decode(), re.DOTALL)
    return response.status_code, found[1] if found else response.get("Location", "")


def test_a_transfer_seen_on_the_statement_is_recorded(console: Client, owner: Staff) -> None:
    order = make_order()
    intent = make_transfer(order)

    answer = confirm(console, order, intent)

    assert answer == (302, f"/console/orders/{order.pk}?done=transfer")
    entry = LedgerEntry.objects.get()
    assert (entry.amount, entry.external_id, entry.by) == (2690, "NTRF4711", f"staff:{owner.pk}")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("", "Please write the amount like 1280.50."),
        ("a lot", "Please write the amount like 1280.50."),
        ("12,90", "Please write the amount like 1280.50."),
        ("1e9", "Please write the amount like 1280.50."),
        ("NaN", "Please write the amount like 1280.50."),
        ("26.905", "EUR has 2 digits after the point."),
        ("0", "The amount is above zero."),
        ("-26.90", "The amount is above zero."),
        ("9" * 13, "The amount is too large to be true."),
        ("9" * 500, "The amount is too large to be true."),
        ("\0", "Please write the amount like 1280.50."),
    ],
)
def test_an_amount_that_cannot_be_is_refused_in_words(amount: str, words: str, console: Client) -> None:
    order = make_order()
    intent = make_transfer(order)

    assert confirm(console, order, intent, amount=amount) == (422, words)
    assert LedgerEntry.objects.count() == 0


@pytest.mark.parametrize(("amount", "minor"), [("1,226.90", 122690), ("２６．９０", 2690), (" 26.9 ", 2690)])
def test_amounts_may_be_written_as_people_do(amount: str, minor: int, console: Client) -> None:
    order = make_order()

    confirm(console, order, make_transfer(order), amount=amount)

    assert LedgerEntry.objects.get().amount == minor


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("", "Please fill this in."),
        ("   ", "Please fill this in."),
        ("x" * 121, "At most 120 characters, please."),
        ("NTRF\0", "This holds characters that cannot be stored. Please type it anew."),
    ],
)
def test_a_reference_that_cannot_be_is_refused_in_words(reference: str, words: str, console: Client) -> None:
    order = make_order()

    assert confirm(console, order, make_transfer(order), reference=reference) == (422, words)


def test_the_same_line_of_the_statement_counts_once(console: Client) -> None:
    order = make_order()
    intent = make_transfer(order)
    confirm(console, order, intent)

    again = confirm(console, order, intent, reference="ntrf4711")
    other_amount = confirm(console, order, intent, amount="1.00")

    assert again == (422, "This line of the statement is on record already. Nothing was added.")
    assert other_amount[1].startswith("This reference is on record with another amount.")
    assert LedgerEntry.objects.count() == 1


def test_what_was_typed_is_not_lost(console: Client) -> None:
    order = make_order()
    intent = make_transfer(order)

    response = console.post(
        f"/console/orders/{order.pk}/transfers", {"intent": intent.pk, "amount": "much", "reference": "NTRF <1>"}
    )

    assert 'value="NTRF &lt;1&gt;"' in response.content.decode()


def test_a_transfer_of_another_order_or_provider_is_not_found(console: Client) -> None:
    order, other = make_order(1), make_order(2)
    foreign = make_transfer(other)
    card = make_transfer(order, ref="PI-card", provider="simulator", method="card")

    answers = [confirm(console, order, foreign)[0], confirm(console, order, card)[0]]
    answers.append(console.post(f"/console/orders/{order.pk}/transfers", {"intent": "rubbish"}).status_code)

    assert answers == [404, 404, 404]


def cancel(client: Client, order: Order, reason: str = "buyer_asked") -> tuple[int, str]:
    response = client.post(f"/console/orders/{order.pk}/cancellation", {"reason": reason})
    return response.status_code, response.content.decode()


def test_an_order_is_cancelled_with_its_reason(console: Client, owner: Staff) -> None:
    order = make_order()

    cancel(console, order, "no_stock")

    order.refresh_from_db()
    assert order.state == "cancelled"
    assert "Cancelled: Out of stock 2026" in words_of(console, order.pk)
    assert f"· {owner.name}" in words_of(console, order.pk)


def test_the_reason_and_the_words_of_a_buyer_who_cancelled_are_shown(console: Client, shop: Shop) -> None:
    order = placed(shop)
    cancel_order(order=order, by="buyer", reason=BUYER_OTHER, words="Ich <b>ziehe</b> um", at=shop.at)

    read = words_of(console, order.pk)

    assert "Another reason of the buyer's 2026-11-23 14:00 Ich &lt;b&gt;ziehe&lt;/b&gt; um" in read.replace(
        "&#39;", "'"
    )
    assert "Cancelled: Another reason of the buyer's" in read.replace("&#39;", "'")


@pytest.mark.parametrize("reason", ["", "because", "x" * 5000])
def test_a_reason_that_is_not_on_the_list_cancels_nothing(reason: str, console: Client) -> None:
    order = make_order()

    status, page = cancel(console, order, reason)

    order.refresh_from_db()
    assert (status, order.state) == (422, "awaiting_payment")
    assert "Please choose a reason from the list." in page


def test_an_order_that_has_left_cannot_be_cancelled(console: Client) -> None:
    order = make_order(state="dispatched")

    status, page = cancel(console, order)

    assert (status, "can no longer be cancelled" in page) == (409, True)
    assert "Cancel this order" not in page


def test_acts_are_offered_only_to_those_who_may(db: None) -> None:
    order = make_order()
    make_transfer(order)

    page = client_of(make_staff(Role.WAREHOUSE)).get(f"/console/orders/{order.pk}").content.decode()

    assert ("Record a transfer" in page, "Cancel this order" in page) == (False, False)


def test_a_paid_order_is_marked_dispatched(console: Client) -> None:
    order = make_order(state="paid")

    console.post(f"/console/orders/{order.pk}/dispatch")
    again = console.post(f"/console/orders/{order.pk}/dispatch")

    order.refresh_from_db()
    assert (order.state, again.status_code) == ("dispatched", 409)
    assert "Marked dispatched" in words_of(console, order.pk)


def received(order: Order, amount: int = 2690) -> PaymentIntent:
    intent = make_transfer(order, state="paid")
    LedgerEntry.objects.create(
        intent=intent, kind="capture", amount=amount, currency="EUR", external_id="NTRF1", at=AT, by="system"
    )
    return intent


def refund(client: Client, order: Order, intent: PaymentIntent, amount: str) -> tuple[int, str]:
    response = client.post(f"/console/orders/{order.pk}/refunds", {"intent": intent.pk, "amount": amount})
    found = re.search(r'class="complaint".*?</svg>(.*?)</p>', response.content.decode(), re.DOTALL)
    return response.status_code, found[1] if found else ""


def test_money_goes_back_by_transfer_and_is_recorded_once(console: Client) -> None:
    order = make_order(state="cancelled")
    intent = received(order)

    refund(console, order, intent, "26.90")
    planned = Refund.objects.get()
    address = f"/console/orders/{order.pk}/refunds/{planned.pk}/sending"
    answers = [console.post(address, {"reference": text}).status_code for text in ("", "OUT 1", "OUT 1")]

    planned.refresh_from_db()
    assert (planned.state, answers) == ("confirmed", [422, 302, 422])
    assert sum(entry.amount for entry in LedgerEntry.objects.all()) == 0


def test_more_than_came_in_cannot_go_back(console: Client) -> None:
    order = make_order(state="cancelled")
    intent = received(order)
    refund(console, order, intent, "20.00")

    status, words = refund(console, order, intent, "6.91")

    assert (status, words) == (422, "Not more than what came in and is not on its way back already: 6.90 EUR.")
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("amount", ["", "all", "0", "-1", "9" * 40])
def test_a_refund_that_cannot_be_is_refused_in_words(amount: str, console: Client) -> None:
    order = make_order(state="cancelled")

    status, words = refund(console, order, received(order), amount)

    assert (status, bool(words), Refund.objects.count()) == (422, True, 0)


def test_a_refund_of_another_order_is_not_found(console: Client) -> None:
    order, other = make_order(1), make_order(2)
    refund(console, other, received(other), "1.00")
    planned = Refund.objects.get()

    answer = console.post(f"/console/orders/{order.pk}/refunds/{planned.pk}/sending", {"reference": "OUT 1"})

    assert answer.status_code == 404


def test_an_address_that_the_buyer_changed_is_shown_with_the_one_before(console: Client, shop: Shop) -> None:
    order = placed(shop)
    change_address(order, shop.at)

    read = words_of(console, order.pk)

    assert "24103 Kiel Germany Until the buyer changed it, 2026-11-23 14:00 Greta Öztürk Große Elbstraße 5" in read
    assert "The buyer changed the delivery address 2026-11-23 14:00 · Buyer" in read


def test_a_label_of_the_old_address_is_not_marked_dispatched(console: Client, shop: Shop) -> None:
    order = placed(shop)
    Order.objects.update(state="paid")
    page = console.get(f"/console/orders/{order.pk}").content.decode()
    seen = re.findall(r'name="changes_seen" value="(\d+)"', page)[0]
    change_address(order, shop.at)

    refused = console.post(f"/console/orders/{order.pk}/dispatch", {"changes_seen": seen})
    seen_now = re.findall(r'name="changes_seen" value="(\d+)"', refused.content.decode())[0]
    marked = console.post(f"/console/orders/{order.pk}/dispatch", {"changes_seen": seen_now})

    assert (seen, seen_now) == ("0", "1")
    assert refused.status_code == 409
    assert "The buyer has changed the address since you opened this page." in refused.content.decode()
    assert marked["Location"] == f"/console/orders/{order.pk}?done=dispatched"


def change_address(order: Order, at: datetime) -> None:
    elsewhere = order.ship_to | {"line1": "Holstenstraße 1", "postcode": "24103", "city": "Kiel"}
    _, code = ask_for_change(order_id=order.pk, ship_to=elsewhere, key="k", at=at)
    confirm_change(order_id=order.pk, code=str(code), at=at)


def test_the_part_of_the_town_stands_in_the_address(console: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=order.pk).update(ship_to=order.ship_to | {"district": "Ottensen"})

    page = console.get(f"/console/orders/{order.pk}").content.decode()

    assert "Große Elbstraße 5<br />Ottensen<br />" in page


def test_a_gift_note_stands_where_the_parcel_is_packed(console: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.filter(pk=order.pk).update(gift_note="Alles Gute!\nDeine Lina")

    page = console.get(f"/console/orders/{order.pk}").content.decode()

    assert '<div class="letter">Alles Gute!\nDeine Lina</div>' in page
