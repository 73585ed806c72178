"""When the worker makes a backup, where to, how many stay, and whether they are sealed: as an owner says on a page."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_noop

from tradewind.backup.archive import TAKEN
from tradewind.backup.making import archives_in, is_being_made
from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Trial, Values, in_force
from tradewind.lib.clock import stamp

SHORTEST: Final = 12
_WRITABLE: Final = gettext_noop("{folder} can be written to.")
_NOT_WRITABLE: Final = gettext_noop(
    "{folder} cannot be written to: {problem}. Look whether the disk is attached, and whether it belongs to whoever runs the shop."
)
_ROOM: Final = gettext_noop("{free} GB of {size} GB are free there; the data folder holds {needed} GB.")
_LITTLE_ROOM: Final = gettext_noop(
    "Only {free} GB of {size} GB are free there; the data folder holds {needed} GB. Make room, or name another disk."
)
_SAME_DISK: Final = gettext_noop(
    "It is on the disk of the data folder: when that breaks, both are lost. Best name another disk."
)
_BEGUN: Final = gettext_noop(
    "A backup has begun. When it is done, the page Work names it; if it fails, Today asks for a hand."
)
_AT_IT: Final = gettext_noop("A backup is being made already. When it is done, the page Work names it.")


@dataclass(frozen=True, slots=True)
class Rules:
    """`at` is empty where none is made by itself; `keep` 0 keeps all. A passphrase that cannot be opened any more is empty."""

    at: str
    folder: Path
    keep: int
    is_sealed: bool
    passphrase: str


def rules() -> Rules:
    """What holds now. A passphrase of the environment may stand in a file, which is read where it is needed."""
    values = in_force(RULES)
    is_sealed = values["seal"] == "yes"
    passphrase = values.get("passphrase", "") if is_sealed else ""
    return Rules(values.get("at", ""), folder_of(values), int(values["keep"]), is_sealed, passphrase)


def folder_of(values: Values) -> Path:
    return Path(values.get("folder") or usual_folder())


def usual_folder() -> Path:
    """Where nothing else is said: what a restore and an upgrade know as well, without asking a database."""
    return Path(settings.BACKUP_TO or settings.FOLDER.backups)


def _from_environment() -> Values:
    named = {}
    if settings.BACKUP_AT:
        named["at"] = settings.BACKUP_AT
    if settings.BACKUP_TO:
        named["folder"] = str(settings.BACKUP_TO)
    if settings.BACKUP_KEEP is not None:
        named["keep"] = str(settings.BACKUP_KEEP)
    if settings.BACKUP_PASSPHRASE or settings.BACKUP_PASSPHRASE_FILE:
        named |= {"seal": "yes", "passphrase": settings.BACKUP_PASSPHRASE or settings.BACKUP_PASSPHRASE_FILE}
    return named


def _check(values: Values) -> None:
    """Raises WrongPart."""
    folder = folder_of(values)
    if not folder.is_absolute():
        raise WrongPart("folder", gettext_noop("Please write the whole path, from / on."))
    if _is_within(folder, Path(settings.MEDIA_ROOT)):
        words = gettext_noop("Everybody on the internet may read what lies there. Please name another folder.")
        raise WrongPart("folder", words)
    if any(_is_within(folder, settings.FOLDER.path / name) for name in TAKEN):
        words = gettext_noop("What lies there is backed up itself. Please name another folder.")
        raise WrongPart("folder", words)
    _check_changed_folder(folder)
    if values["seal"] == "yes" and "seal" not in _from_environment():
        if not values.get("passphrase"):
            raise WrongPart("passphrase", gettext_noop("Please type a passphrase, or choose not to seal."))
        if len(values["passphrase"]) < SHORTEST:
            words = gettext_noop("It is too short to keep anybody out. At least {least} characters, please.")
            raise WrongPart("passphrase", words, least=SHORTEST)


def _check_changed_folder(folder: Path) -> None:
    """One that nothing can be written to would be missed at night. What holds already keeps nobody from changing the rest."""
    if folder == rules().folder:
        return
    try:
        _write_into(folder)
    except OSError as problem:
        facts = {"folder": str(folder), "problem": problem.strerror or str(problem)}
        raise WrongPart("folder", _NOT_WRITABLE, **facts) from problem


def _write_into(folder: Path) -> None:
    """Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"trial")


def _is_within(place: Path, folder: Path) -> bool:
    return place.resolve().is_relative_to(folder.resolve())


def _try_folder(values: Values, _email: str) -> list[Step]:
    """Can it be written to, and is there room?"""
    folder = folder_of(values)
    steps = []
    try:
        _write_into(folder)
        disk = shutil.disk_usage(folder)
        is_one_disk = folder.stat().st_dev == settings.FOLDER.path.stat().st_dev
    except OSError as problem:
        facts = {"folder": str(folder), "problem": problem.strerror or str(problem)}
        return [Step(_NOT_WRITABLE, facts, is_good=False)]
    steps.append(Step(_WRITABLE, {"folder": str(folder)}))
    needed = _size_of(settings.FOLDER.path, without=folder)
    facts = {"free": _gigabytes(disk.free), "size": _gigabytes(disk.total), "needed": _gigabytes(needed)}
    has_room = disk.free > needed
    steps.append(Step(_ROOM if has_room else _LITTLE_ROOM, facts, is_good=has_room))
    if is_one_disk:
        steps.append(Step(_SAME_DISK, is_advice=True))
    return steps


def _begin(_values: Values, _email: str) -> list[Step]:
    from tradewind.backup.nightly import start_backup

    if is_being_made(rules().folder):
        return [Step(_AT_IT)]
    # Waited for, so that nothing of it is left when it has ended.
    Thread(target=start_backup().wait, daemon=True).start()
    return [Step(_BEGUN)]


def _size_of(place: Path, *, without: Path) -> int:
    size = 0
    for file in place.rglob("*"):
        if not _is_within(file, without) and file.is_file() and not file.is_symlink():
            size += file.stat().st_size
    return size


def _gigabytes(size: int) -> str:
    """At least a tenth: nothing at all would look like a mistake."""
    return f"{max(size / (1 << 30), 0.1):,.1f}"


def _summary(values: Values) -> Step:
    try:
        archives = archives_in(folder_of(values))
    except OSError:
        archives = []
    facts = {"at": values.get("at", ""), "newest": stamp(archives[0].made_at) if archives else ""}
    if not facts["at"]:
        return Step(gettext_noop("None is made by itself."), facts, is_good=False)
    if not archives:
        return Step(gettext_noop("Each night at {at}; there is none yet."), facts)
    return Step(gettext_noop("Each night at {at}; the newest is of {newest}."), facts)


RULES: Final = Panel(
    key="backup",
    title=gettext_noop("Backup"),
    purpose=gettext_noop("All that the shop is, in one file each night, while it stays open."),
    parts=(
        Part(
            "at",
            gettext_noop("Each night at"),
            gettext_noop("the shop's time, as in 02:30; empty: never"),
            kind=Kind.HOUR,
            longest=5,
        ),
        Part(
            "keep",
            gettext_noop("How many stay"),
            gettext_noop("0 keeps all"),
            kind=Kind.NUMBER,
            default="14",
            most=999,
            longest=3,
        ),
        Part(
            "folder",
            gettext_noop("Folder"),
            gettext_noop("best on another disk; empty: in the data folder"),
            longest=500,
        ),
        Part(
            "seal",
            gettext_noop("Sealed"),
            gettext_noop("where it is not, whoever has the file can read it"),
            choices={
                "no": gettext_noop("no"),
                "yes": gettext_noop("yes, with a passphrase"),
            },
            default="no",
        ),
        Part(
            "passphrase",
            gettext_noop("Passphrase"),
            gettext_noop("write it down elsewhere: without it nobody opens a sealed backup"),
            is_secret=True,
            is_twice=True,
            bound=frozenset({"seal"}),
        ),
    ),
    check=_check,
    environment=_from_environment,
    trials=(
        Trial("folder", gettext_noop("Look at the folder"), _try_folder),
        Trial("now", gettext_noop("Make a backup now"), _begin, takes_typed=False),
    ),
    summary=_summary,
)
