"""The demo's mail server, and the pages that show what it keeps."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.contracts.test_mail_port import MAIL
from tests.messaging.mail_server import free_port
from tradewind.connectors.mailbox.reading import NoSuchMail, newest_mails, read_mail
from tradewind.connectors.mailbox.server import keep, serve_mailbox
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.connectors.smtp.mapping import envelope

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.FOLDER = SimpleNamespace(mailbox=tmp_path / "mailbox")
    return tmp_path / "mailbox"


@pytest.fixture
def post(folder: Path) -> Iterator[SmtpTransport]:
    """A transport that sends to the demo's own server."""
    port = free_port()
    server = serve_mailbox(folder, "127.0.0.1", port)
    transport = SmtpTransport(read_server_address(f"smtp://127.0.0.1:{port}"), own_name="shop.example", longest=5)
    yield transport
    transport.close()
    server.stop()


def store(folder: Path, html: str) -> str:
    return keep(folder, envelope(replace(MAIL, html=html)).content, at=AT)


def test_mail_that_was_accepted_stands_in_the_folder(folder: Path, post: SmtpTransport) -> None:
    response = post.send(MAIL).response
    post.send(replace(MAIL, subject="second"))

    newest, oldest = newest_mails(folder)
    assert response == f"2.0.0 kept as {oldest.name}"
    assert (newest.subject, oldest.subject) == ("second", MAIL.subject)
    assert (oldest.recipient, oldest.text, oldest.html) == (MAIL.recipient, MAIL.text, MAIL.html)
    assert sorted(path.suffix for path in folder.iterdir()) == [".eml", ".eml"]


def test_an_unfinished_file_is_no_mail(folder: Path) -> None:
    store(folder, "<p>1</p>")
    (folder / "20261123T060000000000-00000000.part").write_bytes(b"Subject: half")

    assert len(newest_mails(folder)) == 1


@pytest.mark.parametrize(
    "name", ["../tradewind", "20261123T060000000000-0000000g", "20261123T060000000000-00000000", ""]
)
def test_only_names_that_the_server_gave_are_read(folder: Path, name: str) -> None:
    store(folder, "<p>1</p>")
    (folder.parent / "tradewind.eml").write_bytes(b"Subject: secret")

    with pytest.raises(NoSuchMail):
        read_mail(folder, name)


def test_the_pages_show_list_headers_and_text(folder: Path, client: Client) -> None:
    name = store(folder, "<p>Hello</p>")

    listing = client.get("/demo/mailbox/")
    mail = client.get(f"/demo/mailbox/{name}/")

    assert (listing.status_code, mail.status_code) == (200, 200)
    assert listing.content.decode().count(f'href="/demo/mailbox/{name}/"') == 1
    page = mail.content.decode()
    assert [page.count(words) for words in ("4711@tingyu.example", "Größe 38 · 尺码</h1>", "Text · 文字")] == [1, 1, 1]
    assert policy(mail["Content-Security-Policy"])["frame-src"] == "'self'"


def test_a_mails_html_can_do_nothing_but_be_looked_at(folder: Path, client: Client) -> None:
    html = "<p onclick='x()'>Hello<script>alert(1)</script></p>\n"
    name = store(folder, html)

    answer = client.get(f"/demo/mailbox/{name}/html")

    assert answer.content.decode() == html
    assert policy(answer["Content-Security-Policy"]) == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "'self' data:",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox",
    }


def test_an_unknown_mail_is_not_found(folder: Path, client: Client) -> None:
    assert client.get("/demo/mailbox/20261123T060000000000-00000000/").status_code == 404


@pytest.mark.parametrize("path", ["", "{name}/", "{name}/html"])
def test_a_real_shop_has_no_such_pages(folder: Path, client: Client, settings: Settings, path: str) -> None:
    name = store(folder, "<p>Hello</p>")
    settings.HAS_SIMULATOR = False

    assert client.get(f"/demo/mailbox/{path.format(name=name)}").status_code == 404


def policy(header: str) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in header.split(";") if part.strip()]
    return {name: value for name, _, value in parts}
