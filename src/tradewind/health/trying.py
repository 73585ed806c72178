"""Trying every connection once a day, step by step, and asking for a hand where one fails twice in a row."""

from datetime import UTC, datetime, timedelta
from typing import Final

from tradewind.core import todos
from tradewind.core.connecting import Connection, Probed, connections, last_probes, note_probe, probe
from tradewind.core.panel_parts import WrongPart
from tradewind.core.panels import Step, in_force
from tradewind.core.schedule import every

FAILING: Final = "connection.failing"
EACH: Final = timedelta(days=1)
# One failure may be chance: look again soon, then each hour until it works.
SOON: Final = timedelta(minutes=10)
HOURLY: Final = timedelta(hours=1)
_WITHIN: Final = timedelta(hours=4)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_ALL: Final = ("connection", 0)


@every(timedelta(minutes=5), name="health.try_connections")
def try_connections(now: datetime) -> list[str]:
    """One at most, so that nobody waits long for us. Returns the keys of those that were tried."""
    last = last_probes()
    due = [each for each in connections() if _is_due(each, last.get(each.key), now)]
    # Whichever has waited the longest: one that is due again soon keeps no other from its turn.
    tried = sorted(due, key=lambda each: last[each.key].at if each.key in last else _NEVER)[:1]
    for connection in tried:
        try:
            found = probe(connection, at=now)
        except WrongPart as wrong:  # an older check let it pass
            found = note_probe(connection, [Step(wrong.words, wrong.values, is_good=False)], at=now)
        last = {**last, connection.key: found}
    note_found(last, is_new=bool(tried), now=now)
    return [each.key for each in tried]


def note_found(last: dict[str, Probed], *, is_new: bool, now: datetime) -> None:
    """Ask for a hand when a trial says so, or take back what was asked for, also when the connection is gone."""
    failing = sorted(key for key, found in last.items() if found.failures >= 2)  # noqa: PLR2004  # twice
    if failing and is_new:
        facts = {"connections": failing}
        todos.ask_for_hand(FAILING, subject=_ALL, account_id=None, due_at=now + _WITHIN, at=now, facts=facts)
    elif not failing:
        todos.settle_by_fact(FAILING, subject=_ALL, at=now)


def _is_due(connection: Connection, last: Probed | None, now: datetime) -> bool:
    if connection.probe is None or not connection.has_all(in_force(connection)) or not connection.is_used():
        return False
    if last is None:
        return True
    pause = EACH if last.is_good else SOON if last.failures == 1 else HOURLY
    return now - last.at >= pause
