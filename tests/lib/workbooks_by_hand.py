"""Workbooks as no spreadsheet would write them: single cells anywhere, as XML and in the old format."""

import io
import struct
import zipfile
from typing import Final

from openpyxl import Workbook

_SHEET: Final = "xl/worksheets/sheet1.xml"
_SECTOR: Final = 512
_END: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF


def xlsx(*rows: str, before: str = "") -> bytes:
    """A workbook whose only sheet holds these rows of XML."""
    plain, into = io.BytesIO(), io.BytesIO()
    Workbook().save(plain)
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{before}<sheetData>{"".join(rows)}</sheetData></worksheet>'
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, sheet if name == _SHEET else source.read(name))
    return into.getvalue()


def with_cells(*places: str) -> bytes:
    """A number in each of these cells, and the size told as a single one."""
    rows = [f'<row><c r="{place}"><v>1</v></c></row>' for place in places]
    return xlsx(*rows, before='<dimension ref="A1"/>')


def xls(*cells: tuple[int, int], dimensions: tuple[int, int] = (1, 1)) -> bytes:
    """An old workbook with a number in each of these cells (row and column from nought) and a size of its own telling."""
    start = 30 + 2 * 4  # of the sheet within the stream
    whole = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    whole += _record(0x0085, struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"S") + _record(0x000A, b"")
    assert len(whole) <= start, len(whole)
    whole = whole.ljust(start, b"\0") + _record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
    whole += _record(0x0200, struct.pack("<IIHHH", 0, dimensions[0], 0, dimensions[1], 0))
    whole += b"".join(_record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0)) for row, column in cells)
    whole = (whole + _record(0x000A, b"")).ljust(8 * _SECTOR, b"\0")  # shorter ones would be kept elsewhere
    return _compound(whole)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """One stream called Workbook: a table of sectors, a folder, and the stream."""
    sectors = len(stream) // _SECTOR
    table = [0xFFFFFFFD, _END, *range(3, 2 + sectors), _END]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    fat = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    return head + fat + folder.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
