"""A secret is shown once, on the page after the one that made it: until then it waits in the session, sealed."""

from typing import Final

from django.http import HttpRequest

from tradewind.core.sealing import CannotOpen, seal, unseal

_ENDING: Final = "-secret"


def remember(request: HttpRequest, kind: str, number: int, secret: str) -> None:
    """`kind` and `number` say whose it is: a webhook's, or a key's."""
    request.session[kind + _ENDING] = [number, seal(secret)]


def take(request: HttpRequest, kind: str, number: int) -> str:
    """The secret of this one, where it was made a moment ago; and only the first time."""
    kept = request.session.get(kind + _ENDING)
    if not kept or kept[0] != number:
        return ""
    del request.session[kind + _ENDING]
    try:
        return unseal(str(kept[1]))
    except CannotOpen:
        return ""
