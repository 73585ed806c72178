"""Whether a file from outside can be read line by line, and how it is written: UTF-8, or else what spreadsheets in China write.

It is looked at as a stream. A line without end would be held as a whole.
"""

import io
from typing import BinaryIO, Final

from django.utils.translation import gettext_noop

# Carriers' own records go along as JSON, but no event is longer.
LONGEST_LINE: Final = 20_000
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_LONG: Final = gettext_noop("Line {line} has more than {most} characters: this is no file with one event a line.")
_MANY: Final = gettext_noop(
    "The file has more than {most} lines. Please split it, or take it in with the command `tradewind track`."
)


class UnusableFile(ValueError):
    """Nothing of the file can be taken in. To be said in the reader's language."""

    def __init__(self, message: str, **values: str) -> None:
        self.message, self.values = message, values
        super().__init__(message.format(**values))


class NotText(UnusableFile):
    """No encoding that we know."""

    def __init__(self) -> None:
        super().__init__(gettext_noop("This is no text file. Please save the table as CSV, in UTF-8."))


def encoding_of(stream: BinaryIO, *, most: int | None = None) -> str:
    """The encoding of all of its lines, of which `most` are taken. Raises NotText, UnusableFile."""
    for encoding in _ENCODINGS:
        stream.seek(0)
        text = io.TextIOWrapper(stream, encoding, newline="")
        try:
            _measure(text, most)
        except UnicodeDecodeError:
            continue
        finally:
            text.detach()  # whoever opened the stream closes it
        return encoding
    raise NotText


def _measure(text: io.TextIOWrapper, most: int | None) -> None:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnusableFile(_LONG, line=str(number), most=_grouped(LONGEST_LINE))
        if most is not None and number > most:
            raise UnusableFile(_MANY, most=_grouped(most))


def _grouped(number: int) -> str:
    """By narrow gaps, which is read in every language."""
    return f"{number:,}".replace(",", "\u202f")
