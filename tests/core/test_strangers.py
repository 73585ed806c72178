"""Calls to strangers: only to the internet, only to the address that was judged, and never further."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from tests.listening import Listener
from tradewind.core import strangers
from tradewind.core.strangers import AddressRefused, NoAnswer, check_url, post

pytestmark = pytest.mark.django_db

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",  # noqa: S104  # nobody binds to it
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "[2001::1]",
    "224.0.0.1",
    "255.255.255.255",
    "2130706433",
    "0x7f.1",
    "127.1",
    "127.0.0.1.",
    "[::1]",
    "[::]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[2002:7f00:1::]",
    "[64:ff9b::a9fe:a9fe]",
    "localhost",
    "intranet",
    "shop.localhost",
]


def code_of(url: str, *, may_stay_here: bool = False) -> str:
    with pytest.raises(AddressRefused) as told:
        check_url(url, may_stay_here=may_stay_here)
    return told.value.code


@pytest.mark.parametrize("host", NOT_PUBLIC)
def test_what_is_not_of_the_internet_is_refused_as_it_is_typed(host: str) -> None:
    assert code_of(f"https://{host}/hooks") == "not_public"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://erp.example/", "no_tls"),
        ("https://me:secret@erp.example/", "has_password"),
        ("ftp://erp.example/", "unreadable"),
        ("file:///etc/passwd", "unreadable"),
        ("erp.example/hooks", "unreadable"),
        ("https://", "unreadable"),
        ("https://erp.example/#part", "unreadable"),
        ("https://erp.example:99999/", "unreadable"),
        ("https://erp.example/a\nb", "unreadable"),
        (f"https://erp.example/{'x' * 500}", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_an_address_that_cannot_be_called_is_refused(url: str, code: str) -> None:
    assert code_of(url) == code


def test_this_machine_may_be_called_only_where_the_setting_says_so() -> None:
    assert check_url("http://127.0.0.1:8000/h", may_stay_here=True) == "http://127.0.0.1:8000/h"
    assert check_url("https://erp.example/h", may_stay_here=False) == "https://erp.example/h"
    assert code_of("http://127.0.0.1:8000/h") == "no_tls"
    assert code_of("http://192.168.1.1/h", may_stay_here=True) == "no_tls"
    assert code_of("https://192.168.1.1/h", may_stay_here=True) == "not_public"


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[list[str]]]]:
    """What a name means, one list after the other at each look. The look-up is the edge: the resolver is not ours."""
    meant: dict[str, list[list[str]]] = {}

    def look_up(host: str, port: int, **_more: Any) -> list[Any]:
        found = meant[host].pop(0) if len(meant[host]) > 1 else meant[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(strangers.socket, "getaddrinfo", look_up)
    return meant


@pytest.mark.parametrize("host", ["93.184.215.14", "[2606:4700::1111]", "[64:ff9b::5db8:d70e]", "erp.example"])
def test_the_internet_is_open(host: str) -> None:
    assert check_url(f"https://{host}/h", may_stay_here=False) == f"https://{host}/h"


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:10.0.0.1"]])
def test_a_name_is_judged_by_every_address_that_it_has(addresses: list[str], names: dict[str, list[list[str]]]) -> None:
    names["erp.example"] = [addresses]

    with pytest.raises(AddressRefused):
        post("https://erp.example/", b"{}", {}, may_stay_here=False)


def test_the_connection_goes_to_the_address_that_was_judged(
    names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the name means a stranger when it is judged, and this machine a moment later."""
    names["erp.example"] = [["93.184.215.14"], ["127.0.0.1"]]
    asked: list[httpx.Request] = []

    def instead(_self: object, request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"ok"))

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", instead)

    assert post("https://erp.example/h?a=1", b"{}", {}, may_stay_here=False).text == "ok"
    (request,) = asked
    assert (request.url.host, request.headers["Host"]) == ("93.184.215.14", "erp.example")
    assert (request.url.raw_path, request.extensions["sni_hostname"]) == (b"/h?a=1", "erp.example")


def test_redirects_are_not_followed_and_answers_are_cut(listener: Listener) -> None:
    listener.answer = (302, {"Location": "http://169.254.169.254/latest"}, b"x" * 100_000)

    answer = post(listener.url, b"{}", {}, may_stay_here=True)

    assert (answer.status, answer.is_good, len(answer.text), len(listener.heard)) == (302, False, 500, 1)


@pytest.mark.parametrize("where", ["headers", "body"])
def test_who_sends_one_letter_after_the_other_is_left(where: str) -> None:
    """Each letter comes in time; the whole would never end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        is_over = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                if where == "body":
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                while not is_over.wait(0.05):
                    connection.sendall(b"x")

        dripping = threading.Thread(target=drip)
        dripping.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(NoAnswer):
            post(url, b"{}", {}, may_stay_here=True, timeout=0.2)
        is_over.set()
        dripping.join()


def test_nobody_there_is_said() -> None:
    with pytest.raises(NoAnswer):
        post("http://127.0.0.1:1/", b"{}", {}, may_stay_here=True, timeout=1)
