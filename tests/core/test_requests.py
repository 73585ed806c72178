"""What every request passes: a number of its own, and a look at where a form comes from."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tradewind.core.origins import OriginMiddleware
from tradewind.core.requests import RequestIdMiddleware


def accepted(request: HttpRequest) -> HttpResponse:
    return HttpResponse("accepted")


def status(method: str = "POST", path: str = "/de/de/cart", **headers: str) -> int:
    request = RequestFactory().generic(method, path, headers={"Host": "testserver", **headers})
    return OriginMiddleware(accepted)(request).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://testserver"},
        {"Origin": "https://TESTSERVER"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "none"},
        # From a page with no-referrer, such as the order page behind its link.
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_a_form_of_our_own_is_accepted(headers: dict[str, str]) -> None:
    assert status(**headers) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://testserver.evil.example"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://blog.testserver"},
    ],
)
def test_a_form_of_another_site_is_refused(headers: dict[str, str]) -> None:
    assert status(**headers) == 403


def test_reading_is_open_to_all_and_machines_have_keys_of_their_own() -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}

    assert [status("GET", **foreign), status(path="/hooks/payments/x", **foreign)] == [200, 200]
    assert [status(method, **foreign) for method in ("PUT", "PATCH", "DELETE")] == [403, 403, 403]


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with space1", "line\tbreak1"])
def test_a_request_without_a_usable_number_gets_one(given: str) -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": given})

    number = RequestIdMiddleware(accepted)(request)["X-Request-ID"]

    assert re.fullmatch("[0-9a-f]{16}", number) is not None


def test_a_proxys_number_is_kept() -> None:
    request = RequestFactory().get("/", headers={"X-Request-ID": "abc-DEF-123"})

    assert RequestIdMiddleware(accepted)(request)["X-Request-ID"] == "abc-DEF-123"
