"""Words for what can be told, and for what became of it."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.alerting.kinds import (
    ASKED,
    FIGURES,
    KINDS,
    LATE,
    MACHINE,
    MAIL,
    MONEY,
    NOT_BY_MAIL,
    RISK,
    STOCK,
    TROUBLE,
)
from tradewind.alerting.models import Note, Receiver
from tradewind.alerting.ports import robot_of
from tradewind.console.labels import Tag
from tradewind.core import words

_KINDS: Final = {
    MACHINE: gettext_noop("The shop's machine needs somebody"),
    MONEY: gettext_noop("A payment or a refund went wrong"),
    LATE: gettext_noop("A promise was broken"),
    RISK: gettext_noop("A promise will break"),
    TROUBLE: gettext_noop("Something happened to a parcel"),
    STOCK: gettext_noop("A variant is sold out"),
    MAIL: gettext_noop("A letter to a buyer came back"),
    ASKED: gettext_noop("Buyers ask, and other things to do"),
    FIGURES: gettext_noop("Figures of the day"),
}
_LANGUAGES: Final = {"zh": "简体中文", "en": "English", "de": "Deutsch"}
_BY_MAIL: Final = gettext_noop("By mail")
_STATES: Final = {
    Note.State.WAITING: Tag(gettext_noop("On its way"), "wait", "clock"),
    Note.State.SENT: Tag(gettext_noop("Sent"), "good", "check"),
    Note.State.FAILED: Tag(gettext_noop("Not taken"), "bad", "alert"),
    Note.State.DROPPED: Tag(gettext_noop("Not sent: switched off, or out of reach by then"), "plain", "cross"),
}
_ON: Final = Tag(gettext_noop("On"), "good", "check")
_OFF: Final = Tag(gettext_noop("Off"), "plain", "cross")
_LEFT: Final = Tag(gettext_noop("On, but nobody answers for it"), "bad", "alert")
_FAILING: Final = Tag(gettext_noop("On, but nothing arrives"), "bad", "alert")


def languages() -> list[tuple[str, str]]:
    """Each calls itself by its own name."""
    return list(_LANGUAGES.items())


def language_words(code: str) -> str:
    return _LANGUAGES.get(code, code)


def kinds_to_choose(*, by_mail: bool) -> list[tuple[str, str]]:
    return [(kind, _say(_KINDS[kind])) for kind in KINDS if not (by_mail and kind in NOT_BY_MAIL)]


def kinds_in_words(kinds: Sequence[str]) -> str:
    """Each is a sentence of its own."""
    return " · ".join(_say(_KINDS[kind]) for kind in kinds if kind in _KINDS)


def way_words(way: str) -> str:
    robot = robot_of(way)
    return _say(robot.title) if robot is not None else _say(_BY_MAIL)


def place_words(receiver: Receiver) -> str:
    """Who it is: an address of the staff, or the end of a robot's address."""
    return receiver.staff.email if receiver.staff is not None else receiver.tail


def state_tag(state: str) -> Tag:
    return _said(_STATES[Note.State(state)])


def active_tag(receiver: Receiver) -> Tag:
    if not receiver.is_active:
        return _said(_OFF)
    if receiver.has_left:
        return _said(_LEFT)
    return _said(_FAILING if receiver.failing_since else _ON)


def _say(message: str) -> str:
    return words.say(words.spoken(), message)


def _said(tag: Tag) -> Tag:
    return Tag(_say(tag.words), tag.tone, tag.icon)
