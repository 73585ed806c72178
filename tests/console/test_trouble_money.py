"""Money back and codes on a case's page, on Today and on the page of codes: shown before they go, and only by whom they may go."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.orders.changing import bought
from tests.shipping.troubled import heard, look, sent
from tests.shop import Shop, open_shop
from tradewind.checkout.models import DiscountCode
from tradewind.core.links import make_link
from tradewind.core.models import SettingValue
from tradewind.core.models.staff import Role
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_settling import send_goods_again
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.promises.models import Promise
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Parcel, Trouble
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.trouble_limits import RULES
from tradewind.shipping.trouble_orders import look_for_not_leaving, note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = pytest.mark.django_db
FORM = re.compile(r'<form method="post" action="([^"]*/troubles/\d+/[a-z]+)"[^>]*>(.*?)</form>', re.DOTALL)


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop(utc_now() - timedelta(days=40))


def case_of(shop: Shop, status: Status = Status.EXCEPTION, reason: Reason = Reason.LOST, days: float = 3) -> Trouble:
    heard(shop, sent(shop), days, status, reason)
    look(shop, days)
    return Trouble.objects.get()


def forms(client: Client, address: str) -> dict[str, dict[str, str]]:
    """By the end of their address: what their fields hold."""
    page = client.get(address).content.decode()
    found = {}
    for action, body in FORM.findall(page):
        fields = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', body))
        chosen = re.search(r'<option value="([^"]+)" selected', body)
        found[action] = fields | ({"gives": chosen[1]} if chosen else {})
    return found


def test_all_of_the_money_goes_back_from_the_case_as_it_was_shown(console: Client, shop: Shop) -> None:
    case = case_of(shop)
    address = f"/console/troubles/{case.pk}"
    page = console.get(address).content.decode()
    for words in ("Give all of the money back: €16.90 …", "€10.00", "€6.90", "Ihr Geld für die Bestellung"):
        assert words in page
    fields = forms(console, address)[f"{address}/refund"]
    assert fields["seen"] == "1690"

    looked = console.post(f"{address}/refund", fields | {"note": "Ein Gruß", "preview": "1"}).content.decode()
    assert looked.count("Ein Gruß") == 2
    wrong = console.post(f"{address}/refund", fields | {"seen": "1600"})
    assert (wrong.status_code, Refund.objects.count()) == (409, 0)
    long = console.post(f"{address}/refund", fields | {"note": "x" * 501})
    assert (long.status_code, Refund.objects.count()) == (422, 0)
    said = [console.post(f"{address}/refund", fields | {"note": "Ein Gruß"})["Location"] for _ in range(2)]

    assert said == [f"{address}?done=trouble-refunded", f"{address}?done=gone"]
    assert list(Refund.objects.values_list("amount", flat=True)) == [1690]
    assert "Ein Gruß" in Message.objects.get(moment="trouble_refunded").text
    after = console.get(address).content.decode()
    assert "Money goes back (€16.90)" in re.sub(r"\s+", " ", after)
    assert "/refund" not in after
    run_until_idle(now=utc_now)
    order = console.get(f"/console/orders/{case.order_id}").content.decode()
    assert "Nobody waits for it any more." in order
    with transaction.atomic():
        token = make_link("order.view", subject=("order", case.order_id), at=utc_now())
    buyer = Client().get(f"/de/de/order/{token}/").content.decode()
    assert buyer.count("Es hat Sie nicht erreicht: Ihr Geld dafür geht an Sie zurück.") == 1


def test_who_may_not_give_money_or_codes_gives_none(shop: Shop) -> None:
    case = case_of(shop)
    address = f"/console/troubles/{case.pk}"
    agent = client_of(make_staff(Role.AGENT))
    assert f"{address}/refund" not in forms(agent, address)
    assert "gives" not in forms(agent, address)[f"{address}/telling"]
    assert agent.post(f"{address}/refund", {"seen": "1690"}).status_code == 403
    code = {"gives": "percent", "percent": "10", "days": "30"}
    assert agent.post(f"{address}/telling", code).status_code == 403
    assert (Refund.objects.count(), DiscountCode.objects.count()) == (0, 0)


def test_a_code_goes_with_the_letter_and_stands_on_the_case_and_among_the_codes(console: Client, shop: Shop) -> None:
    case = case_of(shop, Status.ATTEMPT_FAILED, Reason.NONE)
    address = f"/console/troubles/{case.pk}"
    code = {"gives": "amount", "amount": "9", "days": "30", "percent": "10"}
    refused = console.post(f"{address}/telling", code)
    assert (refused.status_code, DiscountCode.objects.count()) == (422, 0)
    assert "Such a code takes off 3.38 EUR at most." in refused.content.decode()
    for wrong in ({"days": "3"}, {"gives": "percent", "percent": "90"}, {"gives": "percent", "percent": "x"}):
        assert console.post(f"{address}/telling", code | {"amount": "3"} | wrong).status_code == 422
    looked = console.post(f"{address}/telling", code | {"amount": "3", "preview": "1"}).content.decode()
    assert "········" in looked
    assert (looked.count('value="3.00"'), DiscountCode.objects.count()) == (1, 0)

    assert console.post(f"{address}/telling", code | {"amount": "3"})["Location"] == f"{address}?done=trouble-written"

    row = DiscountCode.objects.get()
    assert console.get(address).content.decode().count(row.code) == 2
    codes = console.get("/console/codes").content.decode()
    assert row.code in codes
    assert f'<a href="{address}">{case.order.ref}</a>' in codes
    assert "Apology" in codes


def test_what_has_not_left_is_cancelled_with_it(console: Client, shop: Shop) -> None:
    order = sent_not(shop)
    case = Trouble.objects.get()
    address = f"/console/troubles/{case.pk}"
    page = console.get(address).content.decode()
    assert "The order is cancelled with it" in page
    assert f"Ihre Bestellung {order.ref} wurde storniert" in page
    console.post(f"{address}/refund", forms(console, address)[f"{address}/refund"])
    order.refresh_from_db()
    assert order.state == "cancelled"


def sent_not(shop: Shop) -> Order:
    order = bought(shop, (shop.small, 1))
    look_for_not_leaving(Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at - timedelta(hours=7))
    return order


def test_from_today_all_of_the_money_goes_back(console: Client, shop: Shop) -> None:
    # Longer than thirty days in the European Union.
    case = case_of(shop)
    Order.objects.update(placed_at=utc_now() - timedelta(days=35))
    today = forms(console, "/console/")

    assert list(today) == [f"/console/troubles/{case.pk}/refund"]
    page = console.get("/console/").content.decode()
    for words in ("Give all of the money back: €16.90 …", "Give €16.90 back", "Ihr Geld für die Bestellung"):
        assert words in page
    assert forms(client_of(make_staff(Role.AGENT)), "/console/") == {}
    for address, fields in today.items():
        console.post(address, fields)
    assert list(Refund.objects.values_list("amount", flat=True)) == [1690]
    assert forms(console, "/console/") == {}


@pytest.mark.parametrize("offers", ["money", "code"])
def test_from_today_a_long_delay_gets_what_the_shop_offers(console: Client, shop: Shop, offers: str) -> None:
    value = {"values": {"offers": offers}}
    SettingValue.objects.create(key=RULES.kind, value=value, changed_at=utc_now())
    sent(shop)
    look(shop, 25)
    case = Trouble.objects.get()
    Parcel.objects.update(handed_over_at=utc_now() - timedelta(days=8))
    address, fields = next(iter(forms(console, "/console/").items()))
    page = console.get("/console/").content.decode()

    assert forms(client_of(make_staff(Role.AGENT)), "/console/") == {}
    console.post(address, fields)

    letter = Message.objects.get(moment="order_trouble")
    case.refresh_from_db()
    assert case.done[-1]["days"] == [fields["first"], fields["last"]]
    if offers == "money":
        assert [each.amount for each in Refund.objects.all()] == [round(float(fields["back"]) * 100)]
        assert f"(€{fields['back']})" in page
    else:
        assert DiscountCode.objects.get().code in letter.text
        assert "10 % off the next order, for 90 days" in page


def test_from_today_an_order_that_has_not_left_gets_all_of_its_money_back(console: Client, shop: Shop) -> None:
    order = sent_not(shop)
    case = Trouble.objects.get()
    page = console.get("/console/").content.decode()
    today = forms(console, "/console/")

    assert list(today) == [f"/console/troubles/{case.pk}/refund"]
    for words in ("Give all of the money back: €16.90 …", "The order is cancelled with it", "wurde storniert"):
        assert words in page
    # Whoever may not cancel orders, or give money, is not asked to.
    assert forms(client_of(make_staff(Role.AGENT)), "/console/") == {}
    for address, fields in today.items():
        assert console.post(address, fields)["Location"].endswith("done=trouble-refunded")
    order.refresh_from_db()
    assert (order.state, forms(console, "/console/")) == ("cancelled", {})
    run_until_idle(now=utc_now)
    assert list(Refund.objects.values_list("amount", flat=True)) == [1690]


def test_what_is_still_here_is_settled_from_its_case(console: Client, shop: Shop) -> None:
    order = bought(shop, (shop.small, 3))
    line = order.lines.get(kind="goods")
    part = Part({line.pk: 2}, seen_left(lines_left(order.pk)), 0, 0, Tracking("DHL", "JD1", is_waiting=False))
    send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    note_orders(Cause.NO_STOCK, [order.pk], at=shop.at)
    case = Trouble.objects.get(cause="no_stock")
    address = f"/console/troubles/{case.pk}"
    page = re.sub(r"\s+", " ", console.get(address).content.decode())
    for words in (
        "Has not left</dt><dd>1 × Becher",
        "Give the money for the rest back: €10.00 …",
        "The delivery is not",
    ):
        assert words in page
    fields = forms(console, address)[f"{address}/refund"]
    assert (
        "Ein Gruß" in console.post(f"{address}/refund", fields | {"note": "Ein Gruß", "preview": "1"}).content.decode()
    )

    done = console.post(f"{address}/refund", fields | {"note": "Ein Gruß"})

    assert done["Location"] == f"{address}?done=trouble-refunded"
    order.refresh_from_db()
    assert (order.state, order.total) == ("dispatched", 2690)
    assert "Ein Gruß" in Message.objects.get(moment="trouble_refunded").text


def test_the_money_of_the_first_order_is_said_to_be_its(console: Client, shop: Shop) -> None:
    first = case_of(shop)
    made = send_goods_again(trouble_id=first.pk, by="staff:1", at=shop.at + timedelta(days=4))
    run_until_idle(now=lambda: shop.at + timedelta(days=4))
    order = Order.objects.get(pk=made.pk)
    at = shop.at + timedelta(days=5)
    parcel = Parcel.objects.get(
        order=mark_dispatched(order=order, by="staff:1", at=at, tracking=Tracking("YunExpress", "LP9"))
    )
    heard(shop, parcel, 8, Status.EXCEPTION, Reason.LOST)
    look(shop, 8)
    again = Trouble.objects.get(parcel=parcel)
    address = f"/console/troubles/{again.pk}"
    assert f"It is the money of order {first.order.ref}" in console.get(address).content.decode()
    console.post(f"{address}/refund", forms(console, address)[f"{address}/refund"])
    assert list(Refund.objects.values_list("amount", "intent__subject_id")) == [(1690, first.order_id)]
