"""A week before a key of a program ends, whoever made it and every owner get a letter: the program would stand still unannounced."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.core.models import ApiToken, Staff
from tradewind.core.models.staff import Role
from tradewind.core.program_keys import WARNED_BEFORE, living_keys
from tradewind.core.schedule import every
from tradewind.core.words import STAFF_LANGUAGES, say
from tradewind.lib.clock import stamp
from tradewind.markets.shop import shop_profile
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.letter import Button, Letter
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_parts import letterhead
from tradewind.messaging.planning import Addressee, is_planned, plan_message
from tradewind.messaging.rendering import render

MOMENT: Final = "key_ending"
_TITLE: Final = gettext_noop("The key “{name}” ends on {time}")
_WHAT: Final = gettext_noop(
    "The program that uses it is refused from then on (Beijing time). Make a new key in the console, give it to the program, "
    "then revoke this one."
)
_WHO: Final = gettext_noop("{maker} made it. It was used last: {used}.")
_NEVER: Final = gettext_noop("never")
_OPEN: Final = gettext_noop("To the key")


@every(timedelta(hours=6), name="health.tell_of_ending_keys")
def tell_of_ending_keys(now: datetime) -> int:
    """One letter for each key and person, however often this runs. Returns how many were planned."""
    told = 0
    ending = living_keys(at=now).filter(expires_at__lte=now + WARNED_BEFORE, created_by__is_active=True)
    for key in ending.select_related("created_by").order_by("pk"):
        for person in _concerned(key):
            told += _tell(key, person, now)
    return told


def _concerned(key: ApiToken) -> list[Staff]:
    owners = Staff.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=key.created_by_id)
    return [key.created_by, *owners.order_by("pk")]


def _tell(key: ApiToken, person: Staff, now: datetime) -> int:
    # The person stands in the kind: a key has one letter for each of those whom it concerns.
    subject = (f"token.{person.pk}", key.pk)
    language = STAFF_LANGUAGES.get(person.language, "zh")
    with transaction.atomic():
        if is_planned(MOMENT, subject):
            return 0
        content = render(_letter(key, language))
        plan_message(moment=MOMENT, subject=subject, to=Addressee(person.email, language), content=content, at=now)
    return 1


def _letter(key: ApiToken, language: str) -> Letter:
    title = say(language, _TITLE, name=key.name, time=stamp(key.expires_at) if key.expires_at else "")
    used = stamp(key.last_used_at) if key.last_used_at else say(language, _NEVER)
    return Letter(
        moment=MOMENT,
        language=language,
        head=letterhead(shop_profile(), language),
        subject=title,
        preview=title,
        title=title,
        paragraphs=(say(language, _WHAT), say(language, _WHO, maker=key.created_by.name, used=used)),
        highlight=None,
        button=Button(say(language, _OPEN), f"{settings.BASE_URL}{reverse('console:key', kwargs={'key_id': key.pk})}"),
        goods_title="",
        goods=(),
        totals=(),
        sections=(),
        closing=(),
    )


def _still_opens(message: Message, _at: datetime) -> bool:
    """Where mail stood still, somebody may have revoked it meanwhile."""
    return ApiToken.objects.filter(pk=message.subject_id, revoked_at=None).exists()


look_before_sending(MOMENT, LastLook(_still_opens))
