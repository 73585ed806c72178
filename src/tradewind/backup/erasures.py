"""What was erased, written down beside the archives: a restore brings people back who were erased since, and erases them again.

One line of JSON for each erasure, with numbers of orders and nothing personal. Lines are only ever added; one that is there
twice, or cut off, does no harm.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

FILE: Final = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Erasure:
    """`at` in ISO 8601. With `keeps_address`, name and address stayed on the order."""

    order_id: int
    ref: str
    keeps_address: bool
    at: str


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """References of orders. `left` have yet to be paid or sent, as the backup has them: a person is asked."""

    erased: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def note_erasure(folder: Path, erasure: Erasure) -> None:
    """It is on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / FILE).open("a") as file:
        # A line of its own, also behind one that was cut off.
        file.write(f"\n{json.dumps(asdict(erasure))}\n")
        file.flush()
        os.fsync(file.fileno())


def erasures_since(moment: datetime, folders: Iterable[Path]) -> list[Erasure]:
    """Of each order the last one, the oldest first."""
    found = {}
    for folder in dict.fromkeys(folders):
        for erasure in _read(folder / FILE):
            if datetime.fromisoformat(erasure.at) >= moment:
                found[erasure.order_id] = erasure
    return sorted(found.values(), key=lambda each: each.at)


def _read(file: Path) -> Iterable[Erasure]:
    lines = file.read_text().splitlines() if file.is_file() else []
    for line in lines:
        try:
            yield Erasure(**json.loads(line))
        except (ValueError, TypeError):  # empty, or cut off while it was written: the reaction wrote it again behind it
            continue
