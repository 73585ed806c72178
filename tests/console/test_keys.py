"""Keys of programs: made, shown once, named, ended; never more than whoever made them may do."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from tests.console.making import client_of, make_order, make_staff
from tradewind.console.keys.wording import _SCOPES
from tradewind.core.models import ApiToken, AuditEntry, Staff
from tradewind.core.models.staff import Role
from tradewind.core.program_keys import KeyState, make_key, state_of
from tradewind.core.program_keys import WantedKey as Wanted
from tradewind.core.staff import SCOPES, create_token
from tradewind.core.staffing import change_work, let_go, set_accounts, take_back_in

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ASKED = {"name": "stock program", "scope": ["orders:read", "stock:read"], "until": "2026-12-31"}


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with travel(NOW, tick=False):
        yield


def make(client: Client, **fields: object) -> tuple[int, str]:
    """The status, and the page that one is led to, or that says what is wrong."""
    answer = client.post("/console/keys/making", ASKED | fields)
    page = client.get(answer["Location"]) if answer.status_code == 302 else answer
    return answer.status_code, page.content.decode()


def secret_in(page: str) -> str:
    found = re.search(r"data-copied>(tw_[\w-]+)<", page)
    return found[1] if found else ""


def opens(secret: str, address: str = "/api/v1/orders") -> int:
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"}).status_code


def of_account(role: Role, account: str) -> Staff:
    staff, order = make_staff(role), make_order(1, account=account)
    with transaction.atomic():
        set_accounts(staff, [order.account_id])
    return staff


def test_a_key_is_shown_once_and_opens_until_its_last_day_is_over(console: Client, owner: Staff) -> None:
    status, page = make(console)

    key = ApiToken.objects.get()
    secret = secret_in(page)
    assert (status, opens(secret), opens(secret, "/api/v1/products")) == (302, 200, 403)
    assert secret_in(console.get(f"/console/keys/{key.pk}").content.decode()) == ""
    assert secret not in str(dict(console.session))
    assert (key.created_by, key.expires_at) == (owner, datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    row = console.get("/console/keys").content.decode().split("stock program")[1].split("</tr>")[0]
    assert "Read orders, with names and addresses of buyers · Read stock" in row
    assert ("Ms Owner" in row, "Works" in row) == (True, True)


def test_a_second_click_makes_no_second_key(console: Client) -> None:
    answers = [console.post("/console/keys/making", ASKED)["Location"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert ApiToken.objects.count() == 1
    assert secret_in(console.get(answers[1]).content.decode()) != ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"scope": []}, "tick at least one thing"),
        ({"scope": ["orders:read", "everything"]}, "tick at least one thing"),
        ({"until": "2026-11-22"}, "Please choose a day to come."),
        ({"until": "soon"}, "Please write the day like"),
        ({"account": ["999"]}, "Please choose from these accounts."),
        ({"per_minute": "0"}, "above zero"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(
    fields: dict[str, object], words: str, console: Client
) -> None:
    make_order(1, account="eBay DE")

    status, page = make(console, **fields)

    assert (status, ApiToken.objects.count()) == (422, 0)
    assert words in page
    kept = ASKED | fields
    assert [scope for scope in SCOPES if re.search(f'value="{scope}" checked', page)] == [
        scope for scope in kept["scope"] if scope in SCOPES
    ]
    assert f'value="{kept["name"]}"' in page


def test_a_name_is_taken_until_its_key_is_over(console: Client) -> None:
    make(console)

    status, page = make(console, scope=["products:read"], name="Stock Program")
    assert (status, "Another key has this name" in page) == (422, True)
    console.post(f"/console/keys/{ApiToken.objects.get().pk}/revocation", {"reason": "replaced"})

    assert make(console, scope=["products:read"])[0] == 302


def test_a_revoked_key_opens_nothing_and_the_reason_is_on_record(console: Client) -> None:
    secret = secret_in(make(console)[1])
    key = ApiToken.objects.get()
    without = console.post(f"/console/keys/{key.pk}/revocation", {"reason": " "})
    assert (without.status_code, opens(secret)) == (422, 200)

    answers = [console.post(f"/console/keys/{key.pk}/revocation", {"reason": why})["Location"] for why in ("lost", "x")]

    assert opens(secret) == 401
    assert [address.rpartition("=")[2] for address in answers] == ["key-revoked", "gone"]
    assert [entry.after for entry in AuditEntry.objects.filter(action="token.revoked")] == [{"reason": "lost"}]
    assert "lost" in console.get(f"/console/keys/{key.pk}").content.decode()


def test_another_name_leaves_what_it_opens(console: Client) -> None:
    secret = secret_in(make(console)[1])

    console.post(f"/console/keys/{ApiToken.objects.get().pk}/name", {"name": "books"})

    assert (ApiToken.objects.get().name, opens(secret)) == ("books", 200)
    entry = AuditEntry.objects.get(action="token.renamed")
    assert (entry.before, entry.after) == ({"name": "stock program"}, {"name": "books"})


def test_who_works_for_some_accounts_gives_keys_no_more_and_finds_no_others(console: Client, owner: Staff) -> None:
    manager = of_account(Role.MANAGER, "eBay DE")
    other = make_order(2, account="Amazon US")
    make_key(Wanted("of all", ["orders:read"]), by=owner, at=NOW)
    make_key(Wanted("of ebay", ["orders:read"], sorted(manager.reach.account_ids or ())), by=owner, at=NOW)
    browser = client_of(manager)

    status, page = make(browser, account=[str(other.account_id)])
    assert (status, "Please choose from these accounts." in page) == (422, True)
    secret = secret_in(make(browser, name="mine")[1])
    told = Client().get("/api/v1/orders", headers={"Authorization": f"Bearer {secret}"}).json()["orders"]
    listed = browser.get("/console/keys").content.decode()

    assert [row["ref"] for row in told] == ["TW-TEST000001"]
    assert [name for name in ("of all", "of ebay", ">mine<") if name in listed] == ["of ebay", ">mine<"]
    hidden = ApiToken.objects.get(name="of all").pk
    assert browser.get(f"/console/keys/{hidden}").status_code == 404
    assert browser.post(f"/console/keys/{hidden}/revocation", {"reason": "x"}).status_code == 404
    assert ">of all<" in console.get("/console/keys").content.decode()


def test_what_its_maker_loses_the_key_loses_too_and_a_page_says_so(console: Client, owner: Staff) -> None:
    manager = make_staff(Role.MANAGER)
    ebay = make_order(1, account="eBay DE").account_id
    key, secret = create_token(name="erp", scopes=["orders:read", "stock:write"], by=manager, at=NOW)

    def seen() -> tuple[int, KeyState]:
        return opens(secret), state_of(ApiToken.objects.select_related("created_by").get(pk=key.pk), at=NOW)

    assert seen() == (200, KeyState.WORKS)
    change_work(manager.pk, role=Role.ANALYST, account_ids=[ebay], by=owner, at=NOW)
    assert seen() == (200, KeyState.LESS)
    assert "so neither may the key: Correct stock" in console.get(f"/console/keys/{key.pk}").content.decode()
    change_work(manager.pk, role=Role.CONTENT, account_ids=None, by=owner, at=NOW)
    assert seen() == (403, KeyState.LESS)
    let_go(manager.pk, by=owner, at=NOW)
    assert seen() == (401, KeyState.ASLEEP)
    assert "opens nothing while Ms Manager is gone" in console.get(f"/console/keys/{key.pk}").content.decode()
    take_back_in(manager.pk, by=owner, at=NOW)
    change_work(manager.pk, role=Role.MANAGER, account_ids=None, by=owner, at=NOW)
    assert seen() == (200, KeyState.WORKS)


def test_the_list_asks_as_often_for_thirty_as_for_one(
    console: Client, owner: Staff, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    makers = [owner, of_account(Role.MANAGER, "eBay DE")]
    create_token(name="one", scopes=["orders:read"], by=makers[1], at=NOW)
    with django_assert_max_num_queries(100) as of_one:
        console.get("/console/keys")
    for number in range(30):
        create_token(name=str(number), scopes=["orders:read", "stock:read"], by=makers[number % 2], at=NOW)

    with django_assert_max_num_queries(len(of_one)):
        console.get("/console/keys")


def test_every_scope_has_words() -> None:
    assert set(_SCOPES) == set(SCOPES)


def test_a_second_click_that_names_the_accounts_in_another_order_makes_no_second_key(console: Client) -> None:
    one, two = make_order(1, account="eBay").account_id, make_order(2, account="Amazon").account_id

    answers = [make(console, account=accounts)[0] for accounts in ([one, two], [two, one, two])]

    assert (answers, [key.account_ids for key in ApiToken.objects.all()]) == ([302, 302], [sorted([one, two])])
