"""Notices to other people's programs: signed, tried again, logged, and given up in the end."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import datetime, timedelta

import pytest

from tests.console.making import make_order, make_staff
from tests.listening import Listener
from tests.proxy_server import proxy_server
from tests.shop import Shop, open_shop
from tradewind.catalog.publishing import publish, take_offline
from tradewind.core import panels
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import AuditEntry, Delivery, ShopAccount, Staff, Todo
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.reacting import run_reactions
from tradewind.core.staffing import set_accounts
from tradewind.inventory.reserving import Wanted as Units
from tradewind.inventory.reserving import release, reserve
from tradewind.orders.cancelling import cancel_order
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.webhooks.connection import HOOKS
from tradewind.webhooks.models import HookAttempt, HookMessage, Subscription
from tradewind.webhooks.planning import SwitchedOff, send_again, send_test
from tradewind.webhooks.sending import OFF_AFTER, PAUSES
from tradewind.webhooks.subscribing import (
    BOTH_HOLD,
    SWITCHED_OFF,
    NotWithinReach,
    UnknownKind,
    Wanted,
    change,
    remove,
    renew_secret,
    subscribe,
    switch,
)
from tradewind.webhooks.tidying import KEEP, forget_messages
from tradewind.webhooks.wording import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(listener: Listener, owner: Staff, now: datetime) -> tuple[Subscription, str]:
    wanted = Wanted("warehouse", listener.url, KINDS)
    return subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by=f"staff:{owner.pk}", at=now)


def react(now: datetime) -> None:
    while run_reactions(now=lambda: now):
        pass


def send(now: datetime) -> None:
    while run_deliveries(now=lambda: now):
        pass


def told(listener: Listener) -> list[str]:
    return [json.loads(body)["type"] for _, body in listener.heard]


def signed_by(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As the specification says, written here anew."""
    plain = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    key = b64decode(secret.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.new(key, plain, hashlib.sha256).digest()).decode()


def test_an_order_is_told_of_from_its_placing_to_its_leaving(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    shop = open_shop(now)
    react(now)
    first, second = (shop.place(shop.cart((shop.small, 1))).order for _ in range(2))
    react(now)
    first.__class__.objects.filter(pk=first.pk).update(state="paid")
    mark_dispatched(order=first, by="system", at=now)
    cancel_order(order=second, by="system", reason="no_stock", at=now)
    react(now)
    Subscription.objects.update(kinds=["order.placed", "order.dispatched", "order.cancelled"])
    send(now)

    bodies = [json.loads(body) for _, body in listener.heard]
    of_orders = [body for body in bodies if body["type"].startswith("order.")]
    assert [body["type"] for body in of_orders] == ["order.placed"] * 2 + ["order.dispatched", "order.cancelled"]
    assert of_orders[0] == {
        "type": "order.placed",
        "version": 1,
        "timestamp": "2026-11-23T06:00:00Z",
        "data": {
            "order": {
                "ref": first.ref,
                "external_id": None,
                "account": "own shop",
                "channel": "own",
                "state": "awaiting_payment",
                "placed_at": "2026-11-23T06:00:00Z",
                "total": {"minor": 1690, "currency": "EUR", "decimal": "16.90"},
            }
        },
    }
    assert of_orders[3]["data"]["reason"] == "no_stock"
    assert "greta" not in "".join(HookMessage.objects.values_list("body", flat=True)).lower()


def test_goods_are_told_of(listener: Listener, hook: tuple[Subscription, str], now: datetime) -> None:
    shop = open_shop(now, stock=1)
    react(now)
    reserve(subject=("order", 1), lines=[Units(shop.small.pk, 1)], warehouses=[shop.shenzhen.pk], at=now)
    react(now)
    release(subject=("order", 1), at=now)
    take_offline(product=shop.product, by="system", at=now)
    publish(product=shop.product, languages=["en"], by="system", at=now)
    react(now)
    send(now)

    assert told(listener)[-4:] == ["stock.ran_out", "stock.came_back", "product.taken_offline", "product.published"]
    ran_out = json.loads(listener.heard[-4][1])["data"]
    assert ran_out == {"variant": {"sku": "MUG-S", "product": "mug", "available": 0}}


def test_a_notice_is_signed_over_its_id_its_time_and_its_bytes(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    send_test(subscription=hook[0], at=now)
    send(now)

    ((headers, body),) = listener.heard
    assert headers["webhook-id"] == HookMessage.objects.get().ref
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert headers["webhook-signature"] == signed_by(hook[1], headers, body)
    assert headers["content-type"] == "application/json"
    assert hook[1] not in str(Subscription.objects.values().get())


def test_for_a_day_a_new_secret_and_the_old_one_both_hold(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    new = renew_secret(subscription=hook[0], by="staff:1", at=now)
    for at in (now, now + BOTH_HOLD):
        send_test(subscription=hook[0], at=at)
        send(at)

    (first, second) = listener.heard
    assert first[0]["webhook-signature"] == f"{signed_by(new, *first)} {signed_by(hook[1], *first)}"
    assert second[0]["webhook-signature"] == signed_by(new, *second)


def test_what_fails_is_tried_again_after_growing_pauses_under_the_same_id(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    listener.answer = (500, {}, b"no")
    send_test(subscription=hook[0], at=now)
    at = now
    send(at)
    for number, pause in enumerate(PAUSES[:3], start=1):
        send(at + pause - timedelta(seconds=1))
        assert len(listener.heard) == number
        at += pause
        send(at)
    listener.answer = (204, {}, b"")
    at += PAUSES[3]
    send(at)

    message = HookMessage.objects.get()
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1
    assert (message.state, Subscription.objects.get().failing_since) == ("delivered", None)
    tries = list(message.attempts.order_by("pk").values_list("status", "text", "at"))
    assert tries[0] == (500, "no", now)
    assert [status for status, *_ in tries] == [500, 500, 500, 500, 204]
    assert list(PAUSES) == sorted(PAUSES)


def test_a_longer_pause_that_is_asked_for_is_kept(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    listener.answer = (429, {"Retry-After": "1800"}, b"")
    send_test(subscription=hook[0], at=now)
    send(now)

    assert Delivery.objects.get().due_at == now + timedelta(seconds=1800)


def test_who_fails_for_three_days_is_switched_off_and_somebody_is_told(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    listener.answer = (302, {"Location": "http://127.0.0.1/"}, b"")
    send_test(subscription=hook[0], at=now)
    at = now
    send(at)
    for pause in PAUSES:
        at += pause
        send(at)

    row = Subscription.objects.get()
    assert at - now >= OFF_AFTER
    assert (row.is_active, row.off_because, HookMessage.objects.get().state) == (False, "failing", "failed")
    assert Todo.objects.get(state="open").kind == SWITCHED_OFF
    assert Delivery.objects.get().state == "done"  # the page of stuck work is not for other people's machines
    with pytest.raises(SwitchedOff):
        send_test(subscription=row, at=at)
    switch(subscription=row, on=True, by="staff:1", at=at)
    assert not Todo.objects.filter(state="open").exists()


def test_who_says_that_nobody_lives_there_is_switched_off_at_once(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    listener.answer = (410, {}, b"")
    send_test(subscription=hook[0], at=now)
    send(now)

    assert (Subscription.objects.get().off_because, len(listener.heard)) == ("gone", 1)


def test_what_failed_is_sent_again_when_somebody_asks_and_what_waits_is_tried_at_once(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    listener.answer = (500, {}, b"")
    message = send_test(subscription=hook[0], at=now)
    send(now)
    send_again(message=message, at=now)
    send(now)
    assert (len(listener.heard), Delivery.objects.count()) == (2, 1)
    listener.answer = (200, {}, b"")
    send_again(message=message, at=now)
    send(now)
    assert HookMessage.objects.get().state == "delivered"
    send_again(message=message, at=now)
    send(now)

    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1
    assert (len(listener.heard), Delivery.objects.count(), HookAttempt.objects.count()) == (4, 2, 4)


def test_what_is_off_or_gone_is_not_called(listener: Listener, hook: tuple[Subscription, str], now: datetime) -> None:
    send_test(subscription=hook[0], at=now)
    switch(subscription=hook[0], on=False, by="staff:1", at=now)
    send(now)
    assert HookMessage.objects.get().state == "failed"
    switch(subscription=hook[0], on=True, by="staff:1", at=now)
    send_test(subscription=hook[0], at=now)
    remove(subscription=hook[0], by="staff:1", at=now)
    send(now)

    assert (listener.heard, Subscription.objects.count(), HookMessage.objects.count()) == ([], 0, 0)
    assert not Delivery.objects.exclude(state="done").exists()
    acts = AuditEntry.objects.filter(subject_kind="hook").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["hook.made", "hook.switched", "hook.switched", "hook.removed"]


def test_it_hears_only_of_its_accounts_and_never_more_than_its_person_may(listener: Listener, now: datetime) -> None:
    orders = {name: make_order(number, account=name) for number, name in enumerate(("eBay DE", "Amazon US"), start=1)}
    ids = dict(ShopAccount.objects.values_list("name", "pk"))
    owner, manager = make_staff(), make_staff(Role.MANAGER)
    set_accounts(manager, [ids["eBay DE"]])
    kinds = ["order.cancelled"]
    some = Reach(frozenset([ids["eBay DE"]]), has_own_shop=False)
    theirs = Wanted("theirs", listener.url, kinds, [ids["Amazon US"]])
    with pytest.raises(NotWithinReach):
        subscribe(wanted=theirs, reach=some, answers=manager, by="x", at=now)
    made = {
        name: subscribe(wanted=Wanted(name, listener.url, kinds, accounts), reach=reach, answers=person, by="x", at=now)
        for name, accounts, reach, person in (
            ("all", None, EVERYWHERE, owner),
            ("amazon", [ids["Amazon US"]], EVERYWHERE, owner),
            ("hers", None, some, manager),
            ("beyond", [ids["Amazon US"]], EVERYWHERE, manager),
        )
    }
    for order in orders.values():
        cancel_order(order=order, by="system", reason="other", at=now)
    react(now)

    heard = {
        name: [json.loads(m.body)["data"]["order"]["account"] for m in row.messages.order_by("pk")]
        for name, (row, _) in made.items()
    }
    assert heard == {"all": ["eBay DE", "Amazon US"], "amazon": ["Amazon US"], "hers": ["eBay DE"], "beyond": []}


def test_kinds_that_do_not_exist_are_refused_and_others_are_not_heard(
    listener: Listener, hook: tuple[Subscription, str], shop: Shop
) -> None:
    unknown = Wanted("x", listener.url, ["order.lost"])
    with pytest.raises(UnknownKind):
        change(subscription=hook[0], wanted=unknown, reach=EVERYWHERE, by="x", at=shop.at)
    react(shop.at)
    before = HookMessage.objects.count()
    wanted = Wanted("x", listener.url, ["order.paid"])
    change(subscription=hook[0], wanted=wanted, reach=EVERYWHERE, by="x", at=shop.at)
    take_offline(product=shop.product, by="system", at=shop.at)
    react(shop.at)

    assert HookMessage.objects.count() == before


def test_what_was_said_is_forgotten_after_a_month_and_what_waits_is_not(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    send_test(subscription=hook[0], at=now)
    send(now)
    send_test(subscription=hook[0], at=now)

    assert forget_messages(now + KEEP) == 0
    assert forget_messages(now + KEEP + timedelta(seconds=1)) == 1
    assert HookMessage.objects.get().state == "waiting"


def test_a_notice_takes_the_way_that_the_page_of_connections_names(
    listener: Listener, hook: tuple[Subscription, str], now: datetime
) -> None:
    with proxy_server() as proxy:
        way = {"proxy_way": "own", "proxy": proxy.line("socks5h")}
        panels.change(HOOKS, way, seen=panels.stored(HOOKS).digest, by="staff:1", at=now)
        send_test(subscription=hook[0], at=now)
        send(now)

        assert (len(told(listener)), [host for host, _ in proxy.asked]) == (1, ["127.0.0.1"])
    send_test(subscription=hook[0], at=now)
    send(now)
    last = HookAttempt.objects.latest("pk")
    assert (last.status, "socks5h://127.0.0.1" in last.text, len(told(listener))) == (None, True, 1)
