"""What buyers write to us: kept as written, once, put before a person until somebody has answered."""

from datetime import datetime, timedelta

import pytest

from tests.at_once import succeed_at_once
from tests.console.making import make_staff
from tests.shop import Shop, open_shop
from tradewind.core.models import FactRecord, Staff, Todo
from tradewind.messaging.models import BuyerMessage
from tradewind.messaging.queries import messages_from_buyer
from tradewind.messaging.receiving import (
    LONGEST,
    MOST,
    AlreadyAnswered,
    BadMessage,
    TooManyMessages,
    Written,
    erase_messages,
    export_messages,
    mark_answered,
    read_message,
    receive_message,
)
from tradewind.orders.models import Order

HELLO = Written("parcel", "Where is it?\n\nGreta", "greta@example.com")


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.place(shop.cart((shop.small, 1))).order


@pytest.fixture
def agent(db: None) -> Staff:
    return make_staff()


def write(order: Order, at: datetime, *, key: str = "k", written: Written = HELLO) -> BuyerMessage:
    return receive_message(written, order_id=order.pk, key=key, language="de", at=at)


def todo_of(order: Order) -> Todo:
    return Todo.objects.get(kind="order.buyer_wrote", subject_kind="order", subject_id=order.pk)


def test_a_message_is_kept_as_written_and_a_person_is_asked_to_answer(order: Order, now: datetime) -> None:
    write(order, now)

    kept = BuyerMessage.objects.get()
    assert (kept.text, kept.reply_to, kept.language, kept.buyer_id) == (
        *(HELLO.text, HELLO.reply_to),
        "de",
        order.buyer_id,
    )
    assert (todo_of(order).state, todo_of(order).due_at) == ("open", now + timedelta(days=1))


def test_the_fact_has_neither_words_nor_address(order: Order, now: datetime) -> None:
    message = write(order, now)

    assert FactRecord.objects.get(name="messaging.received").data == {
        "message_id": message.pk,
        "order_id": order.pk,
        "buyer_id": order.buyer_id,
        "topic": "parcel",
    }


def test_the_same_form_sent_twice_is_one_message_and_other_words_in_it_another(order: Order, now: datetime) -> None:
    first, second = write(order, now), write(order, now)
    write(order, now, written=Written("parcel", "Found it.", "greta@example.com"))

    assert first == second
    assert [message.text for message in messages_from_buyer(order.pk)] == [HELLO.text, "Found it."]


def test_an_order_writes_five_times_an_hour_at_the_most(order: Order, now: datetime) -> None:
    for number in range(MOST):
        write(order, now, key=f"k{number}")

    with pytest.raises(TooManyMessages):
        write(order, now + timedelta(minutes=59), key="more")
    write(order, now + timedelta(minutes=60), key="more")

    assert BuyerMessage.objects.count() == MOST + 1


def test_the_to_do_is_done_with_the_last_answer(order: Order, agent: Staff, now: datetime) -> None:
    one, other = write(order, now), write(order, now, key="k2")

    mark_answered(one, by=agent, at=now)
    between = todo_of(order).state
    mark_answered(other, by=agent, at=now)

    assert (between, todo_of(order).state) == ("open", "done")
    with pytest.raises(AlreadyAnswered):
        mark_answered(other, by=agent, at=now)


def test_erasing_a_buyer_empties_words_and_address(order: Order, now: datetime) -> None:
    write(order, now)
    assert order.buyer_id is not None
    told = export_messages(buyer_id=order.buyer_id)

    erased = [erase_messages(buyer_id=order.buyer_id) for _ in range(2)]

    assert [(each["text"], each["email"]) for each in told] == [(HELLO.text, HELLO.reply_to)]
    assert erased == [1, 0]
    assert BuyerMessage.objects.values_list("text", "reply_to", "topic").get() == ("", "", "parcel")


def read(**typed: str) -> Written:
    return read_message(
        {"topic": "goods", "text": "x", "email": "a@b.example"} | typed, own="own@b.example", language="en"
    )


def test_where_no_other_address_is_typed_the_order_s_own_is_answered() -> None:
    assert (read().reply_to, read(email="").reply_to) == ("a@b.example", "own@b.example")


def test_line_ends_count_once_and_what_nobody_sees_is_left_out() -> None:
    assert read(text=" one\r\ntwo\x07\u200b ").text == "one\ntwo"
    assert len(read(text="\r\n".join(["x"] * (LONGEST // 2))).text) == LONGEST - 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"topic": "love"}, "topic"),
        ({"text": " \u200b "}, "text"),
        ({"text": "x" * (LONGEST + 1)}, "text"),
        ({"email": "nobody"}, "email"),
        ({"email": f"{'x' * 260}@example.com"}, "email"),
    ],
)
def test_what_cannot_be_used_is_said_by_field(typed: dict[str, str], field: str) -> None:
    with pytest.raises(BadMessage) as bad:
        read(**typed)

    assert list(bad.value.errors) == [field]


@pytest.mark.django_db(transaction=True)
def test_six_clicks_at_once_are_one_message(now: datetime) -> None:
    shop = open_shop(now)
    order = shop.place(shop.cart((shop.small, 1))).order

    assert succeed_at_once(*[lambda: write(order, now)] * 6) == 6

    assert BuyerMessage.objects.count() == 1
