"""One connection to a mail server: opened, greeted, protected, logged in, and used for one mail after another."""

import smtplib
import socket
import ssl
from time import monotonic
from typing import Any, BinaryIO, Final

from tradewind.connectors.smtp.address import Security, ServerAddress
from tradewind.connectors.smtp.mapping import Envelope, answer_as_error, dot_stuffed
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.hanging_up import HangUp
from tradewind.core.proxying import Proxy, open_line
from tradewind.core.work import Refused
from tradewind.lib.text import printable

OK: Final = 250
WILL_FORWARD: Final = 251
SEND_IT: Final = 354
CLOSING: Final = 421
# Servers close idle lines after a while, and like to see a line closed after many mails.
LONGEST_IDLE: Final = 30.0
MOST_MAILS: Final = 100
# Of one answer; a greeting with all that a server offers has some twenty.
MOST_LINES: Final = 200


class Deadline(HangUp):
    """The seconds that one mail may take, over all the steps of its conversation."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Raises TimeoutError when nothing is left."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the mail server took too long")
        return left


class LineClosed(Exception):
    """The server had closed the line before it was told anything about this mail."""


class _Answer:
    """What a server says, line by line. smtplib keeps every line of an answer until the last one has come."""

    def __init__(self, heard: BinaryIO) -> None:
        self._heard = heard
        self._lines = 0

    def begin(self) -> None:
        self._lines = 0

    def readline(self, limit: int) -> bytes:
        self._lines += 1
        if self._lines > MOST_LINES:
            raise OSError("its answer never ends")
        return self._heard.readline(limit)

    def close(self) -> None:
        self._heard.close()


class Short(smtplib.SMTP):
    """Hears answers of so many lines and no longer ones."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Answer(self.sock.makefile("rb"))
        if self.file is not None:
            self.file.begin()
        return super().getreply()


class Plain(Short):
    """Goes to the server through a proxy, where there is one."""

    def __init__(self, proxy: Proxy | None, deadline: Deadline, *words: Any, **options: Any) -> None:
        self._proxy, self._deadline = proxy, deadline
        super().__init__(*words, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = open_line(host, port, proxy=self._proxy, timeout=timeout)
        self._deadline.hold(line)
        return line


class Protected(smtplib.SMTP_SSL, Plain):
    """The same, protected from the first byte: smtplib wraps what Plain opens."""

    def __init__(self, proxy: Proxy | None, deadline: Deadline, *words: Any, **options: Any) -> None:
        self._proxy, self._deadline = proxy, deadline
        smtplib.SMTP_SSL.__init__(self, *words, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)
        self._deadline.hold(line)
        return line


class Line:
    """A connection that is ready for mail. Raises OSError (smtplib's errors are OSErrors) when it cannot be had."""

    def __init__(
        self,
        server: ServerAddress,
        own_name: str,
        trust: ssl.SSLContext | None,
        deadline: Deadline,
        proxy: Proxy | None = None,
    ) -> None:
        self._mails = 0
        self._used_at = monotonic()
        timeout = deadline.left()
        if server.security is Security.TLS:
            self._smtp: smtplib.SMTP = Protected(
                proxy, deadline, server.host, server.port, own_name, timeout=timeout, context=trust
            )
        else:
            self._smtp = Plain(proxy, deadline, server.host, server.port, own_name, timeout=timeout)
        try:
            self._prepare(server, trust, deadline)
        except BaseException:
            self._smtp.close()
            raise

    @property
    def is_fresh(self) -> bool:
        return self._mails < MOST_MAILS and monotonic() - self._used_at < LONGEST_IDLE

    def begin(self, mail: Envelope, deadline: Deadline) -> None:
        """Name the sender. Raises LineClosed, TryAgain, Refused."""
        if mail.needs_utf8 and not self._smtp.has_extn("smtputf8"):
            raise Refused("no-smtputf8", "the mail server cannot write to an address outside ASCII")
        self._smtp.command_encoding = "utf-8" if mail.needs_utf8 else "ascii"
        options = " SMTPUTF8 BODY=8BITMIME" if mail.needs_utf8 else ""
        try:
            self._allow(deadline)
            code, words = self._smtp.docmd("MAIL", f"FROM:<{mail.sender}>{options}")
        except OSError as problem:
            raise LineClosed from problem
        if code == CLOSING:
            raise LineClosed
        if code != OK:
            raise answer_as_error(code, words)

    def hand_over(self, mail: Envelope, deadline: Deadline) -> str:
        """Recipient and content. Returns what the server says when it has taken the mail.

        Raises TryAgain, Refused, OSError while the server cannot have taken it, OutcomeUnknown when it may have.
        """
        self._expect(f"RCPT TO:<{mail.recipient}>", (OK, WILL_FORWARD), deadline)
        self._expect("DATA", (SEND_IT,), deadline)
        self._allow(deadline)
        self._smtp.send(dot_stuffed(mail.content))
        code, words = self._end_of_data(deadline)
        if code != OK:
            raise answer_as_error(code, words)
        self._mails += 1
        self._used_at = monotonic()
        return printable(words.decode("utf-8", "replace"))

    def close(self) -> None:
        """Without a farewell: the server may be the reason why we leave."""
        self._smtp.close()

    def _prepare(self, server: ServerAddress, trust: ssl.SSLContext | None, deadline: Deadline) -> None:
        self._allow(deadline)
        self._smtp.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            self._allow(deadline)
            self._smtp.starttls(context=trust)
            self._smtp.ehlo_or_helo_if_needed()
        if server.user:
            self._allow(deadline)
            self._smtp.login(server.user, server.password)

    def _end_of_data(self, deadline: Deadline) -> tuple[int, bytes]:
        try:
            self._allow(deadline)
            self._smtp.send(b".\r\n")
            return self._smtp.getreply()
        except OSError as problem:
            raise OutcomeUnknown(words=f"no answer after the whole mail was sent: {problem}") from problem

    def _expect(self, command: str, hoped_for: tuple[int, ...], deadline: Deadline) -> None:
        self._allow(deadline)
        code, words = self._smtp.docmd(command)
        if code not in hoped_for:
            raise answer_as_error(code, words)

    def _allow(self, deadline: Deadline) -> None:
        if self._smtp.sock is not None:
            deadline.hold(self._smtp.sock)
            self._smtp.sock.settimeout(deadline.left())
