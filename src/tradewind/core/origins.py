"""Cross-site requests are refused by Origin and Sec-Fetch-Site, so that cached pages can carry forms without tokens.

The console has tokens as well. Machines post to /hooks/ and /api/, which have signatures and keys of their own.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FOR_MACHINES: Final = ("/hooks/", "/api/")


class OriginMiddleware:
    """Refuses a form that another site sent. A client that sends neither header is no browser and carries no cookie
    that it was tricked into sending.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _SAFE and not request.path.startswith(_FOR_MACHINES) and is_cross_site(request):
            return HttpResponseForbidden("This form came from another site and was not accepted.", "text/plain")
        return self.get_response(request)


def is_cross_site(request: HttpRequest) -> bool:
    """Sec-Fetch-Site decides where there is one: from pages with no-referrer, browsers send "Origin: null" even to the
    page's own site. Other hosts of the same domain count as other sites.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and _host_of(origin) != request.get_host().lower()


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
