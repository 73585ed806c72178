"""Keeping orders back in the console."""

import re

from django.test import Client

from tests.console.making import AT, client_of, make_order, make_staff
from tradewind.core.models.staff import Role
from tradewind.orders.holding import hold_order
from tradewind.orders.models import Order, OrderHold


def read(client: Client, address: str) -> str:
    main = client.get(address).content.decode().split('id="main"')[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_an_order_is_held_shown_and_released(console: Client) -> None:
    order = make_order(1, state="paid")
    make_order(2, state="paid")
    address = f"/console/orders/{order.pk}"

    sent = {"reason": "address_unclear", "words": "<b>No</b> house number"}
    held = console.post(f"{address}/holds", sent)

    page = console.get(address).content.decode()
    told = read(console, address)
    assert held["Location"] == f"{address}?done=held"
    assert re.search(r"Kept back Address unclear since \S+ \S+ · Ms Owner &lt;b&gt;No&lt;/b&gt; house number", told)
    assert "Kept back: Address unclear" in told.split("What happened")[1]
    assert f"{address}/dispatch" not in page
    listed = read(console, "/console/orders?held=1")
    assert ("TW-TEST000001" in listed, "TW-TEST000002" in listed, "Address unclear" in listed) == (True, False, True)
    # Somebody has the page open from before.
    refused = console.post(f"{address}/dispatch").content.decode()
    assert "The order is kept back (Address unclear). Release it first, then mark it dispatched." in refused
    hold_id = re.findall(r"/holds/(\d+)/release", page)[0]
    released = console.post(f"{address}/holds/{hold_id}/release")
    again = console.post(f"{address}/holds/{hold_id}/release")
    assert (released.status_code, again.status_code) == (302, 409)
    assert console.post(f"{address}/dispatch").status_code == 302


def test_what_cannot_be_held_says_why_and_keeps_what_was_typed(console: Client) -> None:
    order, gone = make_order(1, state="paid"), make_order(2, state="dispatched")
    hold_order(order_id=order.pk, reason="other", by="staff:1", at=AT)
    free = make_order(3, state="paid")

    no_reason = console.post(f"/console/orders/{free.pk}/holds", {"words": "Ask <Mei>"})
    second = console.post(f"/console/orders/{order.pk}/holds", {"reason": "buyer_asked"})
    late = console.post(f"/console/orders/{gone.pk}/holds", {"reason": "buyer_asked"})

    assert (no_reason.status_code, second.status_code, late.status_code) == (422, 409, 409)
    assert "Please choose a reason from the list." in no_reason.content.decode()
    assert 'value="Ask &lt;Mei&gt;"' in no_reason.content.decode()
    assert "Somebody else has held this order in the meantime." in second.content.decode()
    assert "The order has left or was cancelled in the meantime." in late.content.decode()
    assert OrderHold.objects.count() == 1


def test_a_hold_of_another_order_is_not_found(console: Client) -> None:
    order, other = make_order(1, state="paid"), make_order(2, state="paid")
    held = hold_order(order_id=other.pk, reason="other", by="staff:1", at=AT)

    assert console.post(f"/console/orders/{order.pk}/holds/{held.pk}/release").status_code == 404
    assert Order.objects.get(pk=other.pk).held_at == AT


def test_who_only_looks_is_offered_no_hold(db: None) -> None:
    order = make_order(1, state="paid")

    assert "Hold this order" not in read(client_of(make_staff(Role.ANALYST)), f"/console/orders/{order.pk}")
