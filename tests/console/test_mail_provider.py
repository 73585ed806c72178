"""The mail provider on its page: chosen there, its secrets never shown, and the mail server missed by nobody while it is used."""

import html
import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.connectors.mail_providers import HOOK_PASSWORD, KEY
from tradewind.core import panels
from tradewind.core.models import AuditEntry, SettingValue
from tradewind.messaging.senders import own_domain
from tradewind.messaging.ways_out import PROVIDER, has_way_out, way_out

pytestmark = pytest.mark.django_db
PAGE = "/console/connections/mail_provider"
TYPED = {"provider": "postmark", "key": KEY, "hook_password": HOOK_PASSWORD, "sender": "Tingyu <hello@tingyu.example>"}


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "", ""


def save(console: Client, data: dict[str, str]) -> tuple[int, str]:
    seen = re.findall('name="seen" value="([^"]*)"', console.get(PAGE).content.decode())
    answer = console.post(f"{PAGE}/saving", {"seen": seen[0], **data})
    return answer.status_code, html.unescape(answer.content.decode())


def test_once_chosen_letters_leave_through_it_until_it_is_emptied(console: Client) -> None:
    assert (way_out(), has_way_out()) == ("mail", False)
    assert "Not set up" in console.get("/console/connections").content.decode()

    assert save(console, TYPED)[0] == 302
    assert (way_out(), has_way_out(), own_domain()) == (PROVIDER, True, "tingyu.example")
    listing = console.get("/console/connections").content.decode()
    assert "Not set up" not in listing

    kept = str(SettingValue.objects.get(key="connection.mail_provider").value)
    shown = console.get(PAGE).content.decode() + str(AuditEntry.objects.values_list("after", flat=True))
    assert not any(secret in text for secret in (KEY, HOOK_PASSWORD) for text in (kept, shown))

    assert save(console, dict.fromkeys(TYPED, ""))[0] == 302
    assert (way_out(), has_way_out()) == ("mail", False)


def test_its_secrets_are_typed_anew_for_another_provider(console: Client) -> None:
    save(console, TYPED)
    status, page = save(console, TYPED | {"provider": "brevo", "key": "", "hook_password": ""})
    assert (status, "Please type the key that the provider has made for you." in page) == (422, True)
    assert panels.read(PROVIDER)["provider"] == "postmark"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": ""}, "Please type the key that the provider has made for you."),
        ({"hook_password": "short"}, "Please think of at least 16 letters and digits"),
        (
            {"hook_password": "密码密码密码密码密码密码密码密码"},
            "A key consists of Latin letters, digits and signs alone.",
        ),
        ({"provider": "pigeon"}, "Please choose one of those that are offered."),
        ({"sender": "nobody"}, "Please write an address"),
        ({"proxy_way": "own"}, "Please write http://, socks5:// or socks5h://"),
    ],
)
def test_what_cannot_work_is_not_saved(console: Client, changes: dict[str, str], words: str) -> None:
    status, page = save(console, TYPED | changes)
    assert (status, words in page, panels.is_set(PROVIDER)) == (422, True, False)
