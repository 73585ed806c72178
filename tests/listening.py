"""Somebody who listens on this machine, and answers as the test says."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Listener:
    """What was heard, and what is answered: (status, headers, body)."""

    url: str
    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"ok")
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listening(*, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    there = Listener(f"http://127.0.0.1:{server.server_address[1]}/hooks")

    class Hears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers, said = there.answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *words: object) -> None:
            """Nothing."""

    server.RequestHandlerClass = Hears
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield there
    server.shutdown()
    serving.join()
    server.server_close()
