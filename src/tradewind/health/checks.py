"""Checks of an installation: what each looks at, and from when on it is a trouble. Figures only; the words are in naming."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Q

from tradewind.backup.making import archives_in
from tradewind.backup.nightly import OLDEST
from tradewind.backup.rules import Rules as BackupRules
from tradewind.backup.rules import rules as backup_rules
from tradewind.core import connecting, queries
from tradewind.core.models import Delivery, WorkItem
from tradewind.health.certificates import DAYS_TO_ACT, last_seen
from tradewind.health.rules import TOO_LATE_TIMES, Rules, rules
from tradewind.messaging.couriers import MAIL
from tradewind.messaging.models import Message
from tradewind.messaging.ways_out import has_way_out
from tradewind.shipping.tracker_states import PATIENCE, failing_trackers

# Where the page of alarms says nothing else: below either of them there is little room, below a quarter of either next to none.
LITTLE_ROOM: Final = 4 << 30
LITTLE_SHARE: Final = 0.10
MAIL_COUNTED: Final = timedelta(days=1)
# Buyers mistype their addresses. From both on it is rather our sender that others refuse.
REFUSED_LEAST: Final = 5
REFUSED_SHARE: Final = 0.10


class State(StrEnum):
    """WORRY: it will become a trouble. BAD: something does not work, or may stop at any moment."""

    GOOD = "good"
    WORRY = "worry"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, and the figures that its words name. `case` tells apart what has words of its own."""

    key: str
    state: State
    case: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    # When it was looked at, where one look is read several times and may have failed by chance; else at each reading.
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What the work page shows as well, read once."""

    now: datetime
    workers: list[queries.WorkerRow]
    counts: list[queries.WorkCounts]
    jobs: list[queries.JobRow]
    rules: Rules
    backups: BackupRules


def machine(now: datetime) -> Machine:
    return Machine(now, queries.workers(now=now), queries.work_counts(), queries.schedule(), rules(), backup_rules())


def check_all(seen: Machine) -> list[Check]:
    """The state of everything, in an order that stays."""
    return [check for look in _LOOKS for check in look(seen)]


def _workers(seen: Machine) -> list[Check]:
    alive = [worker for worker in seen.workers if worker.is_alive]
    if alive:
        return [Check("workers", State.GOOD, facts={"number": len(alive)})]
    if seen.workers:
        return [Check("workers", State.BAD, "silent", {"time": seen.workers[0].beat_at})]
    return [Check("workers", State.BAD, "never")]


def _queues(seen: Machine) -> list[Check]:
    oldest = min((count.oldest_due_at for count in seen.counts if count.oldest_due_at), default=seen.now)
    late = seen.now - oldest
    limit = seen.rules.late
    state = State.BAD if late > TOO_LATE_TIMES * limit else State.WORRY if late > limit else State.GOOD
    waiting = sum(count.waiting for count in seen.counts)
    stuck = sum(count.stuck for count in seen.counts)
    return [
        Check("queues", state, "late" if state != State.GOOD else "", {"number": waiting, "time": oldest}),
        Check("stuck", State.WORRY if stuck else State.GOOD, "some" if stuck else "", {"number": stuck}),
    ]


def _schedule(seen: Machine) -> list[Check]:
    failing = [job.name for job in seen.jobs if job.error]
    if failing:
        return [Check("schedule", State.WORRY, "failing", {"names": ", ".join(failing)})]
    return [Check("schedule", State.GOOD)]


def _disks(seen: Machine) -> list[Check]:
    data, backups = settings.FOLDER.path, seen.backups.folder
    # Backups on the same disk would say the same twice.
    places = {"disk": data} if _is_one_disk(data, backups) else {"disk": data, "backup-disk": backups}
    return [_room(key, place, seen.rules) for key, place in places.items()]


def _mail(seen: Machine) -> list[Check]:
    if not has_way_out():
        return [Check("mail", State.BAD, "unset")]
    failing = Delivery.objects.filter(kind=MAIL, state=WorkItem.State.STUCK).count()
    if failing:
        return [Check("mail", State.BAD, "stuck", {"number": failing})]
    lately = Message.objects.filter(created_at__gt=seen.now - MAIL_COUNTED)
    letters = lately.aggregate(all=Count("pk"), refused=Count("pk", filter=Q(state=Message.State.FAILED)))
    refused = letters["refused"]
    if refused >= max(REFUSED_LEAST, letters["all"] * REFUSED_SHARE):
        return [Check("mail", State.WORRY, "refused", {"number": refused})]
    last = Message.objects.filter(sent_at__isnull=False).order_by("-sent_at").values_list("sent_at", flat=True).first()
    return [Check("mail", State.GOOD, "sent" if last else "", {"time": last} if last else {})]


def _backups(seen: Machine) -> list[Check]:
    if settings.IS_DEMO:
        return []
    wanted = seen.backups
    try:
        archives = archives_in(wanted.folder)
    except OSError as problem:
        return [_unreadable("backup", wanted.folder, problem)]
    if not archives:
        return [Check("backup", State.WORRY, "none")]
    newest = archives[0].made_at
    if seen.now - newest > OLDEST:
        return [Check("backup", State.BAD if wanted.at else State.WORRY, "old", {"time": newest})]
    return [Check("backup", State.GOOD, "" if wanted.at else "by-hand", {"time": newest})]


def _certificate(seen: Machine) -> list[Check]:
    if not settings.IS_HTTPS:
        return []
    last = last_seen()
    if last is None:
        return [Check("certificate", State.GOOD, "unseen")]
    shown, looked_at = last
    if not shown.is_reached:
        return [Check("certificate", State.WORRY, "unreached", {"problem": shown.problem}, looked_at)]
    if shown.problem or shown.until is None:
        return [Check("certificate", State.BAD, "refused", {"problem": shown.problem}, looked_at)]
    left = (shown.until - seen.now).days
    state = State.BAD if left < DAYS_TO_ACT else State.WORRY if left < seen.rules.days else State.GOOD
    return [Check("certificate", state, "ending" if state != State.GOOD else "", {"time": shown.until, "days": left})]


def _connections(seen: Machine) -> list[Check]:  # noqa: ARG001  # every check takes it
    """Each as it was when it was last tried, by itself once a day or by somebody on its page."""
    last = connecting.last_probes()
    failing = [each for each in connecting.connections() if each.key in last and not last[each.key].is_good]
    if not failing:
        return [Check("connections", State.GOOD, "" if last else "untried")]
    # Troubles count when two looks meet them: here, two trials of the same connection.
    at = max(last[each.key].at for each in failing)
    return [Check("connections", State.BAD, "failing", {"titles": [each.title for each in failing]}, at)]


def _trackers(seen: Machine) -> list[Check]:
    failing = failing_trackers()
    if not failing:
        return [Check("trackers", State.GOOD)]
    since, known = failing[0].failing_since, [connecting.connection_of(row.code) for row in failing]
    titles = [each.title if each else row.code for each, row in zip(known, failing, strict=True)]
    state = State.BAD if since and seen.now - since >= PATIENCE else State.WORRY
    return [Check("trackers", state, "failing", {"titles": titles, "time": since, "problem": failing[0].problem})]


def _room(key: str, place: Path, limits: Rules) -> Check:
    try:
        disk = shutil.disk_usage(_there(place))
    except OSError as problem:
        return _unreadable(key, place, problem)
    given = limits.gigabytes
    wanted = given << 30 if given else min(LITTLE_ROOM, int(disk.total * LITTLE_SHARE))
    state = State.BAD if disk.free < wanted // 4 else State.WORRY if disk.free < wanted else State.GOOD
    facts = {"free": _gigabytes(disk.free), "size": _gigabytes(disk.total), "place": str(place)}
    return Check(key, state, "" if state == State.GOOD else "little", facts)


def _unreadable(key: str, place: Path, problem: OSError) -> Check:
    """A disk that is broken, gone or locked must not hide how everything else is."""
    return Check(key, State.BAD, "unreadable", {"place": str(place), "problem": problem.strerror or str(problem)})


def _is_one_disk(one: Path, other: Path) -> bool:
    """Where that cannot be read, each is looked at, and says so itself."""
    try:
        return _disk_of(one) == _disk_of(other)
    except OSError:
        return False


def _disk_of(place: Path) -> int:
    return _there(place).stat().st_dev


def _there(place: Path) -> Path:
    """It, or the nearest folder above it that exists: nobody has made a backup yet."""
    return next(each for each in (place, *place.parents) if each.exists())


def _gigabytes(size: int) -> float:
    return round(size / (1 << 30), 1)


_LOOKS: Final[tuple[Callable[[Machine], list[Check]], ...]] = (
    _workers,
    _queues,
    _schedule,
    _disks,
    _mail,
    _backups,
    _certificate,
    _connections,
    _trackers,
)
