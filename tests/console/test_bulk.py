"""One act on many orders in the console: chosen in the list, looked at, decided, watched, undone."""

import re

from django.test import Client

from tests.console.making import AT, client_of, make_order, make_staff
from tests.console.test_reach import only_for
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.holding import hold_order
from tradewind.orders.models import BulkRun, Order


def read(html: str) -> str:
    main = html.split('id="main"')[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def choose(client: Client, act: str, *orders: Order, **also: str) -> str:
    """The address of the page that shows what would be done."""
    answer = client.post("/console/orders/bulk/choosing", {"act": act, "order": [each.pk for each in orders], **also})
    assert answer.status_code == 302, read(answer.content.decode())
    return str(answer["Location"])


def test_ticked_orders_are_shown_held_and_let_go_again(console: Client) -> None:
    orders = [make_order(number, state="paid") for number in (1, 2, 3)]
    hold_order(order_id=orders[2].pk, reason="other", by="staff:9", at=AT)
    page = choose(console, "hold", *orders)

    shown = read(console.get(page).content.decode())
    unsaid = console.post(f"{page}/beginning", {"words": "<late>"})
    for _ in range(2):
        begun = console.post(f"{page}/beginning", {"reason": "waiting_goods"})

    assert "It would be done with 2 orders" in shown
    assert re.search(r"Cannot: 1 Is kept back 1 TW-TEST000003 Is kept back", shown)
    assert (unsaid.status_code, 'value="&lt;late&gt;"' in unsaid.content.decode()) == (422, True)
    assert begun["Location"] == page
    running = console.get(page).content.decode()
    assert "data-progress" in running
    run_until_idle(now=utc_now)
    over = console.get(page).content.decode()
    assert "Done with 2" in read(over)
    assert "data-progress" not in over
    undoing = console.post(f"{page}/undoing")["Location"]
    run_until_idle(now=utc_now)
    assert "Done with 2" in read(console.get(undoing).content.decode())
    assert "This was undone." in read(console.get(page).content.decode())
    assert Order.objects.filter(held_at__isnull=False).count() == 1
    assert "Hold 3 orders · Ms Owner" in read(console.get("/console/orders/bulk").content.decode())


def test_all_that_the_filters_find_are_tagged(console: Client) -> None:
    for number in (1, 2):
        make_order(number, state="paid")
    make_order(3)
    page = choose(console, "tag", query="state=paid", found="1")

    asked = read(console.get(page).content.decode())
    empty = console.post(f"{page}/tag", {"tag": " "})
    console.post(f"{page}/tag", {"tag": "Fair"})

    assert "Which tag?" in asked
    assert (empty.status_code, "Please fill this in." in empty.content.decode()) == (422, True)
    assert "It would be done with 2 orders" in read(console.get(page).content.decode())
    console.post(f"{page}/beginning")
    run_until_idle(now=utc_now)
    assert console.get("/console/orders").content.decode().count('<span class="tag">Fair</span>') == 2


def test_what_is_missing_is_said_and_ticks_and_filters_stay(console: Client) -> None:
    order = make_order(1, state="paid")
    make_order(2)

    no_act = console.post("/console/orders/bulk/choosing", {"order": [order.pk], "query": "state=paid"})
    no_order = console.post("/console/orders/bulk/choosing", {"act": "hold", "order": ["rubbish"]})

    page = no_act.content.decode()
    assert (no_act.status_code, no_order.status_code, BulkRun.objects.count()) == (422, 422, 0)
    assert "Please choose what to do with them." in page
    assert re.search(rf'value="{order.pk}" form="bulk" checked', page)
    assert "TW-TEST000002" not in page
    assert "Please tick the orders first" in no_order.content.decode()


def test_an_act_asks_for_the_same_ability_as_on_one_order(db: None) -> None:
    order = make_order(1, state="paid")
    agent, owner = client_of(make_staff(Role.AGENT)), client_of(make_staff())

    refused = agent.post("/console/orders/bulk/choosing", {"act": "dispatch", "order": [order.pk]})
    offered = re.findall(r'<option value="(\w+)" >', agent.get("/console/orders").content.decode())
    page = choose(owner, "dispatch", order)

    assert refused.status_code == 422
    assert ("hold" in offered, "dispatch" in offered) == (True, False)
    # An agent does not see the run of somebody else at all.
    assert [agent.get(page).status_code, agent.post(f"{page}/beginning").status_code] == [404, 404]
    analyst = client_of(make_staff(Role.ANALYST)).get("/console/orders").content.decode()
    assert ('id="bulk"' in analyst, 'name="order"' in analyst) == (False, False)


def test_who_has_lost_the_ability_begins_nothing(db: None) -> None:
    order = make_order(1, state="paid")
    staff: Staff = make_staff(Role.WAREHOUSE)
    client = client_of(staff)
    page = choose(client, "dispatch", order)
    Staff.objects.filter(pk=staff.pk).update(role=Role.AGENT)

    assert client.post(f"{page}/beginning").status_code == 403
    assert BulkRun.objects.get().state == "shown"


def test_nobody_acts_on_orders_out_of_reach(db: None) -> None:
    mine, other = make_order(1, account="eBay DE"), make_order(2, account="Amazon US")
    manager = client_of(only_for(make_staff(Role.MANAGER), "eBay DE"))

    page = choose(manager, "hold", mine, other)
    found = choose(manager, "hold", found="1")

    for address in (page, found):
        shown = manager.get(address).content.decode()
        assert (mine.ref in shown, other.ref in shown) == (True, False)
    owners = choose(client_of(make_staff(Role.OWNER)), "hold", other)
    assert manager.get(owners).status_code == 404
