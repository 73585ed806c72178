"""17TRACK and AfterShip as far as we ask them: small servers that refuse what their published contracts do not allow."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "test-17track-key"
Answer = tuple[int, dict[str, str], object]
# What may stand in an item of `register`, and what AfterShip takes of a tracking that is made.
REGISTER = {"number", "carrier", "final_carrier", "tag", "lang", "param", "order_no", "order_time", "auto_detection"}
CREATE = {"tracking_number", "slug", "title", "custom_fields", "order_id", "language", "note", "order_date"}


@dataclass
class Books:
    """What a server knows, what it was asked and when, and the answers with which it begins for once."""

    base: str = ""
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, float]] = field(default_factory=list)
    next_answers: list[Answer] = field(default_factory=list)
    page: int = 100
    # 17TRACK: with which code it takes no further number.
    used_up: int = 0
    # 17TRACK: with which code it tells nothing of a number.
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def followed(self) -> list[str]:
        """17TRACK keeps the numbers that it was told to stop."""
        return [number for number, row in self.known.items() if row["tracking_status"] == "Tracking"]


def track17(books: Books, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    if headers.get("17token") != KEY:
        return failure(-18010002, "Invalid security key.")
    if method != "POST":
        return failure(-18010013, "Only POST.")
    call, items = urlsplit(path).path.rsplit("/", 1)[-1], json.loads(body)
    if call == "getquota":
        return 200, {}, {"code": 0, "data": {"quota_total": 100, "quota_remain": 60}}
    if call == "gettracklist":
        asked = items["number"].split(",")
        return 200, {}, {"code": 0, "data": {"accepted": [books.known[each] for each in asked if each in books.known]}}
    if len(items) > 40:
        return failure(-18010014, "Over 40.")
    accepted, rejected = [], []
    for item in items:
        item["number"] = "".join(sign for sign in item["number"].upper() if sign.isalnum())
        code = _wrong(item, call, books)
        if code:
            rejected.append({"number": item["number"], "error": {"code": code, "message": "No."}})
        else:
            accepted.append(_done(item, call, books))
    return 200, {}, {"code": 0, "data": {"accepted": accepted, "rejected": rejected}}


def _wrong(item: dict[str, Any], call: str, books: Books) -> int:
    if set(item) - REGISTER or not 5 <= len(item["number"]) <= 50 or not isinstance(item.get("carrier", 0), int):
        return -18010012
    known = books.known.get(item["number"])
    if call == "register":
        return -18019901 if known else books.used_up
    if known is None:
        return -18019902
    if call == "gettrackinfo":
        return books.refused.get(item["number"], 0)
    is_stopped = known["tracking_status"] == "Stopped"
    if call == "retrack":
        return -18019904 if not is_stopped else -18019905 if known["is_retracked"] else 0
    return -18019906 if call == "stoptrack" and is_stopped else 0


def _done(item: dict[str, Any], call: str, books: Books) -> dict[str, Any]:
    number = item["number"]
    if call == "register":
        fresh = {"carrier": 3011, "track_info": {}, "tracking_status": "Tracking", "is_retracked": False}
        books.known[number] = {**fresh, **item}
    if call == "gettrackinfo":
        return books.known[number]
    if call == "stoptrack":
        books.known[number]["tracking_status"] = "Stopped"
    if call == "retrack":
        books.known[number] |= {"tracking_status": "Tracking", "is_retracked": True}
    return {"number": number, "carrier": 3011}


def failure(code: int, message: str) -> Answer:
    return 200, {}, {"code": code, "data": {"errors": [{"code": code, "message": message}]}}


def aftership(books: Books, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    address = urlsplit(path)
    if headers.get("as-api-key") != KEY:
        return 401, {}, {"meta": {"code": 401, "message": "Invalid API key.", "type": "Unauthorized"}, "data": {}}
    if method == "POST":
        return _create(books, json.loads(body))
    if method == "DELETE":
        return _delete(books, address.path.rsplit("/", 1)[-1])
    asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
    found = [each for number in asked["tracking_numbers"].split(",") for each in _of(books, number)]
    start = int(asked.get("cursor", "0"))
    stop = start + min(books.page, int(asked["limit"]))
    pages = {"total": len(found), "has_next_page": stop < len(found), "next_cursor": str(stop)}
    data = {"pagination": pages, "trackings": found[start:stop]}
    return 200, limits("5"), {"meta": {"code": 200}, "data": data}


def _of(books: Books, number: str) -> list[dict[str, Any]]:
    return [each for each in books.known.values() if each["tracking_number"] == number]


def _create(books: Books, tracking: dict[str, Any]) -> Answer:
    if set(tracking) - CREATE or not tracking.get("tracking_number"):
        return 400, {}, {"meta": {"code": 4002, "message": "Invalid.", "type": "BadRequest"}, "data": {}}
    if _of(books, tracking["tracking_number"]):
        return (
            400,
            {},
            {"meta": {"code": 4003, "message": "Tracking already exists.", "type": "BadRequest"}, "data": {}},
        )
    made = {"id": f"t{len(books.known)}", "slug": "china-ems", "checkpoints": [], **tracking}
    books.known[made["id"]] = made
    return 201, limits("0"), {"meta": {"code": 201}, "data": made}


def _delete(books: Books, tracking_id: str) -> Answer:
    if books.known.pop(tracking_id, None) is None:
        return 404, {}, {"meta": {"code": 4004, "message": "Tracking does not exist.", "type": "NotFound"}, "data": {}}
    return 200, limits("5"), {"meta": {"code": 200}, "data": {"id": tracking_id}}


def limits(remaining: str) -> dict[str, str]:
    return {
        "X-RateLimit-Reset": str(int(time.time()) + 1),
        "X-RateLimit-Limit": "20",
        "X-RateLimit-Remaining": remaining,
    }


@contextmanager
def serving(answer: Callable[[Books, str, str, dict[str, str], bytes], Answer]) -> Iterator[Books]:
    books = Books()

    class Speaks(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            books.asked.append((f"{self.command} {self.path}", time.monotonic()))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = books.next_answers.pop(0) if books.next_answers else None
            status, more, told = said or answer(books, self.command, self.path, headers, body)
            raw = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_POST = do_GET  # noqa: N815  # the names that http.server looks for
        do_DELETE = do_GET  # noqa: N815

        def log_message(self, *words: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaks)
    books.base = f"http://127.0.0.1:{server.server_address[1]}"
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield books
    server.shutdown()
    running.join()
    server.server_close()
