"""Sends text packed (brotli, else gzip) to whoever can read it, so that a small shop is light without a proxy that does it.

What only its owner may read is left as it is: the length of a packed answer tells something of what stands in it.
"""

import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

# Shorter texts fit into the first packets as they are.
_WORTH_IT: Final = 1000
_TEXTS: Final = (
    "text/",
    "application/json",
    "application/ld+json",
    "application/xml",
    "application/rss+xml",
    "image/svg",
)
# Pages are packed for one reader, files that never change their content for all.
_QUICKLY, _WELL = 4, 11


class CompressingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not _may_be_packed(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        encoding = _encoding(request)
        if not encoding or request.method == "HEAD":
            return response
        return _packed(response, encoding)


def _may_be_packed(response: HttpResponseBase) -> bool:
    cached = response.get("Cache-Control", "")
    return (
        response.status_code == 200  # noqa: PLR2004  # a part of a file or an empty answer stays what it is
        and not response.has_header("Content-Encoding")
        and response.get("Content-Type", "").startswith(_TEXTS)
        and "no-store" not in cached
        and (not response.streaming or _is_for_good(response))
    )


def _is_for_good(response: HttpResponseBase) -> bool:
    return response.get("Cache-Control", "").startswith("max-age=31536000")


def _encoding(request: HttpRequest) -> str:
    """The better one of those that the client names without refusing them; "" for none."""
    named = {}
    for part in request.headers.get("Accept-Encoding", "").split(","):
        name, _, weight = part.strip().lower().partition(";")
        named[name.strip()] = weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ("br", "gzip") if named.get(name)), "")


def _packed(response: HttpResponseBase, encoding: str) -> HttpResponseBase:
    if isinstance(response, StreamingHttpResponse):
        whole = HttpResponse(b"".join(response), headers=dict(response.items()))  # files, read at once
        response.close()
        return _packed(whole, encoding)
    assert isinstance(response, HttpResponse)  # noqa: S101  # Django has no third kind
    content = response.content
    if len(content) >= _WORTH_IT:
        pack = _pack_well if _is_for_good(response) else _pack
        content = response.content = pack(content, encoding)
        response["Content-Encoding"] = encoding
    response["Content-Length"] = str(len(content))
    return response


def _pack(content: bytes, encoding: str, *, quality: int = _QUICKLY) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=quality))
    return gzip.compress(content, compresslevel=min(quality, 9), mtime=0)


@lru_cache(maxsize=256)
def _pack_well(content: bytes, encoding: str) -> bytes:
    return _pack(content, encoding, quality=_WELL)
