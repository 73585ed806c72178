"""What a restore notes in the data folder, so that whoever finds it interrupted can put everything back as it was.

As long as the note is there, the old state is the one that counts: undoing is done in steps that may themselves be cut off and
begun again. Taking the note away is the moment from which the new state counts.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

NOTE: Final = "tradewind.restoring.json"
STAGE: Final = "tradewind.restoring"
BEFORE: Final = "tradewind.before-"


class Step(StrEnum):
    """STAGING: the folder is as it was, but for the stage. MOVING: things may be in either place."""

    STAGING = "staging"
    MOVING = "moving"


@dataclass(frozen=True, slots=True)
class Note:
    """`before` is the folder that keeps what was there, `old` and `new` the names that move out and in; `place` and `aside`
    say which PostgreSQL database has what was there in which schema, and are empty for SQLite.
    """

    archive: str
    before: str
    step: Step = Step.STAGING
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    place: str = ""
    aside: str = ""


def is_of_a_restore(name: str) -> bool:
    return name in {NOTE, f"{NOTE}.part", STAGE} or name.startswith(BEFORE)


def note_in(folder: Path) -> Note | None:
    """What an interrupted restore left, if one did."""
    try:
        told = json.loads((folder / NOTE).read_text())
    except FileNotFoundError:
        return None
    return Note(**{**told, "step": Step(told["step"]), "old": tuple(told["old"]), "new": tuple(told["new"])})


def write_note(folder: Path, note: Note) -> None:
    """As a whole or not at all, also after a power cut."""
    part = folder / f"{NOTE}.part"
    with part.open("w") as file:
        file.write(json.dumps(asdict(note), indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NOTE)
    to_disk(folder)


def end_note(folder: Path) -> None:
    (folder / NOTE).unlink()
    to_disk(folder)


def move_in(folder: Path, note: Note) -> None:
    """What was there goes aside, what is staged takes its place. The note says MOVING already."""
    before, stage = folder / note.before, folder / STAGE
    before.mkdir(mode=0o700)
    _move(note.old, folder, before)
    _move(note.new, stage, folder)
    for place in (before, stage, folder):
        to_disk(place)


def undo(folder: Path, note: Note, *, take_back: Callable[[Note], None]) -> None:
    """Put back what was there, also when an earlier undoing was cut off. `take_back` does the same for a database."""
    before, stage = folder / note.before, folder / STAGE
    if note.step is Step.MOVING:
        # The new goes back first: as long as one new thing is in the stage, its place in the folder is not new.
        _move([name for name in note.new if not (stage / name).exists()], folder, stage)
        _move([name for name in note.old if (before / name).exists()], before, folder)
    take_back(note)
    # Only now may the stage lose things: from here on nobody draws conclusions from what it lacks.
    write_note(folder, Note(archive=note.archive, before=note.before))
    shutil.rmtree(stage, ignore_errors=True)
    if before.exists():
        before.rmdir()
    end_note(folder)


def to_disk(folder: Path) -> None:
    """Make renames in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _move(names: Iterable[str], source: Path, target: Path) -> None:
    for name in names:
        (source / name).rename(target / name)
