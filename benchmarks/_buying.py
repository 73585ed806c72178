"""Buyers as browsers are: one keep-alive connection, cookies, forms read from the page that was shown."""

import html
import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Final
from urllib.parse import urlencode, urlsplit

_HIDDEN_DIGEST: Final = re.compile(r'name="shown_digest" value="([^"]+)"')
_CHECKED: Final = re.compile(r'name="(option|method)" value="([^"]+)"[^>]*\bchecked')
_HAMBURG: Final = {
    "name": "Greta Behrens",
    "line1": "Große Elbstraße 5",
    "postcode": "22767",
    "city": "Hamburg",
    "country": "DE",
}


class Unexpected(Exception):
    """The shop answered something else than a buyer who buys expects."""


@dataclass(slots=True)
class Browser:
    """Follows no redirect by itself: each request is one that we mean to make."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    _connection: HTTPConnection | None = None

    def get(self, url: str, *, expect: int = 200) -> tuple[str, str]:
        return self._ask("GET", url, None, expect)

    def post(self, url: str, form: dict[str, str], *, expect: int) -> tuple[str, str]:
        return self._ask("POST", url, urlencode(form), expect)

    def _ask(self, method: str, url: str, body: str | None, expect: int) -> tuple[str, str]:
        """The place that the answer sends us to, and its body."""
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, urlsplit(url).path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self.requests += 1
        self._keep_cookies(answer)
        if answer.status != expect:
            raise Unexpected(f"{method} {url}: {answer.status} instead of {expect}\n{text[:2000]}")
        return answer.headers.get("Location", ""), text

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            if value and value != '""':
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


def buy(browser: Browser, *, variant_id: int, email: str) -> None:
    """From the cart to the order's page, paid on the simulated provider's page: seven requests. Raises Unexpected."""
    browser.post("/de/de/cart/lines/", {"variant": str(variant_id), "quantity": "1"}, expect=303)
    _, page = browser.get("/de/de/checkout/")
    digest = _HIDDEN_DIGEST.search(page)
    if digest is None:
        raise Unexpected("the checkout shows no digest")
    form = {
        **_HAMBURG,
        **dict(_CHECKED.findall(page)),
        "method": "card",
        "email": email,
        "shown_digest": html.unescape(digest[1]),
        "action": "place",
    }
    provider, _ = browser.post("/de/de/checkout/", form, expect=303)
    browser.get(provider)
    back, _ = browser.post(provider, {"choice": "pay"}, expect=302)
    order, _ = browser.get(back, expect=302)
    browser.get(order)
