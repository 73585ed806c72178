"""The letter that wakes the owners."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.core.words import STAFF_LANGUAGES, colon, listed, say
from tradewind.health.checks import Check
from tradewind.health.naming import told
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.messaging.letter import Button, Letter, Section
from tradewind.messaging.moments.order_parts import letterhead
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import render

MOMENT: Final = "machine_alarm"
_BAD: Final = gettext_noop("The shop's machine needs you")
_WELL: Final = gettext_noop("The shop's machine is well again")
_NOW_BAD: Final = gettext_noop("Needs you")
_NOW_WELL: Final = gettext_noop("Well again")
_MORE: Final = gettext_noop("Everything that is watched, and how it is, stands in the console.")
_OPEN: Final = gettext_noop("Open the console")


def write_alarm(bad: Sequence[Check], well: Sequence[Check], *, after: int, at: datetime) -> int:
    """To every owner who may log in, in their language, in the caller's transaction. Letters are numbered from `after` on; returns
    the last number.
    """
    shop, number = shop_profile(), after
    for owner in Staff.objects.filter(role=Role.OWNER, is_active=True).order_by("pk"):
        language = STAFF_LANGUAGES.get(owner.language, "zh")
        letter = _letter(shop, language, bad, well)
        number += 1
        plan_message(
            moment=letter.moment,
            subject=("alarm", number),
            to=Addressee(owner.email, language),
            content=render(letter),
            at=at,
        )
    return number


def _letter(shop: ShopProfile, language: str, bad: Sequence[Check], well: Sequence[Check]) -> Letter:
    title = say(language, _BAD if bad else _WELL)
    named = [told(check, language) for check in (*bad, *well)]
    subject = f"{title}{colon(language)}{listed(language, [each.title for each in named])}"
    sections = [
        Section(say(language, heading), lines=tuple(f"{each.title}{colon(language)}{each.words}" for each in part))
        for heading, part in ((_NOW_BAD, named[: len(bad)]), (_NOW_WELL, named[len(bad) :]))
        if part
    ]
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop, language),
        subject=subject,
        preview=named[0].words,
        title=title,
        paragraphs=(say(language, _MORE),),
        highlight=sections[0],
        button=Button(say(language, _OPEN), f"{settings.BASE_URL}{reverse('console:work')}"),
        goods_title="",
        goods=(),
        totals=(),
        sections=tuple(sections[1:]),
        closing=(),
    )
