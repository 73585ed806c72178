"""Looking at the installation every few minutes, and waking its owners when something turned bad, once.

A trouble counts when two looks in a row meet it, and is over when two meet it no more: what comes and goes within minutes wakes
nobody. Where no worker runs, nobody looks: /readyz is there for somebody outside to watch.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from tradewind.alerting.kinds import MACHINE
from tradewind.alerting.raising import is_heard
from tradewind.core.models import SettingValue
from tradewind.core.schedule import every
from tradewind.health.checks import Check, State, check_all, machine
from tradewind.health.letters import MOMENT, write_alarm
from tradewind.health.robots import tell_robots
from tradewind.health.rules import rules
from tradewind.lib.clock import format_moment, parse_moment
from tradewind.markets.shop import shop_profile
from tradewind.messaging.couriers import LastLook, look_before_sending
from tradewind.messaging.models import Message
from tradewind.messaging.ways_out import has_way_out

_KEY: Final = "health.troubles"
# Whoever was told of something bad and has not mended it is told again. As long "well again" is worth a letter.
AGAIN_AFTER: Final = timedelta(days=1)
# What flickers writes at most this often, unless it gets worse.
QUIET: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the last look found of one check, and what owners were told of it last, and when: moments as text, for the row."""

    state: str = State.GOOD
    looked_at: str = ""
    told: str = State.GOOD
    told_at: str = ""


_NOTHING: Final = _Known()


@every(timedelta(minutes=5), name="health.watch")
def watch(now: datetime) -> list[str]:
    """Compare with the last look. Returns the keys that owners are told of, as bad or as well again."""
    return note(check_all(machine(now)), now=now)


def note(checks: Sequence[Check], *, now: datetime) -> list[str]:
    """One at a time: the row is held, so that two workers never tell the same twice. While no mail server is set and no robot hears of
    the machine, nobody is told; what is still bad when there is one is told then.
    """
    can_tell = has_way_out() or is_heard(MACHINE)
    is_quiet = rules().is_quiet(now, ZoneInfo(shop_profile().zone))
    with transaction.atomic():
        SettingValue.objects.get_or_create(key=_KEY, defaults={"value": {"letters": 0}, "changed_at": now})
        row = SettingValue.objects.select_for_update().get(key=_KEY)
        before = _known(row)
        news = [check for check in checks if can_tell and _is_news(before.get(check.key, _NOTHING), check, now)]
        # Whoever sleeps is woken by what stands still; the rest is news in the morning as well.
        news = [check for check in news if not is_quiet or check.state == State.BAD]
        bad = [check for check in news if check.state != State.GOOD]
        well = [check for check in news if check.state == State.GOOD]
        letters = row.value["letters"]
        if news:
            letters = _tell(bad, well, after=letters, at=now)
        known = {}
        for check in checks:
            after = _after(before.get(check.key, _NOTHING), check, now, is_told=check in news)
            if _is_kept(after, now):
                known[check.key] = asdict(after)
        row.value, row.changed_at = {"letters": letters, "known": known}, now
        row.save(update_fields=["value", "changed_at"])
    return [check.key for check in (*bad, *well)]


def _tell(bad: Sequence[Check], well: Sequence[Check], *, after: int, at: datetime) -> int:
    """Robots hear the same as those who get letters."""
    tell_robots((*bad, *well), at=at)
    return write_alarm(bad, well, after=after, at=at) if has_way_out() else after


def _known(row: SettingValue) -> dict[str, _Known]:
    return {key: _Known(**kept) for key, kept in row.value.get("known", {}).items()}


def _is_news(before: _Known, check: Check, now: datetime) -> bool:
    """Is it worth a letter?"""
    since_told = now - parse_moment(before.told_at) if before.told_at else AGAIN_AFTER
    if check.state == State.BAD and before.told != State.GOOD:
        return before.told == State.WORRY or since_told >= AGAIN_AFTER
    is_good = check.state == State.GOOD
    is_second = is_good == (before.state == State.GOOD) and _looked_at(check, now) != before.looked_at
    return is_good != (before.told == State.GOOD) and is_second and since_told >= QUIET


def _after(before: _Known, check: Check, now: datetime, *, is_told: bool) -> _Known:
    seen = replace(before, state=check.state, looked_at=_looked_at(check, now))
    return replace(seen, told=check.state, told_at=format_moment(now)) if is_told else seen


def _is_kept(known: _Known, now: datetime) -> bool:
    is_new = bool(known.told_at) and now - parse_moment(known.told_at) < AGAIN_AFTER
    return is_new or known.state != State.GOOD or known.told != State.GOOD


def _looked_at(check: Check, now: datetime) -> str:
    return format_moment(check.looked_at or now)


def _is_last_word(message: Message, _at: datetime) -> bool:
    """Has no later letter spoken of all that it speaks of? Where mail stood still, the later one is enough."""
    row = SettingValue.objects.get(key=_KEY)
    return format_moment(message.created_at) in {each.told_at for each in _known(row).values()}


look_before_sending(MOMENT, LastLook(_is_last_word))
