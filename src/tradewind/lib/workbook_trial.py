"""Trying a workbook in a process of its own, before ours opens it.

The reader lays out each sheet as a full rectangle up to its farthest cell: two cells in opposite corners, a file of a
kilobyte, ask for more memory than there is, and the process is ended. What a sheet will take is not told by the file:
declared dimensions may be wrong, rows and cells may come without their places, and of the old format (.xls) all sheets
are laid out while it is opened. Whatever measured it otherwise would in some corner read otherwise. So the same reader
tries, bounded, where nothing else ends with it.
"""

import subprocess
import sys
from collections import deque
from hashlib import sha256
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

# A million rows of ten columns; a cell takes 32 bytes, also an empty one.
MOST_CELLS: Final = 10_000_000
_MEMORY: Final = 1_000_000_000
_SECONDS: Final = 60
_DAMAGED: Final = 3
_TOO_LARGE: Final = 4
# One upload is opened several times, once for each channel whose file it may be.
_fitting: Final[deque[bytes]] = deque(maxlen=16)


class WorkbookTooLarge(Exception):
    """A sheet reaches too far, or the workbook takes more memory or time than any that is meant to be read here."""


class WorkbookDamaged(Exception):
    """It cannot be read; the message is the reader's."""


def try_workbook(content: bytes) -> None:
    """Return if every sheet can be laid out. Raises WorkbookTooLarge and WorkbookDamaged."""
    digest = sha256(content).digest()
    if digest in _fitting:
        return
    command = [sys.executable, "-P", __file__]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise WorkbookTooLarge from None
    # Below zero: ended by a signal, its own for want of memory or the system's.
    if done.returncode == _TOO_LARGE or done.returncode < 0:
        raise WorkbookTooLarge
    if done.returncode == _DAMAGED:
        raise WorkbookDamaged(done.stdout.decode(errors="replace"))
    # The reader's own bugs: no Exception, and of a class that cannot be named.
    if b"PanicException" in done.stderr:
        raise WorkbookDamaged("panic")
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    _fitting.append(digest)


def _try_here(content: bytes) -> int:
    """In the process of its own: what it ends with."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        for number, each in enumerate(book.sheets_metadata):
            if each.typ == SheetTypeEnum.WorkSheet:
                row, column = book.get_sheet_by_index(number).end or (0, 0)
                if (row + 1) * (column + 1) > MOST_CELLS:
                    return _TOO_LARGE
    except MemoryError:
        return _TOO_LARGE
    except (CalamineError, OSError) as problem:
        sys.stdout.write(str(problem))
        return _DAMAGED
    return 0


def _bound() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bound()
    sys.exit(_try_here(sys.stdin.buffer.read()))
