"""The mail port over SMTP."""

import ssl
from typing import Final

from tradewind.connectors.smtp.address import Security, ServerAddress
from tradewind.connectors.smtp.client import Deadline, Line, LineLost
from tradewind.connectors.smtp.mapping import Envelope, envelope, trouble_as_error
from tradewind.connectors.smtp.pool import Pool
from tradewind.connectors.smtp.signing import Signer
from tradewind.core.deliveries import OutcomeUnknown, refuse_inside_transaction
from tradewind.core.proxying import Proxy
from tradewind.core.work import NeedsAttention, Refused, TryAgain
from tradewind.messaging.ports import Accepted, OutgoingMail

# Over all lines that are tried for one mail: well within the lease of its delivery.
LONGEST: Final = 30.0
# New lines for one mail, where each ends before the server has it.
MOST_LINES: Final = 2


class SmtpTransport:
    """Sends mail to one server, from any thread, over lines that are kept open for the next mail."""

    def __init__(
        self,
        server: ServerAddress,
        *,
        own_name: str,
        trust: ssl.SSLContext | None = None,
        longest: float = LONGEST,
        proxy: Proxy | None = None,
        signer: Signer | None = None,
    ) -> None:
        self._server = server
        self._own_name = own_name
        self._proxy = proxy
        is_open = server.security is Security.NONE
        self._trust = trust or (None if is_open else ssl.create_default_context())
        self._longest = longest
        self._signer = signer
        self._pool = Pool()

    def send(self, mail: OutgoingMail) -> Accepted:
        """Hand one mail over. Raises TransactionOpen, TryAgain, Refused, NeedsAttention, OutcomeUnknown."""
        refuse_inside_transaction()
        parcel = envelope(mail, self._signer)
        deadline = Deadline(self._longest)
        with deadline:
            return Accepted(self._hand_over(parcel, deadline))

    def close(self) -> None:
        """Leave the server, as far as no thread is talking to it."""
        self._pool.close()

    def _hand_over(self, parcel: Envelope, deadline: Deadline) -> str:
        """Over a kept line, and where it has died meanwhile at once over a new one: nothing was taken then."""
        opened = 0
        while True:
            line = self._pool.take()
            if line is None:
                line = self._open(deadline)
                opened += 1
            try:
                return self._over(line, parcel, deadline)
            except LineLost as lost:
                if opened >= MOST_LINES:
                    raise self._error_of(lost) from lost

    def _over(self, line: Line, parcel: Envelope, deadline: Deadline) -> str:
        try:
            answer = line.hand_over(parcel, deadline)
        except (TryAgain, Refused) as problem:
            # With a doubt about the mail the conversation is in doubt as well.
            line.close() if isinstance(problem, OutcomeUnknown) else self._pool.put(line)
            raise
        except BaseException:
            line.close()
            raise
        self._pool.put(line)
        return answer

    def _open(self, deadline: Deadline) -> Line:
        try:
            return Line(self._server, self._own_name, self._trust, deadline, self._proxy)
        except OSError as problem:
            raise trouble_as_error(problem, self._server) from problem
        except UnicodeError as problem:  # of a name, a user or a password, before anything of the mail is said
            raise NeedsAttention(f"{self._server} cannot be spoken to: {problem}") from problem

    def _error_of(self, lost: LineLost) -> Exception:
        problem = lost.problem
        return trouble_as_error(problem, self._server) if isinstance(problem, OSError) else problem
