"""Going to the other side of a connection step by step, saying at each what was found, and at the one that fails what to do.

Nothing of a connection's own is here: who speaks a protocol goes on where the line is open (see connectors.smtp.probing).
"""

import socket
import ssl
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final, Self
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop

from tradewind.core.hanging_up import HangUp
from tradewind.core.panels import Step
from tradewind.core.proxying import Proxy, ProxyRefused, Why, ask_proxy, is_address, look_up
from tradewind.lib.text import printable

PATIENCE: Final = 10.0
# All steps together, however little comes at a time.
LONGEST: Final = 30.0
_HTTPS: Final = 443
_STANDS_FOR: Final = gettext_noop("The name {host} stands for {address}.")
_UNKNOWN: Final = gettext_noop(
    "The name {host} is not known here: {problem}. Look whether it is spelled right, and whether this machine reaches a name"
    " server. Behind a firewall, let a proxy look names up (socks5h or http)."
)
_LOOKED_UP_THERE: Final = gettext_noop("The proxy looks the name {host} up itself.")
_PROXY_REACHED: Final = gettext_noop("The proxy {proxy} was reached in {ms} ms.")
_PROXY_AWAY: Final = gettext_noop(
    "The proxy {proxy} cannot be reached: {problem}. Look whether it runs, and whether server and port are right."
)
_PROXY_LOG_IN: Final = gettext_noop(
    "The proxy {proxy} does not let us in: {problem}. Type its user and its password anew."
)
_PROXY_STRANGE: Final = gettext_noop(
    "{proxy} does not answer as such a proxy does: {problem}. Look whether http or socks5 is right, and the port."
)
_PROXY_REFUSES: Final = gettext_noop(
    "The proxy {proxy} opens no line to {place}: {problem}. Look whether its rules allow this server and this port."
)
_PROXY_LETS_IN: Final = gettext_noop("The proxy lets us in. To {place} it opened no line: {problem}.")
_PROXY_OPENS: Final = gettext_noop("The proxy lets us in, and opens a line to {place}.")
_CONNECTED: Final = gettext_noop("{place} was connected in {ms} ms.")
_AWAY: Final = gettext_noop(
    "{place} cannot be reached: {problem}. Look whether server and port are right, whether a firewall lets this machine out,"
    " and whether a proxy is needed."
)
_CERTIFICATE: Final = gettext_noop("The certificate of {host} is valid until {until}, vouched for by {issuer}.")
_NOT_ACCEPTED: Final = gettext_noop(
    "The certificate of {host} is not accepted: {problem}. Look whether the server's name is right and this machine's clock too,"
    " and ask who runs the server."
)
_NO_TLS: Final = gettext_noop(
    "No protected line came about with {host}: {problem}. Look whether the port speaks TLS from the first byte."
)
_REFUSALS: Final = {Why.LOG_IN: _PROXY_LOG_IN, Why.PLACE: _PROXY_REFUSES, Why.SPEECH: _PROXY_STRANGE}


class Halted(Exception):
    """A step failed, and is noted: nothing more is tried."""


class Walk:
    """The steps so far. Entered, it hangs up when all of them together take too long; its end swallows Halted."""

    def __init__(self, *, longest: float = LONGEST) -> None:
        self.steps: list[Step] = []
        self._watch = HangUp(longest)

    def __enter__(self) -> Self:
        self._watch.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_problem: object) -> bool:
        self._watch.__exit__()
        return kind is not None and issubclass(kind, Halted)

    def good(self, words: str, /, **facts: object) -> None:
        self.steps.append(Step(words, facts))

    def halt(self, words: str, /, **facts: object) -> Halted:
        if self._watch.is_over:
            facts["problem"] = "it took too long"
        self.steps.append(Step(words, facts, is_good=False))
        return Halted(words)

    def reach(self, host: str, port: int, *, proxy: Proxy | None) -> socket.socket:
        """A line to the other side. Raises Halted."""
        address = host
        if proxy is not None and proxy.looks_up:
            if not is_address(host):
                self.good(_LOOKED_UP_THERE, host=host)
        else:
            address = self._look_up(host, port)
        if proxy is not None:
            line = self.reach_proxy(proxy)
            self._go_on(line, proxy, (address, port))
            return line
        place, begun = f"{host}:{port}", monotonic()
        try:
            line = socket.create_connection((address, port), timeout=PATIENCE)
        except OSError as problem:
            raise self.halt(_AWAY, place=place, problem=said(problem)) from problem
        self._watch.hold(line)
        self.good(_CONNECTED, place=place, ms=_since(begun))
        return line

    def reach_proxy(self, proxy: Proxy) -> socket.socket:
        """Raises Halted."""
        begun = monotonic()
        try:
            line = socket.create_connection((proxy.host, proxy.port), timeout=PATIENCE)
        except (OSError, UnicodeError) as problem:
            raise self.halt(_PROXY_AWAY, proxy=str(proxy), problem=said(problem)) from problem
        self._watch.hold(line)
        self.good(_PROXY_REACHED, proxy=str(proxy), ms=_since(begun))
        return line

    def protect(self, line: socket.socket, host: str, *, trust: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        """Shake hands, and say who vouches for the other side. Raises Halted."""
        context = trust or ssl.create_default_context()
        wrapped = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        self._watch.hold(wrapped)
        try:
            wrapped.do_handshake()
        except ssl.SSLCertVerificationError as problem:
            wrapped.close()
            raise self.halt(_NOT_ACCEPTED, host=host, problem=problem.verify_message) from problem
        except OSError as problem:
            wrapped.close()
            raise self.halt(_NO_TLS, host=host, problem=said(problem)) from problem
        shown: dict[str, Any] = dict(wrapped.getpeercert() or {})
        until = datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC).date().isoformat()
        names = {name: value for group in shown.get("issuer", ()) for name, value in group}
        issuer = names.get("organizationName") or names.get("commonName") or "—"
        self.good(_CERTIFICATE, host=host, until=until, issuer=issuer)
        return wrapped

    def try_proxy(self, proxy: Proxy, url: str) -> None:
        """Does it let us in? It says so when it is asked for a line; whether it finds that place is its own affair."""
        address = urlsplit(url)
        place = (address.hostname or "localhost", address.port or _HTTPS)
        with self, self.reach_proxy(proxy) as line:
            try:
                ask_proxy(line, proxy, place, timeout=PATIENCE)
            except ProxyRefused as problem:
                if problem.why is not Why.PLACE:
                    raise self._refused(proxy, place, problem) from problem
                self.good(_PROXY_LETS_IN, place=f"{place[0]}:{place[1]}", problem=said(problem))
            except OSError as problem:
                raise self._refused(proxy, place, problem) from problem
            else:
                self.good(_PROXY_OPENS, place=f"{place[0]}:{place[1]}")

    def _look_up(self, host: str, port: int) -> str:
        try:
            address = look_up(host, port)
        except (OSError, UnicodeError) as problem:
            raise self.halt(_UNKNOWN, host=host, problem=said(problem)) from problem
        if address != host:
            self.good(_STANDS_FOR, host=host, address=address)
        return address

    def _go_on(self, line: socket.socket, proxy: Proxy, place: tuple[str, int]) -> None:
        begun = monotonic()
        try:
            ask_proxy(line, proxy, place, timeout=PATIENCE)
        except (OSError, UnicodeError) as problem:
            line.close()
            raise self._refused(proxy, place, problem) from problem
        self.good(_CONNECTED, place=f"{place[0]}:{place[1]}", ms=_since(begun))

    def _refused(self, proxy: Proxy, place: tuple[str, int], problem: Exception) -> Halted:
        why = problem.why if isinstance(problem, ProxyRefused) else Why.PLACE
        return self.halt(_REFUSALS[why], proxy=str(proxy), place=f"{place[0]}:{place[1]}", problem=said(problem))


def probe_https(url: str, *, proxy: Proxy | None, trust: ssl.SSLContext | None = None) -> list[Step]:
    """For whoever is asked over https: as far as the certificate. Nothing is asked of it."""
    address, walk = urlsplit(url), Walk()
    host = address.hostname or ""
    with walk:
        walk.protect(walk.reach(host, address.port or _HTTPS, proxy=proxy), host, trust=trust).close()
    return walk.steps


def said(problem: Exception) -> str:
    """What went wrong, in the words of the system."""
    return printable(getattr(problem, "strerror", None) or str(problem) or type(problem).__name__)


def _since(begun: float) -> int:
    return round((monotonic() - begun) * 1000)
