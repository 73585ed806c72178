"""Who is woken, by what, and when they sleep: as an owner says on a page."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Trial, Values, in_force
from tradewind.lib.clock import utc_now
from tradewind.lib.quiet import QuietHours

# Work that waits this many times as long as we warn of is a trouble of its own.
TOO_LATE_TIMES: Final = 4
_SENT: Final = gettext_noop("A letter to {people} leaves within seconds. The page Messages says what became of it.")
_NOBODY: Final = gettext_noop("There is nobody to write to: no owner may log in.")
_MOST_PEOPLE: Final = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """`people` is empty for all owners; `gigabytes` is None for the usual: 4, or a tenth of a small disk."""

    people: tuple[str, ...]
    gigabytes: int | None
    late: timedelta
    days: int
    quiet: QuietHours | None

    def is_quiet(self, now: datetime, zone: ZoneInfo) -> bool:
        return self.quiet is not None and self.quiet.hold(now, zone)


def rules() -> Rules:
    values = in_force(RULES)
    gigabytes = values.get("gigabytes")
    begin, end = values.get("quiet_from"), values.get("quiet_until")
    return Rules(
        people=_people(values),
        gigabytes=int(gigabytes) if gigabytes else None,
        late=timedelta(minutes=int(values["minutes"])),
        days=int(values["days"]),
        quiet=QuietHours(time.fromisoformat(begin), time.fromisoformat(end)) if begin and end else None,
    )


def _people(values: Values) -> tuple[str, ...]:
    return tuple(line.strip() for line in values.get("people", "").splitlines() if line.strip())


def _check(values: Values) -> None:
    """Raises WrongPart."""
    people = _people(values)
    if len(people) > _MOST_PEOPLE:
        raise WrongPart("people", gettext_noop("At most {most} addresses, please."), most=_MOST_PEOPLE)
    for address in people:
        try:
            validate_email(address)
        except ValidationError as problem:
            raise WrongPart("people", gettext_noop("“{address}” is no e-mail address."), address=address) from problem
    begin, end = values.get("quiet_from"), values.get("quiet_until")
    if bool(begin) != bool(end) or (begin and begin == end):
        missing = "quiet_from" if not begin else "quiet_until"
        raise WrongPart(missing, gettext_noop("Please write both, one after the other, or neither."))


def _send_test(values: Values, _email: str) -> list[Step]:
    from tradewind.health.letters import write_test

    people = write_test(_people(values), at=utc_now())
    return [Step(_SENT, {"people": ", ".join(people)})] if people else [Step(_NOBODY, is_good=False)]


def _summary(values: Values) -> Step:
    who = ", ".join(_people(values))
    # Sentences of their own: Chinese puts no space beside its own words.
    if not who and values.get("quiet_from"):
        words = gettext_noop("Letters to all owners; from {quiet_from} to {quiet_until} only of what stands still.")
    elif not who:
        words = gettext_noop("Letters to all owners, at any hour.")
    elif values.get("quiet_from"):
        words = gettext_noop("Letters to {who}; from {quiet_from} to {quiet_until} only of what stands still.")
    else:
        words = gettext_noop("Letters to {who}, at any hour.")
    return Step(words, {**values, "who": who})


_ALL_OWNERS: Final = gettext_noop("all owners")
RULES: Final = Panel(
    key="alarms",
    title=gettext_noop("Alarms"),
    purpose=gettext_noop("Who gets a letter when the shop's machine needs somebody, and from when on."),
    parts=(
        Part(
            "people",
            gettext_noop("Letters go to"),
            gettext_noop("one address in each line; empty: all owners"),
            kind=Kind.LIST,
            longest=2000,
        ),
        Part(
            "gigabytes",
            gettext_noop("Disk: warn below"),
            gettext_noop("GB free; empty: 4, or a tenth of a small disk"),
            kind=Kind.NUMBER,
            least=1,
            most=9999,
            longest=4,
        ),
        Part(
            "minutes",
            gettext_noop("Work: warn when it waits longer than"),
            gettext_noop("minutes; four times as long counts as standing still"),
            kind=Kind.NUMBER,
            default="15",
            least=5,
            most=240,
            longest=3,
        ),
        Part(
            "days",
            gettext_noop("Certificate: warn before its end"),
            gettext_noop("days"),
            kind=Kind.NUMBER,
            default="14",
            least=4,
            most=60,
            longest=2,
        ),
        Part(
            "quiet_from",
            gettext_noop("Quiet from"),
            gettext_noop("the shop's time, as in 23:00; only what stands still wakes you then"),
            kind=Kind.HOUR,
            longest=5,
        ),
        Part("quiet_until", gettext_noop("Quiet until"), gettext_noop("as in 07:30"), kind=Kind.HOUR, longest=5),
    ),
    check=_check,
    trials=(Trial("letter", gettext_noop("Send a test letter"), _send_test),),
    summary=_summary,
)
