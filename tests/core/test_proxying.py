"""Lines through a real proxy: mail, HTTP and notices, what each asks the proxy for, and what is said where it does not work."""

import socket
import ssl
from collections.abc import Callable, Iterator

import httpx
import pytest
from pytest_django.fixtures import Settings

from tests.connectors.test_smtp import protected, trusting
from tests.contracts.test_mail_port import MAIL
from tests.listening import listening
from tests.messaging.mail_server import mail_server
from tests.proxy_server import Proxy as Running
from tests.proxy_server import proxy_server
from tradewind.connectors.smtp.adapter import SmtpTransport
from tradewind.connectors.smtp.address import read_server_address
from tradewind.connectors.smtp.probing import probe_server
from tradewind.core import http, strangers
from tradewind.core.panel_parts import WrongPart
from tradewind.core.panels import Step, Values
from tradewind.core.probing import probe_https
from tradewind.core.proxies import OWN, house_proxy, proxy_of, try_proxy
from tradewind.core.proxying import Proxy, ProxyRefused, Scheme, WrongProxy, is_excepted, open_line, read_proxy
from tradewind.core.strangers import AddressRefused, NoAnswer
from tradewind.core.work import NeedsAttention, TryAgain

__all__ = ["protected", "trusting"]
SCHEMES = list(Scheme)


@pytest.fixture
def proxy() -> Iterator[Running]:
    with proxy_server(log_in="shop:p:w") as running:
        yield running


def through(running: Running, scheme: str, *, knows: str = "p:w") -> Proxy:
    return read_proxy(running.line(scheme), user="shop", password=knows)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("security", ["smtp", "smtps", "smtp+starttls"])
def test_mail_goes_through_the_proxy_however_its_line_is_protected(
    scheme: str, security: str, protected: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    line = {"smtps": {"tls": protected}, "smtp+starttls": {"starttls": protected}}.get(security, {})
    # The proxy ends first: it has hung up when the server stops.
    with mail_server(**line) as server, proxy_server(log_in="shop:p:w") as proxy:  # type: ignore[arg-type]
        address = read_server_address(f"{security}://localhost:{server.port}")
        transport = SmtpTransport(
            address, own_name="shop.example", trust=trusting, longest=20, proxy=through(proxy, scheme)
        )
        transport.send(MAIL)
        transport.close()

        # With socks5 it is we who look the name up.
        assert proxy.asked == [("127.0.0.1" if scheme == "socks5" else "localhost", server.port)]
        assert len(server.script.received) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_wrong_password_of_the_proxy_is_told_from_a_place_that_it_refuses(scheme: str, proxy: Running) -> None:
    with pytest.raises(ProxyRefused) as told:
        open_line("127.0.0.1", 1, proxy=through(proxy, scheme, knows="wrong"), timeout=20)
    assert (told.value.why, proxy.asked) == ("log_in", [])

    with pytest.raises(ProxyRefused) as told:
        open_line("127.0.0.1", 1, proxy=through(proxy, scheme), timeout=20)
    assert (told.value.why, proxy.asked) == ("place", [("127.0.0.1", 1)])


def test_what_is_no_proxy_is_said_and_one_that_never_answers_is_left() -> None:
    with mail_server() as server:
        for scheme in (Scheme.SOCKS5H, Scheme.HTTP):
            with pytest.raises(ProxyRefused) as told:
                open_line("example.com", 443, proxy=Proxy(scheme, "127.0.0.1", server.port), timeout=20)
            assert told.value.why == "speech"
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError):
        open_line("example.com", 443, proxy=Proxy(Scheme.HTTP, *silent.getsockname()), timeout=0.2)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Callable[[Values], None]:
    """What the page of the house's proxy holds."""
    kept: Values = {}
    monkeypatch.setattr("tradewind.core.proxies.read", lambda key: kept if key == "proxy" else {})
    return kept.update


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_connectors_ask_over_the_proxy_and_follow_nobody(
    scheme: str, proxy: Running, house: Callable[[Values], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Proxies of the environment are for other programs.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    house({"address": proxy.line(scheme), "user": "shop", "password": "p:w", "direct": "example.org\n10.0.0.0/8"})
    with listening() as server:
        port = int(server.url.split(":")[2].split("/")[0])
        proxy.means["tracking.example"] = "127.0.0.1"
        monkeypatch.setattr("tradewind.core.proxying.look_up", lambda *_place: "127.0.0.1")
        server.answer = (302, {"Location": "http://elsewhere.example/"}, b"")

        with http.client(timeout=20) as client:
            answer = client.post(f"http://tracking.example:{port}/hooks", content=b"{}")

        assert (answer.status_code, server.heard[0][0]["user-agent"]) == (302, http.AGENT)
        assert proxy.asked == [("127.0.0.1" if scheme == "socks5" else "tracking.example", port)]
        # This machine, and what stands on the list, is asked straight.
        assert [house_proxy(host) for host in ("localhost", "api.example.org", "10.1.2.3")] == [None] * 3
        with pytest.raises(TryAgain):
            http.send("POST", "http://tracking.example:1/", content=b"{}")


@pytest.mark.django_db(transaction=True)
def test_a_proxy_that_is_away_or_set_up_wrongly_loses_nothing(house: Callable[[Values], None]) -> None:
    house({"address": "socks5h://127.0.0.1:1"})
    with pytest.raises(TryAgain):
        http.send("POST", "http://tracking.example/", content=b"{}")

    house({"address": "ftp://proxy"})
    with pytest.raises(NeedsAttention, match="set up wrongly"):
        http.send("POST", "http://tracking.example/", content=b"{}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_notices_ask_the_proxy_for_the_address_that_was_judged_never_for_the_name(scheme: str, proxy: Running) -> None:
    """Else a name that means the proxy's neighbour would be looked up there, where nobody judges it."""
    with listening() as server:
        url = server.url.replace("127.0.0.1", "localhost")
        port = int(server.url.split(":")[2].split("/")[0])

        answer = strangers.post(url, b"{}", {}, may_stay_here=True, timeout=20, proxy=through(proxy, scheme))

        assert (answer.status, server.heard[0][0]["host"]) == (200, f"localhost:{port}")
        assert proxy.asked == [("127.0.0.1", port)]
        with pytest.raises(AddressRefused):
            strangers.post("https://10.0.0.1/", b"{}", {}, may_stay_here=False, proxy=through(proxy, scheme))
        wrong = through(proxy, scheme, knows="wrong")
        with pytest.raises(NoAnswer):
            strangers.post(url, b"{}", {}, may_stay_here=True, timeout=20, proxy=wrong)
        assert len(proxy.asked) == 1


@pytest.mark.django_db(transaction=True)
def test_the_certificate_is_checked_for_the_name_although_the_address_was_asked_for(
    proxy: Running, protected: ssl.SSLContext, trusting: ssl.SSLContext
) -> None:
    with listening(tls=protected) as server:
        url = server.url.replace("127.0.0.1", "localhost").replace("http:", "https:")
        at_judged = httpx.URL(url).copy_with(host="127.0.0.1")
        with http.client_through(lambda _: through(proxy, "http"), timeout=20, trust=trusting) as client:
            answer = client.post(at_judged, content=b"", extensions={"sni_hostname": "localhost"})
            with pytest.raises(httpx.ConnectError):
                client.post(at_judged, content=b"", extensions={"sni_hostname": "elsewhere.example"})

    assert (answer.status_code, {host for host, _ in proxy.asked}) == (200, {"127.0.0.1"})


def told(steps: list[Step]) -> list[str]:
    return [("" if step.is_good else "! ") + step.words.format(**step.facts) for step in steps]


def test_the_way_to_a_mail_server_is_told_step_by_step(protected: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    with mail_server(starttls=protected, takes_log_in=True) as server, proxy_server(log_in="shop:p:w") as proxy:
        address = read_server_address(f"smtp+starttls://greta:s3cret%2Fword@localhost:{server.port}")
        direct = told(probe_server(address, own_name="shop.example", proxy=None, trust=trusting))
        over = told(probe_server(address, own_name="shop.example", proxy=through(proxy, "http"), trust=trusting))
        wrong = read_server_address(f"smtp+starttls://greta:no@localhost:{server.port}")
        refused = told(probe_server(wrong, own_name="shop.example", proxy=None, trust=trusting))
        unknown = told(probe_server(address, own_name="shop.example", proxy=None))

    assert direct[0] == "The name localhost stands for 127.0.0.1."
    assert direct[1].startswith(f"localhost:{server.port} was connected in ")
    assert direct[2].startswith("The server greets: 220 ")
    assert direct[3].startswith("The certificate of localhost is valid until ")
    assert direct[4:] == ["User and password are accepted."]
    assert over[0] == "The proxy looks the name localhost up itself."
    assert over[1].startswith(f"The proxy http://127.0.0.1:{proxy.port} was reached in ")
    assert over[-1] == "User and password are accepted."
    assert refused[-1].startswith("! User and password are not accepted: 535.")
    assert unknown[-1].startswith("! The certificate of localhost is not accepted: self-signed certificate.")


def test_the_first_step_that_fails_is_the_last_and_says_what_to_do(proxy: Running) -> None:
    away = probe_https("https://127.0.0.1:1/", proxy=None)
    nameless = probe_https("https://nowhere.invalid/", proxy=None)
    proxyless = probe_https("https://nowhere.invalid/", proxy=Proxy(Scheme.HTTP, "127.0.0.1", 1))
    shut_out = probe_https("https://nowhere.invalid/", proxy=through(proxy, "http", knows="no"))
    proxy.refuses.add("far.example")
    refused = probe_https("https://far.example/", proxy=through(proxy, "socks5h"))
    with mail_server() as server:
        unprotected = probe_https(f"https://127.0.0.1:{server.port}/", proxy=None)

    for steps, words in (
        (away, "Look whether server and port are right"),
        (nameless, "Look whether it is spelled right"),
        (proxyless, "Look whether it runs"),
        (shut_out, "Type its user and its password anew"),
        (refused, "Look whether its rules allow this server"),
        (unprotected, "Look whether the port speaks TLS"),
    ):
        assert [step.is_good for step in steps] == [True] * (len(steps) - 1) + [False]
        assert words in told(steps)[-1]


@pytest.mark.parametrize("scheme", ["http", "socks5h"])
def test_a_proxy_is_tried_by_itself_whether_or_not_it_finds_the_place(
    scheme: str, proxy: Running, settings: Settings
) -> None:
    proxy.refuses.add("shop.example")
    settings.BASE_URL = "https://shop.example"
    found = told(try_proxy(through(proxy, scheme)))
    shut_out = told(try_proxy(through(proxy, scheme, knows="no")))
    with listening() as server:
        settings.BASE_URL = server.url
        opened = told(try_proxy(through(proxy, scheme)))

    assert found[1].startswith("The proxy lets us in. To shop.example:443 it opened no line: ")
    assert shut_out[1].startswith(f"! The proxy {scheme}://127.0.0.1:{proxy.port} does not let us in: ")
    assert opened[1].startswith("The proxy lets us in, and opens a line to 127.0.0.1:")
    assert told(try_proxy(None)) == ["No proxy is named: everything goes straight to the other side."]


@pytest.mark.parametrize(
    "line", ["", "proxy:1080", "ftp://proxy:1", "http://", "http://u:p@proxy:1", "http://proxy:0", "http://proxy/path"]
)
def test_a_line_that_names_no_proxy_is_refused(line: str) -> None:
    with pytest.raises(WrongProxy):
        read_proxy(line)
    with pytest.raises(WrongPart):
        proxy_of({"proxy_way": OWN, "proxy": line}, "example.com")


def test_names_below_a_name_addresses_and_networks_are_excepted() -> None:
    exceptions = ["example.com", "*.shop.cn", "10.0.0.0/8", "::1"]

    assert [is_excepted(host, exceptions) for host in ("a.example.com", "x.shop.cn", "10.9.9.9", "::1")] == [True] * 4
    assert [is_excepted(host, exceptions) for host in ("notexample.com", "11.0.0.1", "example.org")] == [False] * 3
    assert str(Proxy(Scheme.HTTP, "::1", 3128, "user", "secret")) == "http://[::1]:3128"
