"""The mail server on its page: tried out over a real line before it is saved, used at once, and its password never shown."""

import html
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.console.making import client_of, make_staff
from tests.messaging.mail_server import mail_server
from tradewind.connectors.smtp import wiring
from tradewind.connectors.smtp.connection import SMTP, address_of
from tradewind.connectors.smtp.wiring import _line_of
from tradewind.core import panels
from tradewind.core.models import AuditEntry, SettingValue
from tradewind.core.models.staff import Role
from tradewind.core.panel_parts import WrongPart
from tradewind.core.work import NeedsAttention
from tradewind.messaging import ports
from tradewind.messaging.ports import OutgoingMail
from tradewind.messaging.senders import own_domain, sender

PAGE = "/console/connections/mail"
PASSWORD = "open sesame"


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(settings: Settings) -> Iterator[None]:
    settings.SMTP_URL, settings.MAIL_FROM = "", ""
    transport = wiring.ConfiguredTransport()
    ports.fill(transport)
    yield
    transport.close()
    ports.fill(None)


def fields(number: int, **changes: str) -> dict[str, str]:
    local = {"security": "smtp", "host": "127.0.0.1", "port": str(number)}
    return {**local, "sender": "Tingyu <hello@tingyu.example>", **changes}


def post(client: Client, data: dict[str, str], **more: str) -> tuple[int, str]:
    seen = re.findall('name="seen" value="([^"]*)"', client.get(PAGE).content.decode())
    answer = client.post(f"{PAGE}/saving", {"seen": seen[0], **data, **more})
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_it_is_tried_out_with_a_letter_to_oneself_and_nothing_is_stored(console: Client) -> None:
    with mail_server() as running:
        status, page = post(console, fields(running.port), test="letter")

        assert (status, "It works: a letter to owner@shop.example is on its way." in page) == (200, True)
        [letter] = running.script.received
        assert (b"owner@shop.example" in letter, running.script.senders) == (True, ["hello@tingyu.example"])
    assert not panels.is_set("mail")


BACK = {"comes_back": "plus", "comes_back_to": "hello@tingyu.example"}


@pytest.mark.django_db
def test_the_letter_to_oneself_tries_the_addresses_of_their_own(console: Client) -> None:
    with mail_server() as running:
        status, page = post(console, fields(running.port, **BACK), test="letter")

        [letter], [sender_of_envelope] = running.script.mails, running.script.senders
        assert (status, sender_of_envelope) == (200, letter["Reply-To"])
        assert str(sender_of_envelope).startswith("hello+b-")
        assert f"It comes back to {sender_of_envelope}. Answer it" in html.unescape(page)
        assert '<details class="group" open>' in page


@pytest.mark.django_db
def test_step_by_step_it_is_asked_whether_letters_may_come_back_there(console: Client) -> None:
    with mail_server() as running:
        well = post(console, fields(running.port, **BACK), test="steps")[1]
        running.script.to_sender.append("550 5.7.60 this sender is not yours")
        status, page = post(console, fields(running.port, **BACK), test="steps")
        without = post(console, fields(running.port), test="steps")[1]
        assert running.script.received == []
    assert "The server lets letters leave that come back to hello+b-" in well
    assert (status, "550 5.7.60 this sender is not yours. Allow other senders of your domain there" in page) == (
        422,
        True,
    )
    assert "come back to" not in without


@pytest.mark.django_db
def test_what_does_not_work_is_said_in_the_servers_words(console: Client) -> None:
    with mail_server() as running:
        running.script.to_recipient.append("550 5.1.1 who is that")
        status, page = post(console, fields(running.port), test="letter")
    assert (status, "550: 5.1.1 who is that" in page, 'value="127.0.0.1"' in page) == (422, True, True)

    status, page = post(console, fields(1), test="letter")
    assert (status, "cannot be reached" in page) == (422, True)


@pytest.mark.django_db
def test_once_saved_the_next_mail_leaves_through_it_and_a_change_holds_at_once(console: Client, now: datetime) -> None:
    with mail_server() as first, mail_server() as second:
        for number, running in enumerate((first, second)):
            assert post(console, fields(running.port))[0] == 302
            mail = OutgoingMail(
                f"{number}@tingyu.example", sender("de"), "a@example.com", "Hallo", "Text", "<p>Text</p>"
            )
            ports.transport().send(mail)

        assert (len(first.script.received), len(second.script.received)) == (1, 1)
    assert (sender("de"), own_domain()) == ("Tingyu <hello@tingyu.example>", "tingyu.example")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "part", "words"),
    [
        ({"host": "https://mail.example.com"}, "host", "Please name the server alone"),
        ({"port": "70000"}, "port", "A port is a number up to 65535."),
        ({"security": ""}, "security", "Please choose how the line is protected."),
        ({"sender": "Tingyu"}, "sender", "Please write an address"),
        ({"security": "smtps", "user": "shop"}, "password", "Please type the password that goes with the user."),
        ({"host": "mail.example.com", "user": "a", "password": "b"}, "security", "A password needs a protected line"),
        (
            {"host": "localhost", "user": "a", "password": "b", "proxy_way": "own", "proxy": "http://p.example:1"},
            "proxy_way",
            "Through a proxy a password needs a protected line",
        ),
        ({"proxy_way": "own", "proxy": "p.example"}, "proxy", "Please write http://, socks5:// or socks5h://"),
        ({"sender": "a@b.example\nBcc: c@d.example"}, "sender", "characters"),
        ({"sender": "hello@shop.example."}, "sender", "Please write an address"),
        ({"sender": "a..b@shop.example"}, "sender", "Please write an address"),
        ({"sender": "a b@shop.example"}, "sender", "Please write an address"),
        ({"sender": "hé@shop.example"}, "sender", "Please write an address"),
        ({"host": "smtp..example.com"}, "host", "Please name the server alone"),
        ({"host": f"{'a' * 64}.example.com"}, "host", "Please name the server alone"),
        ({"user": "shop", "password": "秘密："}, "password", "was an input method on?"),
        ({"comes_back": "maybe"}, "comes_back", "Please choose one of those that are offered."),
        ({"comes_back": "plus"}, "comes_back_to", "Please write one address with at most 35 signs"),
        ({"comes_back": "plus", "comes_back_to": "tingyu.example"}, "comes_back_to", "Please write one address"),
        ({"comes_back": "plus", "comes_back_to": f"{'a' * 36}@tingyu.example"}, "comes_back_to", "at most 35 signs"),
        ({"comes_back": "plus", "comes_back_to": "a+b@tingyu.example"}, "comes_back_to", "Please write one address"),
        ({"comes_back": "catch_all"}, "comes_back_to", "Please write a domain alone"),
        ({"comes_back": "catch_all", "comes_back_to": "a@b.example"}, "comes_back_to", "Please write a domain alone"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    console: Client, changes: dict[str, str], part: str, words: str
) -> None:
    status, page = post(console, fields(25, **changes))

    assert (status, f'id="{part}-problem"' in page, words in page) == (422, True, True)
    assert not panels.is_set("mail")


@pytest.mark.django_db
def test_the_password_is_never_shown_again_and_goes_to_no_other_server(console: Client) -> None:
    mine = fields(465, security="smtps", host="mail.example.com", user="shop", password=PASSWORD)
    assert post(console, mine)[0] == 302

    page = console.get(PAGE).content.decode()
    audit = console.get("/console/audit").content.decode()
    assert (PASSWORD in page, "set; left empty, it stays" in page, PASSWORD in audit) == (False, True, False)
    elsewhere = {**mine, "host": "mail.evil.example", "password": ""}
    status, page = post(console, elsewhere, test="letter")
    assert (status, "Please type the password that goes with the user." in page) == (422, True)


@pytest.mark.django_db
def test_as_it_was_before_fills_the_form_and_stores_nothing(console: Client) -> None:
    post(console, fields(25))
    post(console, fields(26))
    entry = AuditEntry.objects.filter(action="connection.changed").latest("pk")

    page = console.post(f"{PAGE}/before/{entry.pk}").content.decode()

    assert ('value="25"' in page, "This is how it stood before." in page) == (True, True)
    assert panels.read("mail")["port"] == "26"


@pytest.mark.django_db
def test_two_who_change_it_at_once_do_not_overwrite_each_other(console: Client) -> None:
    seen = re.findall('name="seen" value="([^"]*)"', console.get(PAGE).content.decode())[0]
    post(console, fields(25))

    answer = console.post(f"{PAGE}/saving", {"seen": seen, **fields(26)})

    assert answer.status_code == 409
    assert "Saved meanwhile:" in answer.content.decode()
    assert panels.read("mail")["port"] == "25"


@pytest.mark.django_db
def test_what_the_environment_names_is_shown_and_tried_but_not_changed(console: Client, settings: Settings) -> None:
    with mail_server() as running:
        settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{running.port}", "hello@env.example"

        page = console.get(PAGE).content.decode()
        answer = console.post(f"{PAGE}/saving", {"test": "letter"})

        assert ("Set by the environment" in page, 'value="hello@env.example" disabled' in page) == (True, True)
        assert (answer.status_code, running.script.senders) == (200, ["hello@env.example"])
    assert "Set by the environment" in console.get("/console/connections").content.decode()


@pytest.mark.django_db
def test_a_server_of_the_environment_may_be_an_ipv6_address(settings: Settings) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://[::1]:2525", "hello@env.example"

    assert str(address_of(panels.read("mail"))) == "smtp://::1:2525"


@pytest.mark.django_db
def test_managers_look_and_owners_change(settings: Settings) -> None:
    manager = client_of(make_staff(Role.MANAGER))

    assert "Not set up" in manager.get("/console/connections").content.decode()
    assert '<fieldset class="stack" disabled>' in " ".join(manager.get(PAGE).content.decode().split())
    assert manager.post(f"{PAGE}/saving", fields(25)).status_code == 403
    assert client_of(make_staff(Role.AGENT)).get(PAGE).status_code == 403


@pytest.mark.django_db
def test_the_environments_password_goes_through_no_proxy_in_the_clear(settings: Settings, now: datetime) -> None:
    own = {"proxy_way": "own", "proxy": "http://far.example:3128"}
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://me:s3cret@localhost:25", "hello@shop.example"

    with pytest.raises(WrongPart) as wrong:
        panels.change(SMTP, own, seen=panels.stored(SMTP).digest, by="test", at=now)
    SettingValue.objects.create(key=SMTP.kind, value={"values": own}, changed_at=now)  # as it could be saved before
    with pytest.raises(NeedsAttention, match="in the clear"):
        _line_of(panels.read(SMTP.key))

    assert wrong.value.part == "proxy_way"
    settings.SMTP_URL = "smtps://me:s3cret@localhost:465"
    assert str(_line_of(panels.read(SMTP.key))[1]) == "http://far.example:3128"
