"""What staff type about who is told, read once."""

from collections.abc import Mapping
from datetime import time
from typing import Final
from zoneinfo import available_timezones

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_noop

from tradewind.alerting.kinds import KINDS, NOT_BY_MAIL
from tradewind.alerting.models import Receiver
from tradewind.alerting.ports import WrongRobot
from tradewind.alerting.receiving import NameTaken, Place, Rules, TooMany
from tradewind.console import typed
from tradewind.console.alerts.wording import languages
from tradewind.console.typed import Problem, WrongInput
from tradewind.core.models import Staff

ROBOT: Final = "robot"
LETTERS: Final = "letters"
CHANGE: Final = "receiver"
LONGEST_NAME: Final = 80
LONGEST_ADDRESS: Final = 300
LONGEST_SECRET: Final = 140
_MINUTES: Final = range(1, 121)
_AN_HOUR: Final = range(1, 61)
_NO_TIME: Final = gettext_noop("Please write a time like 07:30.")
_BOTH: Final = gettext_noop("Please write both, one after the other, or neither.")
_NO_ZONE: Final = gettext_noop("Please write a time zone of the tz database, like Asia/Shanghai.")
_NOTHING: Final = gettext_noop("Please choose at least one, or an hour for the figures of the day.")
_BETWEEN: Final = gettext_noop("Please write a number between {least} and {most}.")
_NOBODY: Final = gettext_noop("Please choose somebody.")
_TAKEN: Final = gettext_noop("Somebody else who is told has this name. Please choose another.")
_TOO_MANY: Final = gettext_noop("Thirty are told already. Please remove one first.")
USUAL: Final = {"group_minutes": "10", "most_an_hour": "6", "is_woken": "on"}


def read_rules(fields: QueryDict, *, by_mail: bool) -> Rules:
    """Raises WrongInput."""
    name = typed.read_text(fields, "name", longest=LONGEST_NAME)
    language = fields.get("language", "")
    if language not in dict(languages()):
        raise WrongInput("language", gettext_noop("Please choose one."))
    zone = typed.read_text(fields, "zone", longest=40)
    if zone not in available_timezones():
        raise WrongInput("zone", _NO_ZONE)
    kinds = [kind for kind in KINDS if kind in fields.getlist("kind") and not (by_mail and kind in NOT_BY_MAIL)]
    figures_at = _time(fields, "figures_at")
    if not kinds and figures_at is None:
        raise WrongInput("kind", _NOTHING)
    begin, end = _time(fields, "quiet_from"), _time(fields, "quiet_until")
    if (begin is None) != (end is None) or (begin is not None and begin == end):
        raise WrongInput("quiet_from" if begin is None else "quiet_until", _BOTH)
    return Rules(
        name=name,
        language=language,
        zone=zone,
        kinds=kinds,
        quiet_from=begin,
        quiet_until=end,
        is_woken=bool(fields.get("is_woken")),
        group_minutes=_number(fields, "group_minutes", _MINUTES),
        most_an_hour=_number(fields, "most_an_hour", _AN_HOUR),
        figures_at=figures_at,
    )


def read_place(fields: QueryDict) -> Place:
    """Of a robot. Raises WrongInput."""
    address = typed.read_text(fields, "address", longest=LONGEST_ADDRESS)
    return Place(fields.get("way", ""), address, read_secret(fields))


def read_new_place(fields: QueryDict, way: str) -> Place:
    """With an empty address where it is to stay. Raises WrongInput."""
    address = typed.read_text(fields, "address", longest=LONGEST_ADDRESS, is_needed=False)
    return Place(way, address, read_secret(fields))


def read_secret(fields: QueryDict) -> str:
    return typed.read_text(fields, "secret", longest=LONGEST_SECRET, is_needed=False)


def read_person(fields: QueryDict) -> Staff:
    """Raises WrongInput."""
    person = Staff.objects.filter(pk=typed.read_id(fields, "staff"), is_active=True).first()
    if person is None:
        raise WrongInput("staff", _NOBODY)
    return person


def refusal(problem: WrongRobot | NameTaken | TooMany) -> WrongInput:
    if isinstance(problem, WrongRobot):
        return WrongInput(problem.part, problem.words)
    return WrongInput("name", _TAKEN if isinstance(problem, NameTaken) else _TOO_MANY)


def problem_of(request: HttpRequest, form: str, wrong: WrongInput) -> Problem:
    """With all that was typed and ticked, but for the secret and the address, which are typed anew."""
    again = {name: str(value) for name, value in request.POST.items() if name not in {"secret", "address"}}
    again |= {f"kind-{value}": "on" for value in request.POST.getlist("kind")}
    return Problem(form, wrong.field, wrong.words, again)


def typed_of(row: Receiver) -> Mapping[str, str]:
    """The fields of the form as they are on record."""
    hours = {name: getattr(row, name) for name in ("quiet_from", "quiet_until", "figures_at")}
    return {
        "name": row.name,
        "language": row.language,
        "zone": row.zone,
        "group_minutes": str(row.group_minutes),
        "most_an_hour": str(row.most_an_hour),
        **{name: hour.isoformat("minutes") if hour else "" for name, hour in hours.items()},
        **({"is_woken": "on"} if row.is_woken else {}),
        **{f"kind-{kind}": "on" for kind in row.kinds},
    }


def _time(fields: QueryDict, name: str) -> time | None:
    """Raises WrongInput."""
    text = typed.read_text(fields, name, longest=8, is_needed=False)
    if not text:
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise WrongInput(name, _NO_TIME) from None


def _number(fields: QueryDict, name: str, allowed: range) -> int:
    """Raises WrongInput."""
    number = typed.read_quantity(fields, name)
    if number not in allowed:
        raise WrongInput(name, _BETWEEN, least=allowed[0], most=allowed[-1])
    return number
