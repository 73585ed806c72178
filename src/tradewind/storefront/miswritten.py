"""Addresses of the shop that somebody wrote in capitals or without the last stroke: where they are meant to lead."""

from typing import Final

from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path

from tradewind.lib.clock import utc_now
from tradewind.markets.queries import UnknownMarket, market_by_code
from tradewind.storefront.place import find_place

_PLACE_PARTS: Final = 2


def meant_by(request: HttpRequest) -> str | None:
    """The address as the shop writes it, with the query as it stands; None where that is the same, or nowhere."""
    if request.method not in {"GET", "HEAD"}:
        return None
    parts = request.path.removeprefix("/").split("/")
    place = [part.lower() for part in parts[:_PLACE_PARTS]]
    path = "/" + "/".join([*place, *parts[_PLACE_PARTS:]])
    written = next((each for each in (path, f"{path}/") if each != request.path and _is_a_page(each)), None)
    if written is None or not _is_there(place):
        return None
    query = request.META.get("QUERY_STRING", "")
    return escape_uri_path(written) + (f"?{query}" if query else "")


def _is_a_page(path: str) -> bool:
    try:
        return resolve(path).namespace == "storefront"
    except Resolver404:
        return False


def _is_there(place: list[str]) -> bool:
    market, language = [*place, ""][:_PLACE_PARTS]
    today = utc_now().date()
    try:
        if language:
            find_place(market, language, on=today)
        else:
            market_by_code(market, on=today)
    except (Http404, UnknownMarket):
        return False
    return True
