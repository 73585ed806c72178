"""Texts travel packed to those who can read that; what belongs to one buyer alone does not."""

import gzip

import brotli
import pytest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from tests.shop import Shop
from tradewind.core.compressing import CompressingMiddleware

PAGE = "<p>红茶 Becher</p>" * 200


def ask(response: HttpResponseBase, accepts: str, method: str = "get") -> HttpResponseBase:
    def view(_request: HttpRequest) -> HttpResponseBase:
        return response

    request = getattr(RequestFactory(), method)("/", headers={"Accept-Encoding": accepts})
    return CompressingMiddleware(view)(request)


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
        ("gzip;q=0", None),
    ],
)
def test_the_better_of_the_encodings_that_a_client_reads_is_used(accepts: str, encoding: str | None) -> None:
    answer = ask(HttpResponse(PAGE), accepts)

    assert answer.get("Content-Encoding") == encoding
    assert answer["Vary"] == "Accept-Encoding"


def test_a_packed_page_is_the_same_page() -> None:
    by_brotli, by_gzip = ask(HttpResponse(PAGE), "br"), ask(HttpResponse(PAGE), "gzip")

    assert brotli.decompress(b"".join(by_brotli)).decode() == PAGE  # type: ignore[call-overload]
    assert gzip.decompress(b"".join(by_gzip)).decode() == PAGE  # type: ignore[call-overload]
    assert int(by_brotli["Content-Length"]) == len(b"".join(by_brotli)) < len(PAGE) / 5  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(PAGE, headers={"Cache-Control": "no-store"}),
        HttpResponse(PAGE, content_type="image/webp"),
        HttpResponse(PAGE, status=206),
        HttpResponse("short"),
        HttpResponse(PAGE, headers={"Content-Encoding": "zstd"}),
    ],
    ids=["behind a signed link", "a picture", "a part", "short", "packed already"],
)
def test_what_would_not_gain_or_must_not_be_packed_stays_as_it_is(response: HttpResponse) -> None:
    before, encoding = response.content, response.get("Content-Encoding")

    answer = ask(response, "br, gzip")

    assert b"".join(answer) == before  # type: ignore[call-overload]
    assert answer.get("Content-Encoding") == encoding


def test_a_stream_of_unknown_length_is_not_held_up() -> None:
    import io

    answer = ask(FileResponse(io.BytesIO(PAGE.encode()), content_type="text/html"), "br")

    assert answer.streaming
    assert answer.get("Content-Encoding") is None


def test_styles_and_scripts_come_packed_and_may_still_be_kept(shop: Shop) -> None:
    answer = Client().get("/static/shop.css", headers={"Accept-Encoding": "br"})
    plain = Client().get("/static/shop.css")

    assert answer["Content-Encoding"] == "br"
    assert answer["Cache-Control"] == "max-age=31536000, public"
    assert answer["Content-Type"] == plain["Content-Type"]
    assert brotli.decompress(answer.content) == b"".join(plain)  # type: ignore[call-overload]


def test_the_head_of_a_page_tells_the_same_and_carries_nothing() -> None:
    answer = ask(HttpResponse(PAGE), "br", method="head")

    assert answer["Vary"] == "Accept-Encoding"
    assert answer.get("Content-Encoding") is None
