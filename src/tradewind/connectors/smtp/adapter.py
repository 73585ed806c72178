"""The mail port over SMTP."""

import ssl
import threading
from typing import Final

from tradewind.connectors.smtp.address import Security, ServerAddress
from tradewind.connectors.smtp.client import Deadline, Line, LineClosed
from tradewind.connectors.smtp.mapping import Envelope, envelope, trouble_as_error
from tradewind.core.deliveries import refuse_inside_transaction
from tradewind.core.proxying import Proxy
from tradewind.core.work import NeedsAttention, TryAgain
from tradewind.messaging.ports import Accepted, OutgoingMail

# A worker takes five deliveries under one lease of three minutes: all five must fit into it.
LONGEST: Final = 30.0


class SmtpTransport:
    """Sends mail to one server. Each thread keeps its line open for the next mail, and opens a new one when it is gone."""

    def __init__(
        self,
        server: ServerAddress,
        *,
        own_name: str,
        trust: ssl.SSLContext | None = None,
        longest: float = LONGEST,
        proxy: Proxy | None = None,
    ) -> None:
        self._server = server
        self._own_name = own_name
        self._proxy = proxy
        is_open = server.security is Security.NONE
        self._trust = trust or (None if is_open else ssl.create_default_context())
        self._longest = longest
        self._kept = threading.local()

    def send(self, mail: OutgoingMail) -> Accepted:
        """Hand one mail over. Raises TransactionOpen, TryAgain, Refused, NeedsAttention, OutcomeUnknown."""
        refuse_inside_transaction()
        parcel = envelope(mail)
        deadline = Deadline(self._longest)
        try:
            with deadline:
                line = self._begin(parcel, deadline)
                response = line.hand_over(parcel, deadline)
        except OSError as problem:
            self.close()
            raise trouble_as_error(problem, self._server) from problem
        except UnicodeError as problem:  # of a name, a user or a password, before anything of the mail is said
            self.close()
            raise NeedsAttention(f"{self._server} cannot be spoken to: {problem}") from problem
        except BaseException:
            # Whatever the server thinks of the unfinished conversation, the next mail begins with a new one.
            self.close()
            raise
        return Accepted(response)

    def close(self) -> None:
        """Close this thread's line, if it has one."""
        line: Line | None = getattr(self._kept, "line", None)
        self._kept.line = None
        if line is not None:
            line.close()

    def _begin(self, parcel: Envelope, deadline: Deadline) -> Line:
        """A line on which the server has accepted the sender: the kept one, or a new one where that was closed."""
        kept: Line | None = getattr(self._kept, "line", None)
        if kept is not None and kept.is_fresh:
            try:
                kept.begin(parcel, deadline)
            except LineClosed:
                pass
            else:
                return kept
        self.close()
        line = self._kept.line = Line(self._server, self._own_name, self._trust, deadline, self._proxy)
        try:
            line.begin(parcel, deadline)
        except LineClosed as problem:
            raise TryAgain(words=f"{self._server} closed the line: {problem.__cause__ or 'busy'}") from problem
        return line
