"""Buyers are asked how it was: once, some days after delivery, whatever they think, and not while something is open."""

from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tests.messaging.test_channels import sold_on
from tests.shipping.troubled import heard, look, sent
from tests.shop import Shop
from tradewind.aftersales.feedback import Said, feedback_of, give_feedback
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.markets.models import MarketRule
from tradewind.messaging.couriers import outgoing
from tradewind.messaging.feedback_asking import ask_due
from tradewind.messaging.letter_wishes import Wish, set_wish, stop_requests
from tradewind.messaging.models import BuyerMessage, Message, MomentOff, News
from tradewind.messaging.news import tell_due
from tradewind.messaging.on_the_way import Moment
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.payments.queries import intents_for
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.tracking_states import Reason, Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]
# Delivered on the sixth day at seven in the morning of Berlin, asked three days later at nine.
DUE = 9.1


@pytest.fixture
def parcel(shop: Shop) -> Parcel:
    parcel = sent(shop)
    heard(shop, parcel, 6, Status.DELIVERED)
    run_until_idle(now=lambda: shop.at + timedelta(days=6))
    return parcel


def asked(shop: Shop, days: float, moment: str = "feedback_request") -> int:
    ask_due(shop.at + timedelta(days=days))
    return Message.objects.filter(moment=moment).count()


def test_three_days_after_delivery_in_the_daytime_a_buyer_is_asked_once(shop: Shop, parcel: Parcel) -> None:
    counts = [asked(shop, days) for days in (8.9, 9.01, DUE, 9.2, 20)]

    assert counts == [0, 0, 1, 1, 1]
    letter = Message.objects.get(moment="feedback_request")
    assert letter.subject == f"Wie war Ihre Bestellung {parcel.order.ref}?"
    headers = outgoing(letter).headers
    assert headers["List-Unsubscribe"] == f"<{letter.stop_url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/no-requests/" in letter.stop_url
    assert "/feedback/" in letter.text


def rule(shop: Shop, key: str, days: int, since: date = date(2020, 1, 1)) -> None:
    MarketRule.objects.create(
        market=shop.de, key=key, value=days, valid_from=since, source="x", checked_on=since, confidence="V"
    )


def test_the_rule_of_the_market_says_after_how_many_days_from_its_own_day_on(shop: Shop, parcel: Parcel) -> None:
    rule(shop, "feedback_days", 10)

    assert [asked(shop, days) for days in (DUE, 15.9, 16.1)] == [0, 0, 1]


def test_one_reminder_goes_out_only_where_a_rule_sets_it_and_nobody_has_answered(shop: Shop, parcel: Parcel) -> None:
    assert asked(shop, DUE) == 1
    assert asked(shop, 20.1, "feedback_reminder") == 0
    rule(shop, "feedback_reminder_days", 7)

    assert [asked(shop, days, "feedback_reminder") for days in (15.1, 16.2, 16.3, 25.1)] == [0, 1, 1, 1]


@pytest.mark.parametrize("days", [0, 7])
def test_nobody_is_promised_to_be_asked_only_once_where_a_reminder_follows(
    shop: Shop, parcel: Parcel, days: int
) -> None:
    if days:
        rule(shop, "feedback_reminder_days", days)
    assert asked(shop, DUE) == 1
    assert ("nur dieses eine Mal" in Message.objects.get(moment="feedback_request").text) == (not days)


def test_who_has_answered_is_neither_asked_nor_reminded(shop: Shop, parcel: Parcel) -> None:
    rule(shop, "feedback_reminder_days", 7)
    give_feedback(order_id=parcel.order_id, said=Said(5, 5), at=shop.at + timedelta(days=7))

    assert asked(shop, DUE) == 0
    assert asked(shop, 17.1, "feedback_reminder") == 0


@pytest.mark.parametrize("matter", ["trouble", "refund", "message", "todo"])
def test_while_something_is_open_nobody_is_asked_and_once_it_is_settled_they_are(
    shop: Shop, parcel: Parcel, matter: str
) -> None:
    at = shop.at + timedelta(days=7)
    order = parcel.order
    match matter:
        case "trouble":
            heard(shop, other := sent(shop, "LP2"), 6, Status.EXCEPTION, Reason.DAMAGED)
            look(shop, 7)
            Trouble.objects.filter(parcel=other).update(parcel=parcel, order=order)
            rows, settled = Trouble.objects.filter(order=order, state="open"), {"state": "solved"}
        case "refund":
            intent = intents_for("order", order.pk)[0]
            made = Refund.objects.create(
                ref="R1", intent=intent, amount=100, currency="EUR", reason="x", by="x", created_at=at
            )
            rows, settled = Refund.objects.filter(pk=made.pk), {"state": "confirmed"}
        case "message":
            BuyerMessage.objects.create(
                order=order, key="k", topic="goods", text="?", reply_to="a@example.com", language="de", received_at=at
            )
            rows, settled = BuyerMessage.objects.all(), {"answered_at": at}
        case _:
            Todo.objects.create(kind="x", subject_kind="order", subject_id=order.pk, due_at=at, created_at=at)
            rows, settled = Todo.objects.filter(kind="x"), {"state": "done"}
    assert rows.exists()

    assert asked(shop, DUE) == 0
    rows.update(**settled)
    assert asked(shop, DUE) == 1


def test_after_a_month_nobody_is_asked_any_more(shop: Shop, parcel: Parcel) -> None:
    assert asked(shop, 36.2) == 0


def test_marketplaces_switched_off_markets_and_buyers_who_do_not_wish_it_are_not_asked(
    shop: Shop, parcel: Parcel
) -> None:
    order = parcel.order
    off = MomentOff.objects.create(moment="feedback_request", market="de", by="x", at=shop.at)
    assert asked(shop, DUE) == 0
    off.delete()
    stop_requests(order_id=order.pk, at=shop.at)
    assert asked(shop, DUE) == 0
    set_wish(order_id=order.pk, wish=Wish(), at=shop.at)
    sold_on("amazon", order, shop.at)
    assert asked(shop, DUE) == 0


def test_who_bought_twice_is_asked_about_one_of_them(shop: Shop, parcel: Parcel) -> None:
    second = sent(shop, "LP2")
    heard(shop, second, 6, Status.DELIVERED)
    run_until_idle(now=lambda: shop.at + timedelta(days=6))

    assert Order.objects.count() == 2
    assert asked(shop, DUE) == 1
    assert asked(shop, 12.1) == 1


def test_a_wish_holds_for_the_other_orders_of_the_buyer_until_one_says_otherwise(shop: Shop, parcel: Parcel) -> None:
    stop_requests(order_id=parcel.order_id, at=shop.at)
    second = sent(shop, "LP2")
    heard(shop, second, 6, Status.DELIVERED)
    run_until_idle(now=lambda: shop.at + timedelta(days=6))
    assert asked(shop, DUE) == 0

    set_wish(order_id=second.order_id, wish=Wish(), at=shop.at + timedelta(days=7))

    assert asked(shop, DUE) == 1
    assert Message.objects.get(moment="feedback_request").subject_id == second.order_id


def test_who_wants_only_what_needs_them_hears_of_the_door_and_not_of_customs(shop: Shop) -> None:
    parcel = sent(shop)
    set_wish(order_id=parcel.order_id, wish=Wish("needed"), at=shop.at)
    heard(shop, parcel, 3, Status.CUSTOMS)
    heard(shop, parcel, 3.1, Status.OUT_FOR_DELIVERY)
    at = shop.at + timedelta(days=3.1)
    run_until_idle(now=lambda: at)
    tell_due(at)

    kept = dict(News.objects.values_list("moment", "why"))
    assert kept[Moment.CUSTOMS] == "wish"
    assert list(Message.objects.filter(moment__startswith="parcel_").values_list("moment", flat=True)) == [
        Moment.OUT_FOR_DELIVERY
    ]


def test_who_is_not_content_is_put_before_a_person_and_who_says_better_is_not(shop: Shop, parcel: Parcel) -> None:
    at = shop.at + timedelta(days=10)
    give_feedback(order_id=parcel.order_id, said=Said(5, 2, "Ein Sprung."), at=at)
    assert open_todos() == [(parcel.order_id, at + timedelta(days=1))]

    give_feedback(order_id=parcel.order_id, said=Said(5, 4, "Geht doch."), at=at + timedelta(hours=1))

    assert open_todos() == []
    row = feedback_of(parcel.order_id)
    assert row is not None
    assert (row.goods, row.words) == (4, "Geht doch.")


def open_todos() -> list[tuple[int, datetime]]:
    return list(Todo.objects.filter(kind="order.unhappy", state="open").values_list("subject_id", "due_at"))


def test_buyers_of_before_are_not_asked_until_somebody_says_so(shop: Shop, parcel: Parcel) -> None:
    import_module("tradewind.messaging.migrations.0024_limits_that_change").ask_nobody_yet(apps, None)
    assert asked(shop, DUE) == 0
    MomentOff.objects.filter(market="de").delete()
    assert asked(shop, DUE) == 1
