"""Words in the reader's language: gettext catalogues, and picking from texts that exist in several languages."""

import gettext
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

# The code in addresses and data -> the locale of catalogues and of number and date formats.
LOCALES: Final = {"en": "en", "de": "de", "zh": "zh_Hans", "fr": "fr", "es": "es", "pt": "pt_BR", "ja": "ja"}
# As BCP 47 has it, for <html lang> and mail: decides which glyphs of a character are drawn and how it is read aloud.
TAGS: Final = {code: locale.replace("_", "-") for code, locale in LOCALES.items()}
DEFAULT: Final = "en"
_COMMAS: Final = {"zh": "、", "ja": "、"}
_PAUSES: Final = {"zh": "，", "ja": "、"}
_COLONS: Final = {"zh": "：", "ja": "：", "fr": "\u202f: "}
FOLDER: Final = Path(__file__).resolve().parent.parent / "locale"

_spoken: ContextVar[str] = ContextVar("spoken", default=DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within, pages and templates speak this language."""
    token = _spoken.set(language if language in LOCALES else DEFAULT)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language in which the present page or mail is written."""
    return _spoken.get()


def locale_of(language: str) -> str:
    return LOCALES.get(language, LOCALES[DEFAULT])


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language. English is the language of the message ids and needs none."""
    return gettext.translation("messages", FOLDER, [locale_of(language)], fallback=True)


def say(language: str, message: str, /, **values: object) -> str:
    """The message in a language, its {names} filled in."""
    words = translations(language).gettext(message)
    return words.format(**values) if values else words


def say_many(language: str, one: str, many: str, number: int, /, **values: object) -> str:
    """The message in the form that fits a number; `{number}` is filled in as well."""
    return translations(language).ngettext(one, many, number).format(number=number, **values)


def colon(language: str) -> str:
    """What stands between a name and its value: wide in Chinese and Japanese, held to its word by a thin space in French."""
    return _COLONS.get(language, ": ")


def gap(language: str) -> str:
    """What stands between two sentences: nothing where the full stop is as wide as a letter."""
    return "" if language in _COMMAS else " "


def pause(language: str) -> str:
    """The comma between the parts of a sentence."""
    return _PAUSES.get(language, ", ")


def listed(language: str, parts: Iterable[str]) -> str:
    """The parts of a list, with the comma of the language between them."""
    return _COMMAS.get(language, ", ").join(parts)


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text in this language, else in English, else in whichever language there is."""
    return texts.get(language) or texts.get(DEFAULT) or next((text for text in texts.values() if text), "")
