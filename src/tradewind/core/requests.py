"""A number for every request, in its logs and in its answer; and from where it comes."""

import ipaddress
import re
import secrets
from collections.abc import Callable
from typing import Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

_GIVEN: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


def client_address(request: HttpRequest) -> str:
    """The address of who asks. Behind a proxy it is the last one that X-Forwarded-For names: the proxy has added it,
    and whatever stands before it the client may have made up.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if not settings.IS_BEHIND_PROXY:
        return nearest
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return nearest


class RequestIdMiddleware:
    """Takes a proxy's X-Request-ID when it is well-formed, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
