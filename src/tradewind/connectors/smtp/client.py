"""One connection to a mail server: opened, greeted, protected, logged in, and used for one mail after another."""

import smtplib
import socket
import ssl
from contextlib import suppress
from time import monotonic
from typing import Any, BinaryIO, Final

from tradewind.connectors.smtp.address import Security, ServerAddress
from tradewind.connectors.smtp.mapping import Envelope, answer_as_error, dot_stuffed, said
from tradewind.core.deliveries import OutcomeUnknown
from tradewind.core.hanging_up import HangUp
from tradewind.core.proxying import Proxy, open_line
from tradewind.core.work import Refused, TryAgain

OK: Final = 250
WILL_FORWARD: Final = 251
SEND_IT: Final = 354
CLOSING: Final = 421
# Servers close idle lines after a while.
LONGEST_IDLE: Final = 30.0
# Exim delivers what comes after the tenth mail of a line only at its next round, half an hour later in Debian
# (smtp_accept_queue_per_connection); Yahoo hangs up after twenty.
MOST_MAILS: Final = 10
# For the first answer on a line that was kept: whoever has forgotten us does not say so.
FIRST_WORD: Final = 5.0
# Of one answer; a greeting with all that a server offers has some twenty.
MOST_LINES: Final = 200
_SUCCESS: Final = range(200, 300)
_FAILURE: Final = range(400, 600)


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


class LineLost(Exception):
    """The line ended before the server had the whole mail: it cannot have taken it, and may be given it on another line."""

    def __init__(self, problem: OSError | TryAgain | Refused) -> None:
        super().__init__(str(problem) or type(problem).__name__)
        self.problem = problem


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
        line = self._heard.readline(limit)
        if len(line) >= limit:
            raise OSError("a line of its answer never ends")
        if line and not line.endswith(b"\n"):
            raise OSError("its answer breaks off")  # and what has come may look like one
        return line

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
        # A mail ends in three bytes of their own: they are not to wait until all before them were acknowledged.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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
        self._is_in_doubt = False  # whether the server still thinks of a mail that was not handed over
        self._is_over = False
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
    def is_kept(self) -> bool:
        """Has it served before?"""
        return self._mails > 0 or self._is_in_doubt

    def is_fresh(self, idle: float) -> bool:
        return not self._is_over and self._mails < MOST_MAILS and monotonic() - self._used_at < idle

    def hand_over(self, mail: Envelope, deadline: Deadline) -> str:
        """Returns what the server says when it has taken the mail.

        Raises LineLost while the server cannot have taken it, OutcomeUnknown when it may have, TryAgain and Refused for what it
        says, after which the line can be used for the next mail.
        """
        try:
            self._begin(mail, deadline)
            self._is_in_doubt = True
            self._expect(f"RCPT TO:<{mail.recipient}>", (OK, WILL_FORWARD), deadline)
            self._expect("DATA", (SEND_IT,), deadline)
            self._allow(deadline)
            self._smtp.send(dot_stuffed(mail.content))
        except OSError as problem:
            raise LineLost(problem) from problem
        words = self._end_of_data(deadline)
        self._is_in_doubt = False
        self._mails += 1
        self._used_at = monotonic()
        return words

    def close(self) -> None:
        """Without a farewell: the server may be the reason why we leave."""
        self._smtp.close()

    def leave(self) -> None:
        """With a farewell whose answer nobody waits for."""
        with suppress(OSError):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(1)
                self._smtp.send(b"QUIT\r\n")
        self.close()

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

    def _begin(self, mail: Envelope, deadline: Deadline) -> None:
        """Name the sender."""
        if mail.needs_utf8 and not self._smtp.has_extn("smtputf8"):
            raise Refused("no-smtputf8", "the mail server cannot write to an address outside ASCII")
        self._smtp.command_encoding = "utf-8" if mail.needs_utf8 else "ascii"
        at_most = FIRST_WORD if self.is_kept else deadline.left()
        if self._is_in_doubt:
            self._allow(deadline, at_most)
            if self._smtp.docmd("RSET")[0] != OK:
                raise OSError("it does not begin anew")
            self._is_in_doubt = False
        options = " SMTPUTF8 BODY=8BITMIME" if mail.needs_utf8 else ""
        self._allow(deadline, at_most)
        was_kept = self.is_kept
        code, words = self._smtp.docmd("MAIL", f"FROM:<{mail.sender}>{options}")
        if code != OK:
            problem = self._refused(code, words, is_about_all=True)
            # A line that has served for long enough ends so; on a new one it is the server that has enough.
            raise LineLost(problem) if was_kept and self._is_over else problem

    def _end_of_data(self, deadline: Deadline) -> str:
        try:
            self._allow(deadline)
            self._smtp.send(b".\r\n")
        except OSError as problem:
            raise LineLost(problem) from problem  # the end of the mail has not left
        try:
            code, words = self._smtp.getreply()
        except OSError as problem:
            raise OutcomeUnknown(words=f"no answer after the whole mail was sent: {problem}") from problem
        if code in _FAILURE:
            raise self._refused(code, words)
        if code not in _SUCCESS:
            raise OutcomeUnknown(words=f"no answer of SMTP after the whole mail was sent: {said(words)[:200]}")
        return said(words)

    def _expect(self, command: str, hoped_for: tuple[int, ...], deadline: Deadline) -> None:
        self._allow(deadline)
        code, words = self._smtp.docmd(command)
        if code not in hoped_for:
            raise self._refused(code, words)

    def _refused(self, code: int, words: bytes, *, is_about_all: bool = False) -> TryAgain | Refused:
        """After an answer that makes no sense nobody knows what the next one answers."""
        self._is_in_doubt = True
        self._is_over = code == CLOSING or code not in _FAILURE
        return answer_as_error(code, words, is_about_all=is_about_all)

    def _allow(self, deadline: Deadline, at_most: float | None = None) -> None:
        if self._smtp.sock is not None:
            deadline.hold(self._smtp.sock)
            left = deadline.left()
            self._smtp.sock.settimeout(left if at_most is None else min(left, at_most))
