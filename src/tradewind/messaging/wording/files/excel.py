"""The workbook: a row for each sentence. What is typed goes into the column of words; the others are for reading."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from python_calamine import CalamineError, CalamineWorkbook

from tradewind.lib.sheets import append_rows
from tradewind.lib.workbook_trial import WorkbookDamaged, WorkbookTooLarge, try_workbook
from tradewind.messaging.wording.files.units import LARGEST_FILE, MOST_UNITS, Returned, Unit, Unreadable

_HEAD: Final = ("sentence", "mark", "English", "state", "letters", "at most")
_WORDS: Final = "words"
_WIDTHS: Final = {"A": 19, "B": 21, "C": 60, "D": 60, "E": 12, "F": 40, "G": 9}
_LARGEST_UNPACKED: Final = 50_000_000


def write(units: Sequence[Unit], language: str) -> bytes:
    book, into = Workbook(write_only=True), io.BytesIO()
    sheet: Any = book.create_sheet("Words")
    sheet.freeze_panes = "D2"
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    key, mark, english, *rest = _HEAD
    rows = (
        (unit.key, unit.mark, unit.source, unit.words, unit.standing, ", ".join(unit.moments), unit.longest)
        for unit in units
    )
    append_rows(sheet, (key, mark, english, f"{_WORDS} {language}", *rest), rows)
    book.save(into)
    return into.getvalue()


def read(content: bytes, language: str) -> list[Returned]:
    """Raises Unreadable."""
    lines = _lines(content)
    titles = [str(title).strip() for title in lines[0]] if lines else []
    if not {"sentence", "mark"} <= set(titles):
        raise Unreadable("foreign")
    words = next((place for place, title in enumerate(titles) if title.startswith(f"{_WORDS} ")), None)
    if words is None or titles[words] != f"{_WORDS} {language}":
        raise Unreadable("language", titles[words].removeprefix(f"{_WORDS} ") if words is not None else "")
    if len(lines) > MOST_UNITS:
        raise Unreadable("large")
    key, mark = titles.index("sentence"), titles.index("mark")
    return [
        Returned(str(number), _text(line[key]), _text(line[mark]), _text(line[words]))
        for number, line in enumerate(lines[1:], start=2)
        if any(_text(value) for value in line)
    ]


def _lines(content: bytes) -> list[list[Any]]:
    if len(content) > LARGEST_FILE:
        raise Unreadable("large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST_UNPACKED:
                raise Unreadable("large")
        try_workbook(content)
        return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except WorkbookTooLarge as problem:
        raise Unreadable("large") from problem
    except (zipfile.BadZipFile, WorkbookDamaged, CalamineError) as problem:
        raise Unreadable("damaged") from problem


def _text(value: Any) -> str:
    """What Excel has made a number or a date of is no sentence of ours, and is refused as such."""
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)
