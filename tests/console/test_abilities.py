"""Every address of the console, asked by every role and by nobody."""

import re
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, include, path

from tests.console.making import client_of, make_staff
from tradewind.config import urls as site
from tradewind.console import urls
from tradewind.console.sessions import ConsoleSessionMiddleware
from tradewind.core.models.staff import Role
from tradewind.core.staff import ABILITIES, OPEN_TO_ALL

HUGE = 2**63 + 5
POSTED = {
    "order-file-upload",
    "event-file-upload",
    "product-shelf",
    "event-file-taking",
    "parcels-following",
    "order-file-decision",
    "order-file-leaving",
    "order-file-undo",
    "order-file-undo-decision",
    "order-file-undo-leaving",
    "file-layout-removal",
    "matching",
    "moment-markets",
    "moment-test",
    "language-letters",
    "word-review",
    "word-versions",
    "words-file",
    "colleague-languages",
    "address-question",
    "feedback-helped",
    "message-allowing",
    "account-making",
    "account-name",
    "account-closing",
    "account-opening",
    "own-password",
    "second-factor",
    "second-factor-confirmation",
    "second-factor-removal",
    "recovery-codes",
    "login-question",
    "login-passkey",
    "passkey-adding",
    "passkey-question",
    "passkey-name",
    "passkey-removal",
    "devices-removal",
    "device-removal",
    "factor-rule",
    "invitations",
    "invitation-removal",
    "viewing-end",
    "colleague-work",
    "colleague-leaving",
    "colleague-return",
    "colleague-password",
    "colleague-second-factor",
    "colleague-devices",
    "colleague-viewing",
    "warehouse-switching",
    "choice-merging",
    "choice-saving",
    "catalogue-export-large",
    "catalogue-import",
    "catalogue-run-decision",
    "catalogue-run-leaving",
    "key-making",
    "key-name",
    "key-revocation",
    "alert-robot-adding",
    "alert-letters-adding",
    "alert-saving",
    "alert-switching",
    "alert-removal",
    "alert-test",
    "alert-sending",
    "hook-making",
    "hook-saving",
    "hook-switching",
    "hook-secret",
    "hook-removal",
    "hook-test",
    "hook-sending",
    "code-end",
    "code-making",
    "logout",
    "language",
    "todo-completion",
    "order-cancellation",
    "order-dispatch",
    "order-papers",
    "papers-taking",
    "customs-papers",
    "order-customs",
    "order-erasure",
    "order-holds",
    "order-revision",
    "order-tracking",
    "order-arrival",
    "parcel-arrivals",
    "order-damage",
    "trouble-telling",
    "trouble-dismissal",
    "trouble-replacement",
    "trouble-refund",
    "trouble-group-telling",
    "parcel-papers",
    "packing-beginning",
    "packing-scan",
    "packing-count",
    "packing-tick",
    "packing-end",
    "packing-laying-aside",
    "order-checks",
    "order-photos",
    "order-parts",
    "product-packing",
    "order-copy",
    "quotation-saving",
    "quotation-copy",
    "quotation-link",
    "quotation-removal",
    "order-export",
    "order-view-keeping",
    "order-view-change",
    "order-view-removal",
    "order-view-place",
    "order-columns",
    "bulk-choosing",
    "bulk-tag",
    "bulk-beginning",
    "bulk-leaving",
    "bulk-undoing",
    "order-tags",
    "order-tag-removal",
    "order-notes",
    "order-note",
    "order-hold-release",
    "buyer-message-answer",
    "order-refunds",
    "refund-sending",
    "order-transfers",
    "product-prices",
    "product-stock",
    "product-publication",
    "product-withdrawal",
    "product-return",
    "product-successor",
    "product-address",
    "product-place",
    "media-description",
    "media-removal",
    "media-preparation",
    "market-opening",
    "market-presets",
    "market-words",
    "market-options",
    "market-methods",
    "market-options-adding",
    "market-methods-adding",
    "market-rule-end",
    "work-retry",
    "work-drop",
    "announcements",
    "announcement-changing",
    "announcement-end",
    "announcement-stopping",
    "announcement-telling",
    "page-text-writing",
    "shop-saving",
    "warehouse-saving",
    "connection-saving",
    "connection-before",
    "setting-saving",
    "setting-before",
}


# What stands in an address for a word, where any will not do.
WORDS = {
    "token": "never-made",
    "kind": "reactions",
    "name": "terms",
    "key": "new",
    "moment": "parcel_delivered",
    "sentence": "never-made",
    "language": "de",
}


def addresses(number: int = 1) -> Iterator[tuple[str, str, str]]:
    """(name, address with forged ids, ability) of every page and act."""
    for pattern in urls.urlpatterns:
        address = "/console/" + str(pattern.pattern)
        address = re.sub(r"<row:\w+>", str(number), address)
        address = re.sub(r"<(?:str|slug):(\w+)>", lambda part: WORDS[part[1]], address)
        yield str(pattern.name), address, pattern.callback.ability  # type: ignore[attr-defined]


GUARDED = [each for each in addresses() if each[2] != OPEN_TO_ALL]


def ask(client: Client, name: str, address: str) -> HttpResponse:
    return client.post(address) if name in POSTED else client.get(address)


def test_every_view_of_the_console_declares_an_ability() -> None:
    undeclared = [pattern.name for pattern in urls.urlpatterns if getattr(pattern.callback, "ability", None) is None]

    assert undeclared == []


def test_only_coming_in_and_going_out_are_open() -> None:
    assert [name for name, _, ability in addresses() if ability == OPEN_TO_ALL] == [
        "login",
        "logout",
        "login-code",
        "welcome",
        "login-question",
        "login-passkey",
        "viewing-end",
    ]


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secrets")


class Undeclared:
    urlpatterns: list[URLPattern] = [
        path("console/", include(([path("secrets", undeclared)], "console"))),
        *site.urlpatterns,
    ]  # type: ignore[list-item]


def test_a_view_without_an_ability_is_refused_when_it_is_asked(db: None) -> None:
    client = client_of(make_staff())

    with override_settings(ROOT_URLCONF=Undeclared), pytest.raises(ImproperlyConfigured, match="declares no ability"):
        client.get("/console/secrets")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_abilities_say_and_nothing_else(role: Role, db: None) -> None:
    client = client_of(make_staff(role))

    refused = {name for name, address, _ in GUARDED if ask(client, name, address).status_code == 403}

    assert refused == {name for name, _, ability in GUARDED if role not in ABILITIES[ability]}


def test_some_pages_are_closed_to_some_roles() -> None:
    """The walk above would pass for nothing if everybody could do everything."""
    closed = {ability for _, _, ability in GUARDED if ABILITIES[ability] != frozenset(Role)}

    assert {"work.decide", "products.price", "payments.confirm"} <= closed


@pytest.mark.parametrize(("name", "address"), [(name, address) for name, address, _ in GUARDED])
def test_who_is_not_logged_in_is_sent_to_the_log_in_page(name: str, address: str, db: None) -> None:
    response = ask(Client(), name, address)

    goes_to = f"?next={address.replace('/', '%2F')}" if name not in POSTED else ""
    assert (response.status_code, response["Location"]) == (302, f"/console/login{goes_to}")


@pytest.mark.parametrize("number", [0, 999, HUGE])
def test_forged_numbers_are_not_found(number: int, console: Client) -> None:
    with_numbers = [each for each in addresses(number) if each[1] not in {one[1] for one in addresses(number + 1)}]

    answers = {name: ask(console, name, address).status_code for name, address, _ in with_numbers}

    assert answers == {name: 404 for name, _, _ in with_numbers}
    assert len(answers) >= 13


def test_an_unknown_kind_of_work_is_not_found(console: Client) -> None:
    assert console.post("/console/work/secrets/1/retry").status_code == 404


def test_somebody_who_left_is_not_let_in_any_more(db: None) -> None:
    staff = make_staff()
    client = client_of(staff)
    staff.is_active = False
    staff.save()

    assert client.get("/console/")["Location"] == "/console/login?next=%2Fconsole%2F"


def test_the_refusal_says_in_words_what_to_do(db: None) -> None:
    response = client_of(make_staff(Role.WAREHOUSE)).get("/console/work")

    assert "ask an owner of the shop" in response.content.decode()


def test_a_missing_page_of_the_console_speaks_to_staff(console: Client) -> None:
    response = console.get("/console/nowhere")

    assert (response.status_code, "Nothing is here" in response.content.decode()) == (404, True)


def test_buyers_pages_never_touch_the_session() -> None:
    seen: list[bool] = []

    def storefront(request: HttpRequest) -> HttpResponse:
        seen.append(hasattr(request, "session") or hasattr(request, "user"))
        return HttpResponse()

    ConsoleSessionMiddleware(storefront)(RequestFactory().get("/de/de/"))

    assert seen == [False]


def test_pages_of_the_console_are_kept_by_no_cache(console: Client) -> None:
    assert console.get("/console/")["Cache-Control"] == "no-store"
