"""Workbooks: the cells of the first sheet as text, and order numbers that Excel has rounded."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from python_calamine import CalamineWorkbook

from tradewind.core.words import say, spoken

# Excel keeps so many digits of a number when it saves, and makes noughts of those behind.
EXACT_DIGITS: Final = 15
# Beyond this a number in a workbook has no last digit at all.
_LARGEST: Final = 2**53


def rows_of_workbook(workbook: CalamineWorkbook) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the first sheet, lines counted as Excel does."""
    sheet = workbook.get_sheet_by_index(0)
    first = (sheet.start or (0, 0))[0]
    for line, values in enumerate(sheet.iter_rows(), start=first + 1):
        yield line, [_text(value) for value in values]


def rounded_lines(workbook: CalamineWorkbook, column: int) -> frozenset[int]:
    """Lines whose long number in this column was rounded.

    Excel rounds every number of a file that it saves. One that still ends in something else than noughts shows that this
    file was never saved by it.
    """
    sheet = workbook.get_sheet_by_index(0)
    first = (sheet.start or (0, 0))[0]
    numbers = {
        line: int(value)
        for line, values in enumerate(sheet.iter_rows(), start=first + 1)
        if isinstance(value := values[column], float) and value >= 10**EXACT_DIGITS
    }
    is_exact = any(number % 10 ** (len(str(number)) - EXACT_DIGITS) for number in numbers.values())
    return frozenset(line for line, number in numbers.items() if number > _LARGEST or not is_exact)


def rounded_words() -> str:
    return say(
        spoken(),
        "Excel has rounded the order number; its last digits are lost. Export the file again, and import it without having"
        " saved it in Excel",
    )


def is_long(number: str) -> bool:
    """Whether Excel could have rounded it."""
    return len(number) > EXACT_DIGITS and number.isascii() and number.isdigit()


def look_rounded(numbers: Iterable[str]) -> bool:
    """Whether all long numbers of a text end in noughts where Excel puts them. One alone may be so by chance."""
    found = [number for number in numbers if is_long(number)]
    return len(found) > 1 and not any(number[EXACT_DIGITS:].strip("0") for number in found)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(value).replace("_x000D_", "")
