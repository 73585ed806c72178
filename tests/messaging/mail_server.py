"""A real mail server for tests, over real sockets, that can be told how to misbehave."""

# ruff: noqa: ARG002, N802  # aiosmtpd's names and arguments

import asyncio
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 2.0.0 queued as 4711"
# Instead of an answer: keep the mail, or forget the recipient, and hang up.
HANG_UP = "hang up"
# Keep the mail and answer only after `go_on` was set.
WAIT = "wait"


@dataclass
class Script:
    """What the server answers, in turn; afterwards it accepts everything. And what it got."""

    to_sender: deque[str] = field(default_factory=deque)
    to_recipient: deque[str] = field(default_factory=deque)
    to_data: deque[str] = field(default_factory=deque)
    received: list[bytes] = field(default_factory=list)
    senders: list[str | None] = field(default_factory=list)
    logged_in: list[bool] = field(default_factory=list)
    connections: int = 0
    sessions: list[SMTP] = field(default_factory=list)
    got_mail: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.received]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        self.sessions.append(server)
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_sender.popleft() if self.to_sender else OK
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipient.popleft() if self.to_recipient else OK
        if answer == HANG_UP:
            hang_up(server)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.to_data.popleft() if self.to_data else OK
        if answer in {OK, HANG_UP, WAIT}:
            assert isinstance(envelope.content, bytes)
            self.received.append(envelope.content)
            self.senders.append(envelope.mail_from)
            self.logged_in.append(bool(session.authenticated))
            self.got_mail.set()
        if answer == HANG_UP:
            hang_up(server)
        if answer == WAIT:
            await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait, 30)
            return OK
        return answer


@dataclass
class Running:
    script: Script
    host: str
    port: int
    server: Controller

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"


def hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_greta(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data == LoginPassword(b"greta", b"s3cret/word"), handled=False)


@contextmanager
def mail_server(
    script: Script | None = None,
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    takes_log_in: bool = False,
    accepts_utf8: bool = True,
) -> Iterator[Running]:
    """The server runs in a thread of its own until the block ends."""
    script = script or Script()
    # aiosmtpd does not know that a line which began protected is protected: it must not ask for that itself.
    options: dict[str, Any] = {"authenticator": is_greta, "auth_require_tls": False} if takes_log_in else {}
    port = free_port()
    server = Controller(
        script,
        hostname="127.0.0.1",
        port=port,
        tls_context=starttls,
        ssl_context=tls,
        enable_SMTPUTF8=accepts_utf8,
        ident="test",
        **options,
    )
    server.start()
    try:
        yield Running(script, "127.0.0.1", port, server)
    finally:
        script.go_on.set()
        server.stop()
