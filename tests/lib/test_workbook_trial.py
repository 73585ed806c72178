"""Workbooks that would end whoever opens them are found out by somebody else."""

import io

import pytest
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from tests.lib.workbooks_by_hand import with_cells, xls, xlsx
from tradewind.lib.workbook_trial import WorkbookDamaged, WorkbookTooLarge, try_workbook


@pytest.mark.parametrize(
    "content",
    [
        with_cells("A1", "XFD1048576"),
        with_cells("A1", "XFD5000"),
        with_cells("XFD1048576"),
        # A cell without a place of its own stands behind the last, and in the row after the last.
        xlsx(
            '<row r="1048575"><c r="A1"><v>1</v></c></row>', "<row>", '<c r="XFC1048575"/>', "<c><v>1</v></c>", "</row>"
        ),
        xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">', "<c><v>1</v></c>" * 11, "</row>"),
        xls((0, 0), (65_535, 255)),
        xls((0, 0), dimensions=(0xFFFFFFF0, 0xFFF0)),
    ],
    ids=["corners", "long", "corner", "behind", "row", "old", "old-declared"],
)
def test_a_sheet_that_reaches_too_far_is_told(content: bytes) -> None:
    assert len(content) < 10_000
    with pytest.raises(WorkbookTooLarge):
        try_workbook(content)


def with_a_chart() -> bytes:
    """A sheet that holds no cells at all."""
    book, into = Workbook(), io.BytesIO()
    book.create_chartsheet("Chart")
    book.save(into)
    return into.getvalue()


@pytest.mark.parametrize(
    "content",
    [with_cells("A1", "J50000"), xlsx(), with_a_chart(), xls((0, 0), (60_000, 20))],
    ids=["rows", "empty", "chart", "old"],
)
def test_what_a_seller_may_hand_in_is_opened_afterwards(content: bytes) -> None:
    try_workbook(content)

    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).width in {0, 10, 21}


# The reader panics at a sheet that begins behind the end of the file.
SHEET_BEGINS = b"\x85\0\x09\0\x26\0\0\0"
NOWHERE = xls((0, 0)).replace(SHEET_BEGINS, SHEET_BEGINS[:4] + b"\xff\xff\xff\0")


@pytest.mark.parametrize(
    "content", [b"", b"PK\3\4 no archive", xlsx('<row r="1"><c r="A0"><v>1</v></c></row>'), xls((0, 0))[:1024], NOWHERE]
)
def test_what_cannot_be_read_is_told_apart(content: bytes) -> None:
    with pytest.raises(WorkbookDamaged):
        try_workbook(content)
