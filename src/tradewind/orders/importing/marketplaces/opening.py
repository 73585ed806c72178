"""Opening: what a file is. A workbook is opened as one; of text the encoding is found before its first line is read."""

import codecs
import io
import lzma
import shutil
import tempfile
import zipfile
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Final, cast

from python_calamine import CalamineError, CalamineWorkbook

from tradewind.core.words import say, spoken
from tradewind.orders.importing.marketplaces.recognising import REPORTS
from tradewind.orders.importing.reading import UnusableFile, unpacked

_BLOCK: Final = 1_000_000
# Smaller files never reach the disk a second time.
_IN_MEMORY: Final = 4_000_000
_LARGEST_WORKBOOK: Final = 60_000_000
# A small archive may unfold into gigabytes.
_LARGEST_UNPACKED: Final = 600_000_000
_ZIP: Final = b"PK\3\4"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Opened:
    """Either a workbook or text."""

    workbook: CalamineWorkbook | None
    text: io.TextIOWrapper | None

    def close(self) -> None:
        if self.text is not None:
            self.text.close()


def open_export(stream: IO[bytes], *, source: str, encoding: str, name: str) -> Opened:
    """`encoding` is what the person says it is, or empty. Raises UnusableFile."""
    with ExitStack() as stack:
        raw = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
        try:
            # Read to the end first: a file in a wrong encoding must not be half imported.
            shutil.copyfileobj(unpacked(stream), raw, _BLOCK)
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as problem:
            raise UnusableFile(name, f"is damaged ({problem}). Fetch it again.") from None
        raw.seek(0)
        beginning = raw.read(4)
        raw.seek(0)
        if beginning in {_ZIP, _OLD_EXCEL}:
            return Opened(open_workbook(cast("IO[bytes]", raw), is_archive=beginning == _ZIP, name=name), None)
        text = _encoding(cast("IO[bytes]", raw), source, encoding, name)
        stack.pop_all()  # whoever closes the text closes the file
        return Opened(None, io.TextIOWrapper(raw, encoding=text, newline=""))


def open_workbook(raw: IO[bytes], *, is_archive: bool, name: str) -> CalamineWorkbook:
    """Raises UnusableFile, also for one that would unfold into more than fits."""
    too_large = say(spoken(), "is too large for a workbook. Export fewer orders at once, or as CSV.")
    try:
        size = raw.seek(0, io.SEEK_END)
        raw.seek(0)
        if is_archive:
            with zipfile.ZipFile(raw) as archive:
                size = max(
                    size, sum(part.file_size for part in archive.infolist()) * _LARGEST_WORKBOOK // _LARGEST_UNPACKED
                )
        if size > _LARGEST_WORKBOOK:
            raise UnusableFile(name, too_large)
        raw.seek(0)
        return CalamineWorkbook.from_filelike(io.BytesIO(raw.read()))
    except (CalamineError, zipfile.BadZipFile) as problem:
        words = say(spoken(), "is no workbook that can be read ({problem}). Export it again.", problem=str(problem))
        raise UnusableFile(name, words) from None


def _encoding(raw: IO[bytes], source: str, told: str, name: str) -> str:
    """What is told, else UTF-8, else what this source's pages write where they are older."""
    beginning = raw.read(2)
    raw.seek(0)
    usual = ["utf-16"] if beginning in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", *REPORTS[source][0].encodings]
    for encoding in [told] if told else usual:
        is_readable = _decodes(raw, encoding)
        raw.seek(0)
        if is_readable:
            return encoding
    words = say(spoken(), "is not text in {encodings}. Name its encoding with --encoding.", encodings=", ".join(usual))
    raise UnusableFile(name, words)


def _decodes(raw: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := raw.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
