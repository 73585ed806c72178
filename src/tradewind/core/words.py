"""Words in the reader's language: gettext catalogues, and picking from texts that exist in several languages."""

import gettext
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.languages import get_territory_language_info
from babel.localedata import locale_identifiers

# The code in addresses and data -> the locale of catalogues and of number and date formats.
LOCALES: Final = {"en": "en", "de": "de", "zh": "zh_Hans", "fr": "fr", "es": "es", "pt": "pt_BR", "ja": "ja"}
# As BCP 47 has it, for <html lang> and mail: decides which glyphs of a character are drawn and how it is read aloud.
TAGS: Final = {code: locale.replace("_", "-") for code, locale in LOCALES.items()}
DEFAULT: Final = "en"
# What staff read, by the language that Django's settings call so, in the order in which they are offered.
STAFF_LANGUAGES: Final = {"zh-hans": "zh", "en": "en", "de": "de"}
_COMMAS: Final = {"zh": "、", "ja": "、"}
_PAUSES: Final = {"zh": "，", "ja": "、"}
_COLONS: Final = {"zh": "：", "ja": "：", "fr": "\u202f: "}
FOLDER: Final = Path(__file__).resolve().parent.parent / "locale"

_EVERY_LOCALE: Final = frozenset(locale_identifiers())

_spoken: ContextVar[str] = ContextVar("spoken", default=DEFAULT)
_country: ContextVar[str] = ContextVar("country", default="")
_own: ContextVar[Mapping[tuple[str, str], str] | None] = ContextVar("own", default=None)


@contextmanager
def speaking(language: str, country: str = "") -> Iterator[None]:
    """Within, pages and templates speak this language, and write amounts of money as in this country."""
    token, place = _spoken.set(language if language in LOCALES else DEFAULT), _country.set(country)
    try:
        yield
    finally:
        _spoken.reset(token)
        _country.reset(place)


@contextmanager
def with_own_words(words: Mapping[tuple[str, str], str]) -> Iterator[None]:
    """Within, these words stand for those of the catalogues, by language and message."""
    token = _own.set(words)
    try:
        yield
    finally:
        _own.reset(token)


def spoken() -> str:
    """The language in which the present page or mail is written."""
    return _spoken.get()


def locale_of(language: str, country: str = "") -> str:
    """The locale of a language; with a country, as the language is written there, where CLDR knows how.

    Only where the language has standing: Spanish in the United States writes $13.50. English in Germany has none, and its
    readers there come from anywhere.
    """
    base = LOCALES.get(language, LOCALES[DEFAULT])
    return _locale_in(base, country) if country else base


def spoken_locale() -> str:
    """The locale of amounts of money on the present page or in the present mail."""
    return locale_of(_spoken.get(), _country.get())


@cache
def _locale_in(base: str, country: str) -> str:
    known = Locale.parse(base)
    standing = get_territory_language_info(country).get(known.language, {}).get("official_status")
    local = "_".join(part for part in (known.language, known.script, country) if part)
    return local if standing and local in _EVERY_LOCALE else base


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language. English is the language of the message ids and needs none."""
    return gettext.translation("messages", FOLDER, [locale_of(language)], fallback=True)


def say(language: str, message: str, /, **values: object) -> str:
    """The message in a language, its {names} filled in."""
    own = _own.get()
    words = own.get((language, message)) if own else None
    if words is None:
        words = translations(language).gettext(message)
    return _filled(words, values) if values else words


def say_many(language: str, one: str, many: str, number: int, /, **values: object) -> str:
    """The message in the form that fits a number; `{number}` is filled in as well."""
    return _filled(translations(language).ngettext(one, many, number), {"number": number, **values})


def _filled(words: str, values: Mapping[str, object]) -> str:
    """A sentence that ends in a value with a full stop of its own, as German dates have, has one: "ab Mo., 30. Nov." """
    text = words.format(**values)
    return text[:-1] if text.endswith("..") and not words.endswith("..") else text


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
