"""The address of a mail server, as the installation's setting gives it."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit


class Security(StrEnum):
    NONE = "smtp"
    TLS = "smtps"
    STARTTLS = "smtp+starttls"

    @property
    def port(self) -> int:
        """Where such servers listen."""
        return _PORTS[self]


_PORTS: Final = {Security.NONE: 25, Security.TLS: 465, Security.STARTTLS: 587}


class WrongServerAddress(ValueError):
    """The setting does not name a server in a way that can be used; the words say what is wrong, without the password."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    security: Security
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password: this ends in logs."""
        return f"{self.security}://{self.host}:{self.port}"

    __str__ = __repr__


def read_server_address(url: str) -> ServerAddress:
    """From `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`. Raises WrongServerAddress.

    A password over an open line is refused, unless the server is on this very machine.
    """
    try:
        parts = urlsplit(url)
        security = Security(parts.scheme)
        port = parts.port or security.port
    except ValueError as problem:
        wanted = "smtp://, smtps:// or smtp+starttls://user:password@host:port"
        raise WrongServerAddress(f"the mail server's address must look like {wanted}") from problem
    if not parts.hostname:
        raise WrongServerAddress("the mail server's address names no host")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    address = ServerAddress(security, parts.hostname, port, user, password)
    check_line(address)
    return address


def check_line(address: ServerAddress) -> None:
    """Raises WrongServerAddress where a password would go over an open line."""
    if address.user and address.security is Security.NONE and not _is_this_machine(address.host):
        raise WrongServerAddress("a password needs a protected line: use smtps:// or smtp+starttls://")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
