"""The letter that wakes the owners."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.core.words import STAFF_LANGUAGES, colon, listed, say
from tradewind.health.checks import Check
from tradewind.health.naming import told
from tradewind.health.rules import rules
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.messaging.letter import Button, Letter, Section
from tradewind.messaging.moments.order_parts import letterhead
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import render

Moment: TypeAlias = Literal["machine_alarm", "machine_alarm_test"]
MOMENT: Final = "machine_alarm"
TEST: Final = "machine_alarm_test"
_BAD: Final = gettext_noop("The shop's machine needs you")
_WELL: Final = gettext_noop("The shop's machine is well again")
_TRIAL: Final = gettext_noop("A test of the alarms")
_ALL_WELL: Final = gettext_noop("Nothing has happened: somebody tried whether letters of alarm arrive. They do.")
_NOW_BAD: Final = gettext_noop("Needs you")
_NOW_WELL: Final = gettext_noop("Well again")
_MORE: Final = gettext_noop("Everything that is watched, and how it is, stands in the console.")
_OPEN: Final = gettext_noop("Open the console")


def write_alarm(bad: Sequence[Check], well: Sequence[Check], *, after: int, at: datetime) -> int:
    """To those whom the page of alarms names, else to every owner who may log in, in the caller's transaction. Letters are numbered
    from `after` on; returns the last number.
    """
    shop, number = shop_profile(), after
    for to in addressees(rules().people):
        letter = _letter(shop, to.language, bad, well)
        number += 1
        plan_message(moment=letter.moment, subject=("alarm", number), to=to, content=render(letter), at=at)
    return number


def write_test(people: Sequence[str], *, at: datetime) -> list[str]:
    """A letter that says that it is none. Returns whom it is for."""
    shop, to = shop_profile(), addressees(people)
    first = int(at.timestamp() * 1000)
    with transaction.atomic():
        for number, each in enumerate(to):
            title = say(each.language, _TRIAL)
            letter = _framed(TEST, shop, each.language, title=title, preview=say(each.language, _ALL_WELL))
            content = render(replace(letter, paragraphs=(say(each.language, _ALL_WELL),)))
            plan_message(moment=TEST, subject=("alarm", first + number), to=each, content=content, at=at)
    return [each.recipient for each in to]


def addressees(people: Sequence[str]) -> list[Addressee]:
    """In the language of whoever works here under this address; others read what the first owner reads."""
    staff = list(Staff.objects.filter(is_active=True).order_by("pk"))
    owners = [each for each in staff if each.role == Role.OWNER]
    languages = {each.email.lower(): STAFF_LANGUAGES.get(each.language, "zh") for each in staff}
    usual = languages[owners[0].email.lower()] if owners else "zh"
    named = people or [owner.email for owner in owners]
    return [Addressee(address, languages.get(address.lower(), usual)) for address in named]


def _letter(shop: ShopProfile, language: str, bad: Sequence[Check], well: Sequence[Check]) -> Letter:
    title = say(language, _BAD if bad else _WELL)
    named = [told(check, language) for check in (*bad, *well)]
    subject = f"{title}{colon(language)}{listed(language, [each.title for each in named])}"
    sections = [
        Section(say(language, heading), lines=tuple(f"{each.title}{colon(language)}{each.words}" for each in part))
        for heading, part in ((_NOW_BAD, named[: len(bad)]), (_NOW_WELL, named[len(bad) :]))
        if part
    ]
    letter = _framed(MOMENT, shop, language, title=title, preview=named[0].words)
    return replace(letter, subject=subject, highlight=sections[0], sections=tuple(sections[1:]))


def _framed(moment: Moment, shop: ShopProfile, language: str, *, title: str, preview: str) -> Letter:
    return Letter(
        moment=moment,
        language=language,
        head=letterhead(shop, language),
        subject=title,
        preview=preview,
        title=title,
        paragraphs=(say(language, _MORE),),
        highlight=None,
        button=Button(say(language, _OPEN), f"{settings.BASE_URL}{reverse('console:work')}"),
        goods_title="",
        goods=(),
        totals=(),
        sections=(),
        closing=(),
    )
