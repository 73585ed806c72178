"""A real proxy for tests: it speaks CONNECT and SOCKS 5 on one port, notes what it was asked for, and carries bytes both ways."""

import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """`asked`: host and port as they were said. `means`: where the line goes instead. `log_in`: what lets in, as user:password."""

    port: int
    log_in: str = ""
    asked: list[tuple[str, int]] = field(default_factory=list)
    means: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)

    def line(self, scheme: str) -> str:
        return f"{scheme}://127.0.0.1:{self.port}"


@contextmanager
def proxy_server(*, log_in: str = "") -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy(server.getsockname()[1], log_in)
        threads: list[threading.Thread] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = server.accept()
                    threads.append(threading.Thread(target=_serve, args=(proxy, line), daemon=True))
                    threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        yield proxy
        server.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
    for thread in threads:
        thread.join(5)


def _serve(proxy: Proxy, line: socket.socket) -> None:
    line.settimeout(20)
    with line, suppress(OSError, EOFError):
        first = _exactly(line, 1)
        far = _socks(proxy, line) if first == b"\x05" else _connect(proxy, line, first)
        if far is not None:
            with closing(far):
                _carry(line, far)


def _connect(proxy: Proxy, line: socket.socket, head: bytes) -> socket.socket | None:
    while not head.endswith(b"\r\n\r\n"):
        head += _exactly(line, 1)
    first, *rest = head.decode("ascii").split("\r\n")
    method, place, _ = first.split(" ")
    headers = dict(each.lower().split(": ", 1)[:1] + each.split(": ", 1)[1:] for each in rest if each)
    given = b64decode(headers.get("proxy-authorization", "").removeprefix("Basic ")).decode()
    if method != "CONNECT":
        line.sendall(b"HTTP/1.1 405 Method Not Allowed\r\n\r\n")
        return None
    if given != proxy.log_in:
        line.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        return None
    host, _, port = place.rpartition(":")
    far = _dial(proxy, host.strip("[]"), int(port))
    line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n" if far else b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
    return far


def _socks(proxy: Proxy, line: socket.socket) -> socket.socket | None:
    methods = _exactly(line, _exactly(line, 1)[0])
    wanted = 2 if proxy.log_in else 0
    if wanted not in methods:
        line.sendall(b"\x05\xff")
        return None
    line.sendall(bytes([5, wanted]))
    if proxy.log_in:
        _exactly(line, 1)
        user, password = (_exactly(line, _exactly(line, 1)[0]).decode() for _ in range(2))
        is_right = f"{user}:{password}" == proxy.log_in
        line.sendall(b"\x01\x00" if is_right else b"\x01\x01")
        if not is_right:
            return None
    _, _, _, kind = _exactly(line, 4)
    if kind == 3:
        host = _exactly(line, _exactly(line, 1)[0]).decode()
    else:
        family = socket.AF_INET if kind == 1 else socket.AF_INET6
        host = socket.inet_ntop(family, _exactly(line, 4 if kind == 1 else 16))
    far = _dial(proxy, host, int.from_bytes(_exactly(line, 2), "big"))
    line.sendall((b"\x05\x00\x00\x01" if far else b"\x05\x05\x00\x01") + b"\x00" * 6)
    return far


def _dial(proxy: Proxy, host: str, port: int) -> socket.socket | None:
    proxy.asked.append((host, port))
    if host in proxy.refuses:
        return None
    with suppress(OSError):
        return socket.create_connection((proxy.means.get(host, host), port), timeout=20)
    return None


def _exactly(line: socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        piece = line.recv(size - len(heard))
        if not piece:
            raise EOFError
        heard += piece
    return heard


def _carry(one: socket.socket, other: socket.socket) -> None:
    def pour(source: socket.socket, into: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                into.sendall(piece)
        with suppress(OSError):
            into.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=pour, args=(other, one), daemon=True)
    back.start()
    pour(one, other)
    back.join(5)
