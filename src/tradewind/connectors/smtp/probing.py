"""The mail server, asked step by step as far as the log-in. No letter is sent."""

import smtplib
import ssl
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.connectors.smtp.address import Security, ServerAddress
from tradewind.connectors.smtp.client import Short
from tradewind.core.panels import Step
from tradewind.core.probing import LONGEST, Walk, said
from tradewind.core.proxying import Proxy
from tradewind.lib.text import printable

_READY: Final = 220
_OK: Final = 250
_GREETED: Final = gettext_noop("The server greets: {words}")
_NO_GREETING: Final = gettext_noop(
    "The server does not greet as a mail server: {problem}. Look whether the port fits the protection: 465 for TLS, 587 for"
    " STARTTLS."
)
_NO_STARTTLS: Final = gettext_noop("The server offers no STARTTLS: {problem}. Choose TLS, or ask who runs the server.")
_LOGGED_IN: Final = gettext_noop("User and password are accepted.")
_NO_LOG_IN: Final = gettext_noop(
    "User and password are not accepted: {problem}. Type both anew; many providers want a password of its own for programs."
)
_RETURNS: Final = gettext_noop("The server lets letters leave that come back to {address}.")
_NO_RETURN: Final = gettext_noop(
    "The server lets no letter leave that comes back to {address}: {problem}. Allow other senders of your domain there, or switch"
    " the addresses of their own off."
)
_OPEN: Final = gettext_noop("No user is named: nothing to log in with.")


def probe_server(
    server: ServerAddress,
    *,
    own_name: str,
    proxy: Proxy | None,
    trust: ssl.SSLContext | None = None,
    longest: float = LONGEST,
    returns_to: str = "",
) -> list[Step]:
    """`returns_to`: an address that letters are to come back to; empty: the sender's, which is not tried."""
    walk = Walk(longest=longest)
    with walk:
        line = walk.reach(server.host, server.port, proxy=proxy)
        if server.security is Security.TLS:
            line = walk.protect(line, server.host, trust=trust)
        smtp = Short(local_hostname=own_name)
        smtp.sock = line
        try:
            _greet(walk, smtp)
            if server.security is Security.STARTTLS:
                _protect(walk, smtp, server.host, trust)
            _log_in(walk, smtp, server)
            _name_return(walk, smtp, returns_to)
        finally:
            smtp.close()
    return walk.steps


def _greet(walk: Walk, smtp: smtplib.SMTP) -> None:
    try:
        code, words = smtp.getreply()
        if code == _READY:
            smtp.ehlo_or_helo_if_needed()
    except OSError as problem:
        raise walk.halt(_NO_GREETING, problem=said(problem)) from problem
    told = _answer(code, words)
    if code != _READY:
        raise walk.halt(_NO_GREETING, problem=told)
    walk.good(_GREETED, words=told)


def _protect(walk: Walk, smtp: smtplib.SMTP, host: str, trust: ssl.SSLContext | None) -> None:
    try:
        code, words = smtp.docmd("STARTTLS")
    except OSError as problem:
        raise walk.halt(_NO_STARTTLS, problem=said(problem)) from problem
    if code != _READY or smtp.sock is None:
        raise walk.halt(_NO_STARTTLS, problem=_answer(code, words))
    smtp.sock = walk.protect(smtp.sock, host, trust=trust)
    # What was heard over the open line counts no more (RFC 3207, 4.2).
    smtp.file = smtp.helo_resp = smtp.ehlo_resp = None
    smtp.esmtp_features, smtp.does_esmtp = {}, False


def _log_in(walk: Walk, smtp: smtplib.SMTP, server: ServerAddress) -> None:
    if not server.user:
        walk.good(_OPEN)
        return
    try:
        smtp.ehlo_or_helo_if_needed()
        smtp.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as problem:
        raise walk.halt(_NO_LOG_IN, problem=str(problem.smtp_code)) from problem
    except (OSError, UnicodeError) as problem:
        raise walk.halt(_NO_LOG_IN, problem=said(problem)) from problem
    walk.good(_LOGGED_IN)


def _name_return(walk: Walk, smtp: smtplib.SMTP, address: str) -> None:
    """As for a letter that then is not sent."""
    if not address:
        return
    try:
        smtp.ehlo_or_helo_if_needed()
        code, words = smtp.mail(address)
        smtp.rset()
    except OSError as problem:
        raise walk.halt(_NO_RETURN, address=address, problem=said(problem)) from problem
    if code != _OK:
        raise walk.halt(_NO_RETURN, address=address, problem=_answer(code, words))
    walk.good(_RETURNS, address=address)


def _answer(code: int, words: bytes) -> str:
    return printable(f"{code} {words.decode('utf-8', 'replace')}"[:200])
