"""What a browser is asked to sign with a passkey, and its answer: each challenge waits in the session, for one try and a few minutes."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tradewind.core import words
from tradewind.core.models import Staff
from tradewind.core.passkeys import Question, WrongPasskey, are_possible, check_passkey, passkeys_of

# The field of a form that brings the browser's answer.
ANSWER: Final = "passkey"
WITHIN: Final = timedelta(minutes=5)
_WRONG: Final = gettext_noop("This passkey does not open. Please try again, or take another way in.")


class Purpose(StrEnum):
    """An answer to one question is none to another."""

    DOOR = "door"  # instead of a password
    STEP = "step"  # after the password
    AGAIN = "again"  # instead of the password again
    ADDING = "adding"


def remember(request: HttpRequest, purpose: Purpose, question: Question, *, at: datetime) -> None:
    request.session[_place(purpose)] = {"challenge": question.challenge, "at": int(at.timestamp())}


def challenge_of(request: HttpRequest, purpose: Purpose, *, at: datetime) -> str:
    """Only once. Raises WrongPasskey."""
    kept = request.session.pop(_place(purpose), None)
    if not kept or not 0 <= at.timestamp() - kept["at"] < WITHIN.total_seconds():
        raise WrongPasskey
    return str(kept["challenge"])


def signed_by(  # what is asked of an answer
    request: HttpRequest,
    purpose: Purpose,
    *,
    alone: bool,
    at: datetime,
    staff: Staff | None = None,
    field: str = ANSWER,
) -> Staff:
    """Whose passkey has signed what was asked. Raises WrongPasskey."""
    challenge = challenge_of(request, purpose, at=at)
    return check_passkey(request.POST.get(field, ""), challenge=challenge, alone=alone, at=at, staff=staff)


def has_passkeys(staff: Staff) -> bool:
    """Any that can be used at the shop's present address?"""
    return are_possible() and passkeys_of(staff).exists()


def passkey_words() -> str:
    return words.say(words.spoken(), _WRONG)


def _place(purpose: Purpose) -> str:
    return f"passkey-{purpose}"
