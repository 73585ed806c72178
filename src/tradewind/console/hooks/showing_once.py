"""A secret is shown once, on the page after the one that made it: until then it waits in the session, sealed."""

from typing import Final

from django.http import HttpRequest

from tradewind.core.sealing import CannotOpen, seal, unseal

_NAME: Final = "hook-secret"


def remember(request: HttpRequest, hook_id: int, secret: str) -> None:
    request.session[_NAME] = [hook_id, seal(secret)]


def take(request: HttpRequest, hook_id: int) -> str:
    """The secret of this webhook, where it was made a moment ago; and only the first time."""
    kept = request.session.get(_NAME)
    if not kept or kept[0] != hook_id:
        return ""
    del request.session[_NAME]
    try:
        return unseal(str(kept[1]))
    except CannotOpen:
        return ""
