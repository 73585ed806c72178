"""Where a server listens: free ports, and how an address is written for people."""

import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import Final

from tradewind.cli.house import Trouble

_TRIES: Final = 50
# Seconds. Longer than a killed process takes to let go of its port.
PATIENCE: Final = 3.0
_LOOK_EVERY: Final = 0.05


class PortTaken(Trouble):
    """Somebody else listens there."""

    def __init__(self, address: "Address") -> None:
        super().__init__(f"Port {address.port} on {address.host} is in use. Choose another with --port N.")


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_wildcard(self) -> bool:
        return self.host in {"0.0.0.0", "::", ""}  # noqa: S104  # compared with, not bound to

    @property
    def url(self) -> str:
        """How to reach it: from other machines where it listens on all addresses."""
        host = _own_address() if self.is_wildcard else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def own_way(self) -> tuple[str, int]:
        """How to reach it from this machine."""
        return ("127.0.0.1" if self.is_wildcard else self.host), self.port


def check_free(address: Address) -> None:
    """Raises PortTaken, or Trouble for a host that is not this machine's.

    Looked at before the server does: it shares its port among its own processes, and so with a stranger's as well.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address.host or None, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except socket.gaierror as problem:
        msg = f"There is no address {address.host}. Name one of this machine's with --host."
        raise Trouble(msg) from problem
    except PermissionError as problem:
        msg = f"Port {address.port} is reserved for the system. Choose one above 1023 with --port N."
        raise Trouble(msg) from problem
    except OSError as problem:
        if isinstance(problem, OSError) and problem.errno == 99:  # EADDRNOTAVAIL  # noqa: PLR2004
            msg = f"{address.host} is not an address of this machine. Name one that is with --host."
            raise Trouble(msg) from problem
        raise PortTaken(address) from problem


def wait_until_free(address: Address, *, patience: float = PATIENCE) -> None:
    """Like `check_free`, but gives those who are about to leave the port the seconds that they need: a server that was killed
    is followed by another at once, and its processes die one after the other.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return check_free(address)
        except PortTaken:
            if time.monotonic() >= until:
                raise
            time.sleep(_LOOK_EVERY)


def next_free(address: Address) -> Address:
    """The address itself, or the same host with the next port that is free. Raises PortTaken."""
    for port in range(address.port, min(address.port + _TRIES, 65536)):
        candidate = Address(address.host, port)
        try:
            check_free(candidate)
        except PortTaken:
            continue
        return candidate
    raise PortTaken(address)


def _own_address() -> str:
    """This machine's address towards others. Connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
