"""The SMTP adapter against real servers over real sockets."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from tests.contracts.test_mail_port import MAIL
from tests.messaging.mail_server import WAIT, Running, free_port, hang_up, mail_server
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import Security, ServerAddress, WrongServerAddress, read_server_address
from tradewind.connectors.smtp.mapping import answer_as_error, dot_stuffed, envelope
from tradewind.connectors.smtp.probing import probe_server
from tradewind.connectors.smtp.wiring import ConfiguredTransport, wire
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.messaging import ports

CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"


@contextmanager
def sending_to(url: str, *, longest: float = 5, trust: ssl.SSLContext | None = None) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(read_server_address(url), own_name="shop.example", longest=longest, trust=trust)
    yield transport
    transport.close()


@pytest.fixture
def protected() -> ssl.SSLContext:
    """The server's side of a protected line."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@pytest.fixture
def trusting() -> ssl.SSLContext:
    """A client that knows the test's certificate."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def test_one_line_is_used_for_mail_after_mail() -> None:
    with mail_server() as running, sending_to(running.url) as transport:
        for number in range(3):
            transport.send(replace(MAIL, message_id=f"{number}@tingyu.example"))

        assert (len(running.script.received), running.script.connections) == (3, 1)


def test_a_line_that_nobody_uses_serves_the_next_thread() -> None:
    with mail_server() as running, sending_to(running.url) as transport:
        transport.send(MAIL)
        other = threading.Thread(target=transport.send, args=(MAIL,))
        other.start()
        other.join()

        assert (len(running.script.received), running.script.connections) == (2, 1)


def test_a_line_that_the_server_closed_meanwhile_is_opened_anew() -> None:
    with mail_server() as running, sending_to(running.url) as transport:
        transport.send(MAIL)
        session: Any = running.server.smtpd
        running.server.loop.call_soon_threadsafe(hang_up, session)
        transport.send(MAIL)

        assert (len(running.script.received), running.script.connections) == (2, 2)


def test_a_server_that_is_away_is_tried_again() -> None:
    with sending_to(f"smtp://127.0.0.1:{free_port()}") as transport, pytest.raises(TryAgain) as problem:
        transport.send(MAIL)

    assert type(problem.value) is TryAgain


def test_a_server_that_does_not_answer_the_mail_in_time_leaves_it_open_what_happened() -> None:
    with mail_server() as running, sending_to(running.url, longest=0.5) as transport:
        running.script.to_data.append(WAIT)

        with pytest.raises(OutcomeUnknown):
            transport.send(MAIL)


def test_a_server_that_greets_too_slowly_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with sending_to(f"smtp://127.0.0.1:{port}", longest=0.3) as transport, pytest.raises(TryAgain) as problem:
            transport.send(MAIL)

    assert type(problem.value) is TryAgain


@contextmanager
def talking(piece: bytes, pause: float) -> Iterator[int]:
    """A server whose greeting never ends; its port."""
    over = threading.Event()

    def talk(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = server.accept()
                with line, suppress(OSError):
                    while not over.is_set():
                        line.sendall(piece)
                        over.wait(pause)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=talk, args=(server,), daemon=True).start()
        yield server.getsockname()[1]
        over.set()


@pytest.mark.parametrize(("piece", "pause"), [(b"220-\0hello\r\n", 0.05), (b"x", 0.05), (b"220-hello\r\n" * 100, 0)])
def test_nobody_who_talks_without_an_end_keeps_us(piece: bytes, pause: float) -> None:
    begun = time.monotonic()
    with talking(piece, pause) as port:
        with sending_to(f"smtp://127.0.0.1:{port}", longest=0.5) as transport, pytest.raises(TryAgain):
            transport.send(MAIL)
        address = read_server_address(f"smtp://127.0.0.1:{port}")
        steps = probe_server(address, own_name="shop.example", proxy=None, longest=0.5)

    assert [step.is_good for step in steps] == [True, False]
    assert time.monotonic() - begun < 3


def test_what_a_server_says_is_kept_without_signs_that_no_database_takes() -> None:
    assert str(answer_as_error(450, b"no\0w\nthen")) == "450 no w then"


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_protected_line_carries_password_and_mail(
    scheme: str, protected: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with protected_server(scheme, protected) as running:
        url = f"{scheme}://greta:s3cret%2Fword@localhost:{running.port}"
        with sending_to(url, trust=trusting) as transport:
            transport.send(MAIL)

        assert (running.script.senders, running.script.logged_in) == (["hello@tingyu.example"], [True])


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_that_nobody_vouches_for_is_a_matter_for_a_person(scheme: str, protected: ssl.SSLContext) -> None:
    with protected_server(scheme, protected) as running:
        url = f"{scheme}://greta:s3cret%2Fword@localhost:{running.port}"
        with sending_to(url) as transport, pytest.raises(NeedsAttention) as problem:
            transport.send(MAIL)

        assert str(problem.value).startswith(f"The certificate of {scheme}://localhost:{running.port} is not accepted")
        assert running.script.senders == []


def test_a_wrong_password_is_a_matter_for_a_person(protected: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    with protected_server("smtps", protected) as running:
        url = f"smtps://greta:wrong@localhost:{running.port}"
        with sending_to(url, trust=trusting) as transport, pytest.raises(NeedsAttention) as problem:
            transport.send(MAIL)

    assert str(problem.value).endswith("refuses user or password: 535")
    assert "wrong" not in str(problem.value)


def test_a_server_without_protection_gets_neither_password_nor_mail() -> None:
    with mail_server() as running:
        url = f"smtp+starttls://greta:s3cret@127.0.0.1:{running.port}"
        with sending_to(url) as transport, pytest.raises(NeedsAttention):
            transport.send(MAIL)

        assert running.script.received == []


@contextmanager
def protected_server(scheme: str, context: ssl.SSLContext) -> Iterator[Running]:
    if scheme == "smtps":
        with mail_server(tls=context, takes_log_in=True) as running:
            yield running
    else:
        with mail_server(starttls=context, takes_log_in=True) as running:
            yield running


def test_lines_of_dots_arrive_as_they_were() -> None:
    text = ".\n..\n.hidden\nend.\n"
    with mail_server() as running, sending_to(running.url) as transport:
        transport.send(replace(MAIL, text=text))

        (mail,) = running.script.mails
        part = mail.get_body(("plain",))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n") == text


@pytest.mark.parametrize(
    ("content", "stuffed"),
    [(b".\r\n", b"..\r\n"), (b"a\r\n.b\r\n", b"a\r\n..b\r\n"), (b"a", b"a\r\n"), (b"a.\r\n", b"a.\r\n")],
)
def test_dots_at_the_beginning_of_a_line_are_doubled(content: bytes, stuffed: bytes) -> None:
    assert dot_stuffed(content) == stuffed


def test_a_name_with_commas_and_umlauts_is_one_sender() -> None:
    with mail_server() as running, sending_to(running.url) as transport:
        transport.send(replace(MAIL, sender='"Müller, Söhne & 汀屿" <hello@tingyu.example>'))

        (mail,) = running.script.mails
        assert [(one.display_name, one.addr_spec) for one in mail["From"].addresses] == [
            ("Müller, Söhne & 汀屿", "hello@tingyu.example")
        ]


def test_a_domain_with_umlauts_is_written_as_the_name_system_has_it() -> None:
    parcel = envelope(replace(MAIL, recipient="greta@müller.example"))

    assert (parcel.recipient, parcel.needs_utf8) == ("greta@xn--mller-kva.example", False)


def test_a_mailbox_with_umlauts_needs_a_server_that_can_write_to_it() -> None:
    mail = replace(MAIL, recipient="jürgen@example.com")
    with mail_server() as running, sending_to(running.url) as transport:
        transport.send(mail)
        assert [got["To"] for got in running.script.mails] == ["jürgen@example.com"]

    with (
        mail_server(accepts_utf8=False) as running,
        sending_to(running.url) as transport,
        pytest.raises(Refused) as problem,
    ):
        transport.send(mail)
    assert problem.value.code == "no-smtputf8"


@pytest.mark.parametrize("recipient", ["", "greta", "@example.com", "greta@", f"greta@{'a' * 64}.example"])
def test_what_is_no_address_is_refused(recipient: str) -> None:
    with pytest.raises(Refused) as problem:
        envelope(replace(MAIL, recipient=recipient))

    assert problem.value.code == "bad-address"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:2525", ServerAddress(Security.NONE, "127.0.0.1", 2525)),
        ("smtp://mail.internal", ServerAddress(Security.NONE, "mail.internal", 25)),
        ("smtps://a%40b:p%3Aw@mail.example", ServerAddress(Security.TLS, "mail.example", 465, "a@b", "p:w")),
        ("smtp+starttls://u:p@mail.example", ServerAddress(Security.STARTTLS, "mail.example", 587, "u", "p")),
        ("smtp://u:p@[::1]:25", ServerAddress(Security.NONE, "::1", 25, "u", "p")),
    ],
)
def test_a_servers_address_is_read(url: str, server: ServerAddress) -> None:
    assert read_server_address(url) == server


@pytest.mark.parametrize(
    "url", ["http://mail.example", "mail.example", "smtp://", "smtp://mail.example:notaport", "smtp://u:p@mail.example"]
)
def test_a_wrong_address_stops_the_start_and_keeps_the_password_to_itself(
    url: str, settings: Settings, empty_port: None
) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = url, "hello@tingyu.example"

    with pytest.raises(WrongServerAddress):
        read_server_address(url)
    with pytest.raises(ImproperlyConfigured) as problem:
        wire()
    assert ":p@" not in str(problem.value)


def test_an_address_shows_no_password() -> None:
    server = read_server_address("smtps://greta:s3cret@mail.example")

    assert (str(server), repr(server)) == ("smtps://mail.example:465",) * 2


@pytest.fixture
def empty_port() -> Iterator[None]:
    yield
    ports.fill(None)


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "sender"), [("", ""), ("smtp://127.0.0.1", ""), ("", "a@example.com")])
def test_without_server_or_sender_mail_waits_and_says_what_is_missing(
    settings: Settings, empty_port: None, url: str, sender: str
) -> None:
    settings.SMTP_URL, settings.MAIL_FROM = url, sender
    wire()

    with pytest.raises(NeedsAttention, match="Mail cannot leave: name a mail server in the console under Connections"):
        ports.transport().send(MAIL)


def test_where_nothing_is_wired_mail_waits(empty_port: None) -> None:
    ports.fill(None)

    with pytest.raises(NeedsAttention, match="no transport is wired"):
        ports.transport()


@pytest.mark.django_db(transaction=True)
def test_with_both_mail_goes_through_the_wired_server(settings: Settings, empty_port: None) -> None:
    with mail_server() as running:
        settings.SMTP_URL, settings.MAIL_FROM = running.url, "hello@tingyu.example"
        wire()
        transport = ports.transport()
        assert isinstance(transport, ConfiguredTransport)
        transport.send(MAIL)
        transport.close()

        assert len(running.script.received) == 1
