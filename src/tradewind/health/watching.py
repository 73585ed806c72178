"""Looking at the installation every few minutes, and waking its owners when something turned bad, once.

A trouble counts when two looks in a row meet it: what mends itself within minutes wakes nobody. Where no worker runs, nobody
looks: /readyz is there for somebody outside to watch.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from tradewind.core.models import SettingValue
from tradewind.core.schedule import every
from tradewind.health.checks import Check, State, check_all, machine
from tradewind.health.letters import write_alarm
from tradewind.lib.clock import format_moment, parse_moment

_KEY: Final = "health.troubles"
# Whoever was told of something bad and has not mended it is told again.
AGAIN_AFTER: Final = timedelta(days=1)


@every(timedelta(minutes=5), name="health.watch")
def watch(now: datetime) -> list[str]:
    """Compare with the last look. Returns the keys that owners are told of, as bad or as well again."""
    return note(check_all(machine(now)), now=now)


def note(checks: Iterable[Check], *, now: datetime) -> list[str]:
    """One at a time: the row is held, so that two workers never tell the same twice."""
    by_key = {check.key: check for check in checks}
    with transaction.atomic():
        SettingValue.objects.get_or_create(key=_KEY, defaults={"value": {"letters": 0}, "changed_at": now})
        row = SettingValue.objects.select_for_update().get(key=_KEY)
        before: dict[str, Any] = row.value.get("troubles", {})
        after = {key: _trouble(before.get(key), check, now) for key, check in by_key.items() if _is_bad(check)}
        new = [by_key[key] for key, trouble in after.items() if trouble["told_at"] != _told_at(before.get(key))]
        well = [by_key[key] for key, trouble in before.items() if trouble["told_at"] and key in by_key.keys() - after]
        letters = row.value["letters"]
        if new or well:
            letters = write_alarm(new, well, after=letters, at=now)
        row.value, row.changed_at = {"letters": letters, "troubles": after}, now
        row.save(update_fields=["value", "changed_at"])
    return [check.key for check in (*new, *well)]


def _is_bad(check: Check) -> bool:
    return check.state != State.GOOD


def _told_at(trouble: Mapping[str, str] | None) -> str:
    return trouble["told_at"] if trouble else ""


def _trouble(before: Mapping[str, str] | None, check: Check, now: datetime) -> dict[str, str]:
    """What is kept of it: since when, how bad it was, and when owners were told last."""
    if before is None:
        return {"since": format_moment(now), "state": check.state, "told_at": ""}
    told_at = _told_at(before)
    is_worse = check.state == State.BAD != before["state"]
    is_due = check.state == State.BAD and told_at and now - parse_moment(told_at) >= AGAIN_AFTER
    if not told_at or is_worse or is_due:
        told_at = format_moment(now)
    return {"since": before["since"], "state": check.state, "told_at": told_at}
