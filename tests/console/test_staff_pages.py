"""Inviting, changing, letting go; and looking at the console as a colleague does."""

import re

import pytest
from django.db import transaction
from django.test import Client

from tests.console.making import AT, PASSWORD, client_of, make_order, make_staff
from tradewind.core.models import AuditEntry, Invitation, Staff
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.core.staffing import set_accounts
from tradewind.messaging.models import Message

NEW_PASSWORD = "nine slow barges"


def invite(console: Client, **fields: object) -> tuple[int, str]:
    """The status, and the link that is shown once."""
    values = {"email": "mei@shop.example", "role": "agent", "language": "en", "reach": "all"} | fields
    response = console.post("/console/staff/invitations", values)
    found = re.search(r'value="(https?://[^"]+/console/welcome/[^"]+)"', response.content.decode())
    return response.status_code, found[1].partition("/console/")[2] if found else response.content.decode()


def come_in(link: str, **fields: str) -> tuple[Client, int]:
    client = Client()
    values = {"name": "Mei Lin", "password": NEW_PASSWORD, "again": NEW_PASSWORD} | fields
    return client, client.post(f"/console/{link}", values).status_code


def test_an_invited_colleague_chooses_a_password_and_is_in(console: Client, owner: Staff) -> None:
    status, link = invite(console)
    letter = Message.objects.get()
    assert (status, letter.recipient, letter.moment) == (200, "mei@shop.example", "staff_welcome")
    assert link in letter.text
    assert link.rpartition("/")[2] not in letter.shown

    page = Client().get(f"/console/{link}").content.decode()
    client, came = come_in(link)

    assert "mei@shop.example" in page
    assert (came, client.get("/console/").status_code) == (302, 200)
    mei = Staff.objects.get(email="mei@shop.example")
    assert (mei.name, mei.role, mei.language, mei.reach) == ("Mei Lin", Role.AGENT, "en", EVERYWHERE)
    assert Client().get(f"/console/{link}").status_code == 410
    assert come_in(link)[1] == 410
    assert Staff.objects.count() == 2


def test_the_invitation_says_for_which_accounts(console: Client, db: None) -> None:
    ebay = make_order(1, account="eBay DE").account

    _, link = invite(console, reach="some", account=[str(ebay.pk)])
    come_in(link)

    assert Staff.objects.get(email="mei@shop.example").reach.account_ids == frozenset({ebay.pk})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "mei"}, "one whole e-mail address"),
        ({"email": "owner@shop.example"}, "has this address already"),
        ({"role": "king"}, "what they will do"),
        ({"reach": "some"}, "tick at least one account"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_beside_its_field(
    fields: dict[str, str], words: str, console: Client
) -> None:
    status, page = invite(console, **fields)

    assert status == 422
    assert words in page
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "short", "again": "short"}, "ten characters or more"),
        ({"password": "password123", "again": "password123"}, "ten characters or more"),
        ({"again": "another one altogether"}, "not alike"),
        ({"name": " "}, "your name"),
    ],
)
def test_who_comes_in_is_told_what_is_wrong_and_keeps_the_link(
    fields: dict[str, str], words: str, console: Client
) -> None:
    _, link = invite(console)

    response = Client().post(
        f"/console/{link}", {"name": "Mei", "password": NEW_PASSWORD, "again": NEW_PASSWORD} | fields
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert come_in(link)[1] == 302


def test_a_later_invitation_and_taking_back_shut_the_link(console: Client) -> None:
    _, first = invite(console)
    _, second = invite(console)
    assert come_in(first)[1] == 410

    console.post(f"/console/staff/invitations/{Invitation.objects.latest('pk').pk}/removal")

    assert come_in(second)[1] == 410
    assert Staff.objects.count() == 1


def test_only_an_owner_invites(db: None) -> None:
    assert invite(client_of(make_staff(Role.MANAGER)))[0] == 403


def test_another_role_and_other_accounts_hold_from_the_next_click_on(console: Client) -> None:
    agent = make_staff(Role.AGENT)
    ebay = make_order(1, account="eBay DE").account
    browser = client_of(agent)
    assert browser.get("/console/messages").status_code == 200

    answer = console.post(
        f"/console/staff/{agent.pk}/work", {"role": "warehouse", "reach": "some", "account": [str(ebay.pk)]}
    )

    assert answer.status_code == 302
    assert browser.get("/console/messages").status_code == 403
    entry = AuditEntry.objects.get(action="staff.work_changed")
    assert (entry.before, entry.after) == (
        {"role": "agent", "accounts": None},
        {"role": "warehouse", "accounts": ["eBay DE"]},
    )


def test_nobody_decides_on_their_own_role_or_leaving(console: Client, owner: Staff) -> None:
    make_second_owner()

    changed = console.post(f"/console/staff/{owner.pk}/work", {"role": "agent", "reach": "all"})
    left = console.post(f"/console/staff/{owner.pk}/leaving")

    assert (changed.status_code, left.status_code) == (422, 422)
    assert "Another owner decides" in changed.content.decode()
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)


def make_second_owner() -> Staff:
    return Staff.objects.create(email="second@shop.example", name="Two", role=Role.OWNER, language="en", created_at=AT)


def test_who_leaves_is_out_at_once_and_may_come_back(console: Client) -> None:
    agent = make_staff(Role.AGENT, password=PASSWORD)
    browser = Client()
    browser.post("/console/login", {"email": agent.email, "password": PASSWORD})
    assert browser.get("/console/").status_code == 200

    console.post(f"/console/staff/{agent.pk}/leaving")

    assert browser.get("/console/").status_code == 302
    assert Client().post("/console/login", {"email": agent.email, "password": PASSWORD}).status_code == 422
    console.post(f"/console/staff/{agent.pk}/return")
    assert Client().post("/console/login", {"email": agent.email, "password": PASSWORD}).status_code == 302


def test_a_link_to_a_new_password_logs_out_the_browsers_of_the_old_one(console: Client) -> None:
    agent = make_staff(Role.AGENT, password=PASSWORD)
    old = Client()
    old.post("/console/login", {"email": agent.email, "password": PASSWORD})
    page = console.post(f"/console/staff/{agent.pk}/password").content.decode()
    found = re.search(r"/console/(welcome/[\w-]+)", page)
    assert found is not None

    client, came = come_in(found[1])

    assert (came, client.get("/console/").status_code) == (302, 200)
    assert old.get("/console/").status_code == 302
    assert Staff.objects.get(pk=agent.pk).name == agent.name


def test_an_owner_sees_what_a_colleague_sees_and_changes_nothing(console: Client, owner: Staff) -> None:
    agent = make_staff(Role.WAREHOUSE)
    order = make_order(1)

    console.post(f"/console/staff/{agent.pk}/viewing")

    seen = console.get(f"/console/orders/{order.pk}").content.decode()
    assert "You see the console as Ms Warehouse does" in seen
    assert console.get("/console/messages").status_code == 403
    refused = console.post(f"/console/orders/{order.pk}/dispatch")
    assert (refused.status_code, "only looking" in refused.content.decode()) == (403, True)
    assert AuditEntry.objects.get(action="staff.viewed_as").actor == f"staff:{owner.pk}"
    assert console.post("/console/staff/viewing/end").status_code == 302
    assert console.get("/console/messages").status_code == 200


def test_only_an_owner_looks_at_the_console_of_others(console: Client, owner: Staff) -> None:
    agent = make_staff(Role.AGENT)
    console.post(f"/console/staff/{agent.pk}/viewing")
    owner.role = Role.MANAGER
    owner.save()

    assert "You see the console as" not in console.get("/console/").content.decode()


def test_the_list_names_everybody_with_role_and_accounts(console: Client) -> None:
    agent = make_staff(Role.AGENT)
    with transaction.atomic():
        set_accounts(agent, [make_order(1, account="eBay DE").account_id])

    page = console.get("/console/staff").content.decode()

    row = page.split("Ms Agent")[1].split("</tr>")[0]
    assert "Customer service" in row
    assert "eBay DE" in row
    assert "eBay DE" not in page.split("Ms Owner")[1].split("</tr>")[0]
