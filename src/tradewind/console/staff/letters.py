"""The letters that bring somebody in. They leave like letters to buyers, and keep their link from whoever reads the outbox."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from tradewind.core.inviting import Invited, invite, offer_new_password
from tradewind.core.models import Invitation, Staff
from tradewind.core.words import STAFF_LANGUAGES, say
from tradewind.lib.clock import stamp
from tradewind.markets.shop import shop_profile
from tradewind.messaging.letter import Button, Letter
from tradewind.messaging.moments.order_parts import closing_words, letterhead
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import render

_WORDS: Final = {
    Invitation.Kind.NEW: (
        gettext_noop("{name} invites you to work in the shop's console."),
        gettext_noop("Come in"),
    ),
    Invitation.Kind.RENEWAL: (
        gettext_noop("{name} has made a link with which you choose a new password for the shop's console."),
        gettext_noop("Choose a password"),
    ),
}
_UNTIL: Final = gettext_noop("The link is good for one use, until {time} (Beijing). Please keep it to yourself.")
_NOT_YOU: Final = gettext_noop("You know nothing of this? Then please throw this letter away.")


def welcome_address(token: str) -> str:
    """The whole address behind which somebody chooses their password."""
    return f"{settings.BASE_URL}{reverse('console:welcome', kwargs={'token': token})}"


def mail_invitation(person: Invited, *, by: Staff, at: datetime) -> tuple[Invitation, str]:
    """Invite somebody and write to them. Raises BadAddress, AlreadyHere."""
    with transaction.atomic():
        row, token = invite(person, by=by, at=at)
        _write(row, token, by, at)
    return row, token


def mail_new_password(staff: Staff, *, by: Staff, at: datetime) -> tuple[Invitation, str]:
    """Give somebody a link to a new password and write to them."""
    with transaction.atomic():
        row, token = offer_new_password(staff, by=by, at=at)
        _write(row, token, by, at)
    return row, token


def _write(row: Invitation, token: str, by: Staff, at: datetime) -> None:
    letter = _letter(row, welcome_address(token), by)
    plan_message(
        moment=letter.moment,
        subject=("invitation", row.pk),
        to=Addressee(row.email, letter.language),
        content=render(letter).hiding(token),
        at=at,
    )


def _letter(row: Invitation, address: str, by: Staff) -> Letter:
    language, shop = STAFF_LANGUAGES.get(row.language, "zh"), shop_profile()
    opening, act = (say(language, words, name=by.name) for words in _WORDS[Invitation.Kind(row.kind)])
    return Letter(
        moment="staff_welcome",
        language=language,
        head=letterhead(shop, language),
        subject=opening,
        preview=opening,
        title=act,
        paragraphs=(
            opening,
            say(language, _UNTIL, time=stamp(row.expires_at)),
            say(language, _NOT_YOU),
        ),
        highlight=None,
        button=Button(act, address),
        goods_title="",
        goods=(),
        totals=(),
        sections=(),
        closing=closing_words(shop, language),
    )
