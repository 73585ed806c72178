"""Cases on pages: one to-do for a lane, a case with its proposal and letter, one act for many, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_order, make_staff
from tests.orders.changing import bought
from tests.shipping.troubled import look, sent
from tests.shop import Shop, open_shop
from tradewind.checkout.models import DiscountCode
from tradewind.core.links import make_link
from tradewind.core.models.staff import Role
from tradewind.core.staffing import set_accounts
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_telling import tell_wanted
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.shipping.models import Parcel, Trouble, TroubleGroup
from tradewind.shipping.trouble_orders import look_for_not_leaving

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Shop:
    """As of nine days ago, so that what was sent then is silent for too long now."""
    return open_shop(utc_now() - timedelta(days=9))


def make_case(number: int, account: str = "") -> Trouble:
    order = make_order(number, account=account, state="dispatched")
    at = utc_now() - timedelta(days=9)
    parcel = Parcel.objects.create(
        order=order, ref=f"PC-{number}", tracking_number=f"LP{number:04}", country="DE", handed_over_at=at, last_at=at
    )
    group, _ = TroubleGroup.objects.get_or_create(account=order.account, cause="silent", carrier="4PX")
    return Trouble.objects.create(group=group, order=order, parcel=parcel, cause="silent", since=at, opened_at=at)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_from_today_to_the_letter(console: Client, shop: Shop) -> None:
    parcel = sent(shop)
    look(shop, 8.9)
    case = Trouble.objects.get()
    page = f"/console/troubles/{case.pk}"
    today = text(console, "/console/")
    assert "No scan for too long (YunExpress · Germany). Look at it, and tell the buyer." in today
    assert f'href="{page}"' in today
    assert parcel.order.ref in text(console, page)
    assert "Guten Tag Greta Öztürk," in text(console, page)

    wrong = console.post(f"{page}/telling", {"first": "2020-01-01", "last": "2020-01-02", "note": "Ein Gruß"})
    assert (wrong.status_code, Message.objects.filter(moment="order_trouble").count()) == (422, 0)
    assert "Ein Gruß" in wrong.content.decode()
    looked = console.post(f"{page}/telling", {"note": "Ein Gruß", "preview": "1"}).content.decode()
    assert looked.count("Ein Gruß") == 2
    assert Message.objects.filter(moment="order_trouble").count() == 0

    assert [console.post(f"{page}/telling", {"note": "Ein Gruß"})["Location"] for _ in range(2)] == [
        f"{page}?done=trouble-told",
        f"{page}?done=gone",
    ]
    assert Message.objects.filter(moment="order_trouble").count() == 1
    assert "Wrote to the buyer" in text(console, page)
    assert "No scan for too long" not in text(console, "/console/")
    order = text(console, f"/console/orders/{parcel.order_id}")
    assert ("News of a delay or a problem" in order, f'href="{page}"' in order) == (True, True)
    # The buyer reads on the order's page what is known, and that we wrote.
    token = make_link("order.view", subject=("order", parcel.order_id), at=utc_now())
    assert "haben wir vom Zusteller nichts" in text(Client(), f"/de/de/order/{token}/")

    made = console.post(f"{page}/replacement")
    again = Order.objects.order_by("-pk")[0]
    assert made["Location"] == f"/console/orders/{again.pk}?done=sent-again"
    assert (again.total, again.state) == (0, "paid")
    assert console.post(f"{page}/dismissal", {"why": ""}).status_code == 422
    console.post(f"{page}/dismissal", {"why": "Found it"})
    case.refresh_from_db()
    assert (case.state, [each["act"] for each in case.done]) == ("dismissed", ["tell", "resend", "dismiss"])


def test_many_of_one_cause_are_told_by_one_act(console: Client, shop: Shop) -> None:
    for number in range(3):
        sent(shop, f"LP{number}")
    look(shop, 8.9)
    group = TroubleGroup.objects.get()
    page = f"/console/troubles/groups/{group.pk}"
    assert f'href="{page}"' in text(console, "/console/")
    assert "3 cases" in text(console, "/console/troubles")
    shown = text(console, page)
    assert ("Write to 3 buyers" in shown, "Deutsch: 3" in shown, shown.count('name="case"')) == (True, True, 3)
    days = dict(re.findall(r'name="(days-\d+)" value="([\d/-]+)"', shown))
    assert len(days) == 3
    chosen = [str(pk) for pk in Trouble.objects.order_by("pk").values_list("pk", flat=True)[:2]]
    # What was read yesterday is not posted today: the page says so, with the days as they are, and those who are ticked stay so.
    for stale in ({}, dict.fromkeys(days, "2026-01-02/2026-01-09"), dict.fromkeys(days, "soon")):
        refused = console.post(f"{page}/telling", {"case": chosen, "note": "Hallo", **stale})
        told = re.sub(r"\s+", " ", refused.content.decode())
        assert (refused.status_code, "The days have moved since you opened this page." in told) == (409, True)
        assert (dict(re.findall(r'name="(days-\d+)" value="([\d/-]+)"', told)), told.count("checked")) == (days, 2)
    assert Trouble.objects.filter(wanted_at=None).count() == 3
    first = console.post(f"{page}/telling", {"case": chosen, "note": "", **days})
    assert first["Location"] == f"{page}?done=troubles-told"
    assert console.post(f"{page}/telling", {"case": chosen, "note": "", **days}).status_code == 409
    assert "0 of 2" in text(console, page)
    run_until_idle(now=utc_now)
    assert Message.objects.filter(moment="order_trouble").count() == 2
    assert "Write to 1 buyer" in text(console, page)


def test_of_an_order_that_is_still_here_the_days_that_were_read_are_posted_with_its_letter(
    console: Client, shop: Shop
) -> None:
    bought(shop, (shop.small, 1))
    look_for_not_leaving(Promise.objects.get(kind="dispatch").due_at - timedelta(hours=1))
    case = Trouble.objects.get()
    group = f"/console/troubles/groups/{case.group_id}"
    for page, field in (
        (f"/console/troubles/{case.pk}", r'type="hidden" name="(first|last)" value="([\d-]+)"'),
        (group, r'type="hidden" name="(days-\d+)" value="([\d/-]+)"'),
    ):
        fields = dict(re.findall(field, text(console, page)))
        assert fields
        stale = {name: value.replace("202", "204") for name, value in fields.items()}
        refused = console.post(f"{page}/telling", {"case": [str(case.pk)], "note": "", **stale})
        assert refused.status_code in {409, 422}
        assert "The days have moved since you opened this page." in refused.content.decode()
        assert dict(re.findall(field, re.sub(r"\s+", " ", refused.content.decode()))) == fields
    assert console.post(f"{group}/telling", {"case": [str(case.pk)], "note": "", **fields}).status_code == 302


def test_a_page_costs_the_same_with_one_case_and_with_thirty(console: Client) -> None:
    make_case(0), make_case(1)
    pages = [f"/console/troubles/groups/{TroubleGroup.objects.get().pk}", "/console/troubles"]
    for page in pages:
        console.get(page)
    counted = []
    for numbers in (range(0), range(2, 31)):
        for number in numbers:
            make_case(number)
        with CaptureQueriesContext(connection) as asked:
            for page in pages:
                assert console.get(page).status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_cases_of_another_account_are_not_found(shop: Shop) -> None:
    case = make_case(1, "eBay DE")
    staff = make_staff(Role.MANAGER)
    with transaction.atomic():
        set_accounts(staff, [make_order(2).account_id])
    client = client_of(staff)
    for address in (f"/console/troubles/{case.pk}", f"/console/troubles/groups/{case.group_id}"):
        assert client.get(address).status_code == 404
    assert client.post(f"/console/troubles/{case.pk}/dismissal", {"why": "x"}).status_code == 404
    assert "4PX" not in text(client, "/console/troubles")
    assert "4PX" in text(client_of(make_staff(Role.OWNER)), "/console/troubles")


def test_codes_for_many_are_shown_before_and_given_by_whom_they_may_be(console: Client, shop: Shop) -> None:
    for number in range(2):
        sent(shop, f"LP{number}")
    look(shop, 8.5)
    cases = list(Trouble.objects.order_by("pk"))
    address = f"/console/troubles/groups/{cases[0].group_id}"
    page = console.get(address).content.decode()
    days = dict(re.findall(r'name="(days-\d+)" value="([^"]+)"', page))
    form = {
        "case": [str(case.pk) for case in cases],
        "note": "",
        "gives": "amount",
        "days": "30",
        "percent": "10",
        **days,
    }
    assert 'name="amount-EUR"' in page
    agent = client_of(make_staff(Role.AGENT))
    assert 'name="gives"' not in agent.get(address).content.decode()
    assert agent.post(f"{address}/telling", form | {"amount-EUR": "3"}).status_code == 403
    for wrong, words in (({"amount-EUR": ""}, "Please write the amount"), ({"amount-EUR": "9"}, "3.38 EUR at most")):
        refused = console.post(f"{address}/telling", form | wrong)
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
    looked = console.post(f"{address}/telling", form | {"amount-EUR": "3", "preview": "1"}).content.decode()
    assert (looked.count("········"), looked.count('value="3.00"')) == (1, 1)

    console.post(f"{address}/telling", form | {"amount-EUR": "3"})
    tell_wanted(utc_now())

    codes = set(DiscountCode.objects.values_list("code", flat=True))
    letters = list(Message.objects.filter(moment="order_trouble"))
    assert (len(codes), len(letters)) == (2, 2)
    assert all(len([code for code in codes if code in letter.text]) == 1 for letter in letters)
