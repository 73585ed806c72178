"""Parcels that nobody says were collected, and missing numbers, on Today and on their pages: what helps is there, for who may do it."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from tests.console.making import client_of, make_order, make_staff
from tests.shipping.test_ours_to_do import sent_by, todos, waiting
from tests.shipping.troubled import look
from tests.shop import Shop, open_shop
from tradewind.console.troubles.wording import cause_words
from tradewind.core.models.staff import Role
from tradewind.core.staffing import set_accounts
from tradewind.lib.clock import utc_now
from tradewind.promises.models import Promise
from tradewind.shipping.models import Parcel, Trouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop(utc_now() - timedelta(days=4))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def form_in(page: str, action: str) -> dict[str, str]:
    [form] = re.findall(rf'<form method="post" action="{action}"[^>]*>(.*?)</form>', page)
    return dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form))


def test_from_today_to_the_carrier_that_has_collected_it(shop: Shop) -> None:
    packer = client_of(make_staff(Role.WAREHOUSE))
    parcel = waiting(shop)
    look(shop, 3)
    case = f"/console/troubles/{Trouble.objects.get().pk}"

    today = text(packer, "/console/")
    page = text(packer, case)

    assert (
        "Waits too long for its carrier (YunExpress · Germany). Say that it was collected, or ask the carrier." in today
    )
    assert (f'href="{case}"' in today, "Say that the carrier has it, or ask when it comes" in page) == (True, True)
    answer = packer.post("/console/warehouse/waiting", form_in(page, "/console/warehouse/waiting"))
    assert (answer.status_code, Parcel.objects.get(pk=parcel.pk).is_waiting) == (302, False)
    assert "Waits too long" not in text(packer, "/console/")


def test_from_today_to_the_number_that_was_missing(shop: Shop) -> None:
    packer = client_of(make_staff(Role.WAREHOUSE))
    parcel = sent_by(shop)
    look(shop, 3)
    case = f"/console/troubles/{Trouble.objects.get().pk}"
    address = f"/console/orders/{parcel.order_id}/tracking"

    today, page = text(packer, "/console/"), text(packer, case)

    assert "No tracking number yet (Germany). Enter the number." in today
    assert f'href="{case}"' in today
    assert f'href="/console/orders/{parcel.order_id}#parcel-{parcel.pk}"' in page
    # Nobody is written to, and nothing says that somebody could not be.
    assert ("The letter" in page, "We cannot write to this buyer" in page) == (False, False)
    typed = form_in(page, address) | {"carrier": "YunExpress", "number": "YT1"}
    assert packer.post(address, typed).status_code == 302
    assert Parcel.objects.get(pk=parcel.pk).tracking_number == "YT1"
    assert "No tracking number yet" not in text(packer, "/console/")


def test_many_of_them_are_one_row_and_their_list_leads_on(shop: Shop) -> None:
    packer = client_of(make_staff(Role.WAREHOUSE))
    gone, _, here, _ = sent_by(shop), sent_by(shop), waiting(shop), waiting(shop, "LP2")
    look(shop, 3)
    of_number, of_carrier = (
        f"/console/troubles/groups/{Trouble.objects.filter(cause=cause)[0].group_id}"
        for cause in ("unnumbered", "uncollected")
    )

    today, numbers, collected = (text(packer, address) for address in ("/console/", of_number, of_carrier))

    assert "No tracking number yet (Germany): 2 parcels. Enter their numbers." in today
    assert "(YunExpress · Germany): 2 parcels. Tick those that were collected, or ask the carrier." in today
    assert f'<a href="/console/orders/{gone.order_id}#parcel-{gone.pk}">Enter the number</a>' in numbers
    assert ("Write to" in numbers, 'type="checkbox" name="case"' in numbers) == (False, False)
    assert 'href="/console/warehouse/waiting?carrier=YunExpress"' in collected
    assert f'value="{here.pk}"' in text(packer, "/console/warehouse/waiting?carrier=YunExpress")


def test_a_late_arrival_stands_beside_a_number_that_is_missing(shop: Shop) -> None:
    parcel = sent_by(shop)
    look(shop, 3)
    Promise.objects.filter(subject_id=parcel.order_id, kind="delivery").update(due_at=utc_now() + timedelta(hours=5))
    # Somebody would tell us: of what nobody follows nobody looks for news.
    Parcel.objects.filter(pk=parcel.pk).update(last_at=utc_now())

    today = text(client_of(make_staff(Role.OWNER)), "/console/")

    assert "Look where the parcel is, and tell the buyer when it comes." in today
    assert "No tracking number yet (Germany). Enter the number." in today


def test_they_speak_the_language_of_who_reads_them(shop: Shop) -> None:
    packer = client_of(make_staff(Role.WAREHOUSE, language="zh-hans"))
    sent_by(shop)
    waiting(shop)
    look(shop, 3)

    today = text(packer, "/console/")

    assert "尚无物流单号（德国）。请填写单号。" in today
    assert "等待揽收过久（YunExpress · 德国）。请登记已揽收，或询问承运商。" in today
    assert [cause_words(cause, "de") for cause in ("unnumbered", "uncollected")] == [
        "Noch keine Sendungsnummer",
        "Wartet zu lange auf die Abholung",
    ]


def test_they_are_seen_by_those_of_their_account_and_done_by_those_who_send(shop: Shop) -> None:
    parcel = sent_by(shop)
    waiting(shop)
    look(shop, 3)
    stranger = make_staff(Role.WAREHOUSE)
    with transaction.atomic():
        set_accounts(stranger, [make_order(77, account="Amazon US").account_id])
    far, near = client_of(stranger), client_of(make_staff(Role.AGENT))
    pages = [f"/console/troubles/{pk}" for pk in Trouble.objects.order_by("pk").values_list("pk", flat=True)]

    assert [word in text(far, "/console/") for word in ("No tracking number", "Waits too long")] == [False, False]
    assert [far.get(page).status_code for page in pages] == [404, 404]
    assert [near.get(page).status_code for page in pages] == [200, 200]
    assert [f'action="/console/orders/{parcel.order_id}/tracking"' in text(near, page) for page in pages] == [False] * 2
    assert ["The carrier has collected it" in text(near, page) for page in pages] == [False, False]
    assert todos() == ["open", "open"]
