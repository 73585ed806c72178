"""What holds for every address below /api/: only reading, and refusals that programs can read."""

import pytest
from django.test import Client

from tests.api.conftest import Ask
from tests.console.making import make_order

ADDRESSES = ["/api/v1/orders", "/api/v1/orders/TW-TEST000001", "/api/v1/me", "/api/v1/openapi.json"]
FROM_ANOTHER_SITE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_the_body(address: str, secret: str) -> None:
    make_order(1)
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    whole, head = client.get(address), client.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == whole["Content-Type"]


def test_head_needs_a_key_as_well(db: None) -> None:
    assert Client().head("/api/v1/orders").status_code == 401


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/v1/nothing"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_nothing_can_be_written(method: str, address: str, secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}", **FROM_ANOTHER_SITE}

    response = Client(enforce_csrf_checks=True).generic(method, address, b"{}", "application/json", headers=headers)

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "only_reading"


@pytest.mark.parametrize("address", ADDRESSES)
def test_options_says_what_is_allowed_and_lets_no_other_site_in(address: str, db: None) -> None:
    response = Client().options(address, headers={**FROM_ANOTHER_SITE, "Access-Control-Request-Method": "GET"})

    assert (response.status_code, response["Allow"], response.content) == (204, "GET, HEAD, OPTIONS", b"")
    assert [name for name in response.headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/orders/",
        "/api/v1/docs",
        "/api/v2/orders",
        "/api/de/de/",
        "/api/%00",
    ],
)
def test_an_address_that_does_not_exist_is_refused_here_and_not_by_the_shop(address: str, ask: Ask) -> None:
    response = Client().get(address)

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["code"] == "no_such_address"


def test_a_program_is_told_by_the_headers_to_take_json_for_json(ask: Ask) -> None:
    response = ask("/orders")

    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_body_that_nobody_asked_for_is_not_read(secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}"}

    response = Client().generic("GET", "/api/v1/me", b"x" * 2_000_000, "application/json", headers=headers)

    assert response.status_code == 200
