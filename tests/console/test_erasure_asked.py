"""A buyer's wish to be erased, for the person who decides: on Today with its due time, and in the order's timeline."""

import re
from datetime import datetime

from django.test import Client

from tests.console.making import make_order
from tradewind.core.models import Todo
from tradewind.orders.erasing import ask_for_erasure


def test_today_says_what_to_do_until_when_and_leads_to_the_order(console: Client, now: datetime) -> None:
    order = make_order()
    todo = ask_for_erasure(order_id=order.pk, at=now)

    before = words_of(console, "/console/")
    page = console.get("/console/").content.decode()
    console.post(f"/console/todos/{todo.pk}/completion")

    asked = "A buyer asked us to erase the data of an order. Decide what the accounts still need, and answer."
    assert asked in before
    assert "2026-12-23 14:00" in before
    assert f'href="/console/orders/{order.pk}"' in page
    assert asked not in words_of(console, "/console/")
    assert Todo.objects.get().state == Todo.State.DONE


def test_the_order_s_timeline_tells_it(console: Client, now: datetime) -> None:
    order = make_order()
    ask_for_erasure(order_id=order.pk, at=now)

    assert "The buyer asked us to erase their data" in words_of(console, f"/console/orders/{order.pk}")


def words_of(console: Client, address: str) -> str:
    main = console.get(address).content.decode().split("<main")[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
