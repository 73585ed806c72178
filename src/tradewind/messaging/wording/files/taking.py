"""What came back from a translator, taken in row by row: each becomes a version that waits for its review, or is left with the reason.

Nothing is overwritten: who works with an old file is told what has changed since, and their words are shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from tradewind.messaging.wording.checking import WrongWords
from tradewind.messaging.wording.files import excel, po, xliff
from tradewind.messaging.wording.files.units import Returned, Unit, read_mark
from tradewind.messaging.wording.finding import sentences
from tradewind.messaging.wording.linting import BadManners
from tradewind.messaging.wording.queries import Row, row_of
from tradewind.messaging.wording.writing import NothingNew, Origin, SourceChanged, Written, WrittenMeanwhile, save


class Format(NamedTuple):
    """A kind of file. The first suffix is ours, the others are of programs."""

    suffixes: tuple[str, ...]
    content_type: str
    write: Callable[[Sequence[Unit], str], bytes]
    read: Callable[[bytes, str], list[Returned]]


FORMATS: Final[Mapping[str, Format]] = {
    "xlsx": Format(
        ("xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", excel.write, excel.read
    ),
    "po": Format(("po",), "text/x-gettext-translation; charset=utf-8", po.write, po.read),
    "xliff": Format(("xlf", "xliff"), "application/xliff+xml; charset=utf-8", xliff.write, xliff.read),
}


class Outcome(StrEnum):
    TAKEN = "taken"
    SAME = "same"
    EMPTY = "empty"
    REFUSED = "refused"
    SOURCE = "source"  # the English has changed since the file was made
    MEANWHILE = "meanwhile"  # somebody has written for it since
    UNKNOWN = "unknown"  # no letter says it
    UNMARKED = "unmarked"  # the mark is gone: nobody can tell what was seen
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one unit. `refusal` says why words cannot go out."""

    returned: Returned
    outcome: Outcome
    refusal: WrongWords | BadManners | None = None

    @property
    def message(self) -> str:
        sentence = sentences().get(self.returned.key)
        return sentence.message if sentence else ""


_OUTCOMES: Final[Mapping[type[Exception], Outcome]] = {
    WrongWords: Outcome.REFUSED,
    BadManners: Outcome.REFUSED,
    SourceChanged: Outcome.SOURCE,
    WrittenMeanwhile: Outcome.MEANWHILE,
    NothingNew: Outcome.SAME,
}


def take_in(returned: Iterable[Returned], language: str, *, by: str, at: datetime) -> list[Line]:
    """Each unit for itself, in the order of the file."""
    seen: set[str] = set()
    lines = []
    for each in returned:
        outcome = Outcome.TWICE if each.key in seen else _before_saving(each, language)
        lines.append(Line(each, outcome) if outcome else _save(each, language, by=by, at=at))
        seen.add(each.key)
    return lines


def _before_saving(returned: Returned, language: str) -> Outcome | None:
    """What becomes of a unit that cannot or need not be saved. None for the others."""
    sentence = sentences().get(returned.key)
    if sentence is None:
        return Outcome.UNKNOWN
    if not returned.words.strip():
        return Outcome.EMPTY
    # Also of an old file, and of one that has lost its marks: there is nothing to take.
    if _reads_so(returned, row_of(sentence, language)):
        return Outcome.SAME
    return Outcome.UNMARKED if read_mark(returned.mark) is None else None


def _reads_so(returned: Returned, row: Row) -> bool:
    """Not where it was brought for other English: that it still fits is said by sending the same words again."""
    mark = read_mark(returned.mark)
    is_for_this = row.newest is None or mark is None or row.newest.source == mark[0]
    return returned.words.strip() == row.shown and is_for_this and not row.falls_back


def _save(returned: Returned, language: str, *, by: str, at: datetime) -> Line:
    source, seen = read_mark(returned.mark) or ("", 0)
    written = Written(returned.key, language, returned.words, seen, source)
    try:
        save(written, by=by, at=at, origin=Origin.FILE)
    except tuple(_OUTCOMES) as problem:
        refusal = problem if isinstance(problem, WrongWords | BadManners) else None
        return Line(returned, _OUTCOMES[type(problem)], refusal)
    return Line(returned, Outcome.TAKEN)
