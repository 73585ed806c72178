"""Reading forms: what a buyer's browser sends becomes typed values here, or BadInput before anything is touched."""

from collections.abc import Iterable
from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest

# A form's longest answer, cut here so that a draft stays small; the checks beside the fields allow less.
_LONGEST_KEPT: Final = 500
_LONGEST_RANDOM_KEY: Final = 40  # the columns' width
_LARGEST_ID: Final = 2**63 - 1


class BadInput(BadRequest):
    """No form of ours sends this: not a number, not UTF-8, or characters that no text has. Answered with 400."""


def texts(request: HttpRequest, names: Iterable[str], *, longest: int = _LONGEST_KEPT) -> dict[str, str]:
    """The answers by name, without the space around them. Raises BadInput for what was not valid UTF-8, or has NULs."""
    found = {name: request.POST.get(name, "") for name in names}
    for name, value in found.items():
        if "\ufffd" in value or "\x00" in value:
            raise BadInput(name)
    return {name: value.strip()[:longest] for name, value in found.items()}


def random_key(request: HttpRequest, cookie: str) -> str | None:
    """The key of a cart or a wish list, None for what cannot be one."""
    key = request.COOKIES.get(cookie, "")
    return key if key.isascii() and key.isprintable() and 0 < len(key) <= _LONGEST_RANDOM_KEY else None


def whole_number(request: HttpRequest, name: str, *, most: int = _LARGEST_ID) -> int:
    """A number from 0 to `most`, written in plain digits. Raises BadInput."""
    value = request.POST.get(name, "").strip()
    if not (value.isascii() and value.isdecimal() and len(value) < 20 and int(value) <= most):  # noqa: PLR2004  # digits of a 64-bit number
        raise BadInput(name)
    return int(value)
