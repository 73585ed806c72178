"""Words for what a key lets a program do, and for how it is."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.console.labels import Tag
from tradewind.core import words
from tradewind.core.program_keys import KeyState

_SCOPES: Final = {
    "orders:read": gettext_noop("Read orders, with names and addresses of buyers"),
    "orders:write": gettext_noop("Mark orders dispatched, and cancel them"),
    "refunds:write": gettext_noop("Give money back"),
    "products:read": gettext_noop("Read products"),
    "products:write": gettext_noop("Write products"),
    "products:publish": gettext_noop("Publish products and take them offline"),
    "prices:write": gettext_noop("Change prices"),
    "stock:read": gettext_noop("Read stock"),
    "stock:write": gettext_noop("Correct stock"),
    "media:write": gettext_noop("Upload pictures and films"),
    "buyers:read": gettext_noop("Read buyers, with their addresses"),
    "webhooks:read": gettext_noop("Read webhooks and what was said"),
    "webhooks:write": gettext_noop("Add and change webhooks"),
}
_STATES: Final = {
    KeyState.WORKS: Tag(gettext_noop("Works"), "good", "check"),
    KeyState.ENDING: Tag(gettext_noop("Ends soon"), "wait", "clock"),
    KeyState.LESS: Tag(gettext_noop("Does less than it names"), "wait", "alert"),
    KeyState.ASLEEP: Tag(gettext_noop("Opens nothing"), "bad", "hold"),
    KeyState.EXPIRED: Tag(gettext_noop("Has ended"), "plain", "cross"),
    KeyState.REVOKED: Tag(gettext_noop("Revoked"), "plain", "cross"),
}


def scope_words(scope: str) -> str:
    return words.say(words.spoken(), _SCOPES[scope]) if scope in _SCOPES else scope


def scopes_in_words(scopes: Sequence[str]) -> list[str]:
    """In the order of the form, whatever the order in which they were asked for."""
    return [scope_words(scope) for scope in (*_SCOPES, *sorted(set(scopes) - set(_SCOPES))) if scope in scopes]


def state_tag(state: KeyState) -> Tag:
    tag = _STATES[state]
    return Tag(words.say(words.spoken(), tag.words), tag.tone, tag.icon)
