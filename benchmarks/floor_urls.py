"""The shop's addresses, and /floor/<size>/: the least that an answer of that size costs."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def floor(request: HttpRequest, size: int) -> HttpResponse:  # noqa: ARG001  # a view gets one
    return HttpResponse(_body(size))


@cache
def _body(size: int) -> bytes:
    return b"x" * size


urlpatterns = [path("floor/<int:size>/", floor), path("", include("tradewind.config.urls"))]
