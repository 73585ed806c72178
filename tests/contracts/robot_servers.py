"""WeCom, DingTalk and Feishu as far as a group's robot asks them: servers that refuse what their published contracts do not allow."""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "693a91f6-7f9c-4bc4-97a0-0ec2sifa5aaa"
TOKEN = "566cc69da782ec0123456789"
SECRET = "SEC0123456789abcdef"
HOUR = 3600
Said = dict[str, Any]
MARKDOWN_LINK = re.compile(r"\[([^\[\]()<>]*)\]\((https?://[^\s()]+)\)")


@dataclass
class Desk:
    """What was posted and understood, as (title, links), and how it answers for once: a status, a body, a pause, a cut."""

    judge: Callable[["Desk", str, dict[str, str], Said], Said]
    base: str = ""
    now: float = 0.0
    posted: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes | None = None
    pause: float = 0.0
    is_cut: bool = False


def wecom(desk: Desk, path: str, _headers: dict[str, str], body: Said) -> Said:
    asked = urlsplit(path)
    if asked.path != "/cgi-bin/webhook/send" or parse_qs(asked.query) != {"key": [KEY]}:
        return {"errcode": 93000, "errmsg": f"invalid webhook url, key={KEY}"}
    if set(body) != {"msgtype", "markdown"} or body["msgtype"] != "markdown" or set(body["markdown"]) != {"content"}:
        return {"errcode": 40008, "errmsg": "invalid message type"}
    content = body["markdown"]["content"]
    if len(content.encode()) > 4096:
        return {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}
    desk.posted.append((content.split("\n")[0].strip("*"), MARKDOWN_LINK.findall(content)))
    return {"errcode": 0, "errmsg": "ok"}


def dingtalk(desk: Desk, path: str, _headers: dict[str, str], body: Said) -> Said:
    asked = urlsplit(path)
    given = {name: values[0] for name, values in parse_qs(asked.query).items()}
    if asked.path != "/robot/send" or given.get("access_token") != TOKEN:
        return {"errcode": 300001, "errmsg": "token is not exist"}
    moment = given.get("timestamp", "")
    signed = hmac.new(SECRET.encode(), f"{moment}\n{SECRET}".encode(), hashlib.sha256).digest()
    is_now = moment.isdecimal() and abs(int(moment) / 1000 - desk.now) <= HOUR
    if not is_now or given.get("sign") != base64.b64encode(signed).decode():
        return {"errcode": 310000, "errmsg": "sign not match"}
    if body.get("msgtype") != "markdown" or set(body["markdown"]) != {"title", "text"}:
        return {"errcode": 40035, "errmsg": "wrong param json"}
    desk.posted.append((body["markdown"]["title"], MARKDOWN_LINK.findall(body["markdown"]["text"])))
    return {"errcode": 0, "errmsg": "ok"}


def feishu(desk: Desk, path: str, _headers: dict[str, str], body: Said) -> Said:
    if path != f"/open-apis/bot/v2/hook/{KEY}":
        return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}
    moment = body.get("timestamp", "")
    signed = hmac.new(f"{moment}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    is_now = isinstance(moment, str) and moment.isdecimal() and abs(int(moment) - desk.now) <= HOUR
    if not is_now or body.get("sign") != base64.b64encode(signed).decode():
        return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
    if len(json.dumps(body, ensure_ascii=False).encode()) > 20_480:
        return {"code": 9499, "msg": "Bad Request", "data": {}}
    if body.get("msg_type") != "interactive":
        return {"code": 9499, "msg": "Bad Request", "data": {}}
    card = body["card"]
    links = [(part["text"]["content"], part["extra"]["url"]) for part in card["elements"] if "extra" in part]
    (acts,) = (part["actions"] for part in card["elements"] if part["tag"] == "action")
    links += [(act["text"]["content"], act["url"]) for act in acts]
    desk.posted.append((card["header"]["title"]["content"], links))
    return {"code": 0, "msg": "success", "data": {}}


@contextmanager
def serving(judge: Callable[[Desk, str, dict[str, str], Said], Said], *, now: float) -> Iterator[Desk]:
    desk = Desk(judge, now=now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk))
    desk.base = f"http://127.0.0.1:{server.server_address[1]}"
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield desk
    server.shutdown()
    running.join()
    server.server_close()


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Hears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(self.rfile.read(int(headers["content-length"])))
            if headers["content-type"] != "application/json; charset=utf-8":
                body = {}
            said = desk.answer
            if said is None:
                said = json.dumps(desk.judge(desk, self.path, headers, body), ensure_ascii=False).encode()
            time.sleep(desk.pause)
            self.send_response(desk.status)
            for name, value in {"Content-Length": str(len(said)), **desk.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said[: len(said) // 2] if desk.is_cut else said)

        def log_message(self, *words: object) -> None:
            """Nothing."""

    return Hears
