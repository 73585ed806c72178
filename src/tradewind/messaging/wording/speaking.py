"""While a letter is written: in which language, and in whose words. Pages come by here only to repeat what a letter said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from tradewind.core.words import with_own_words
from tradewind.messaging.letter import Letter
from tradewind.messaging.wording.choosing import Reader, Wordings, in_force

About = TypeVar("About")
Rest = ParamSpec("Rest")

_language: ContextVar[str] = ContextVar("letters_language", default="")
_tried: ContextVar[Wordings | None] = ContextVar("tried_wordings", default=None)


@dataclass(frozen=True, slots=True)
class Known:
    """A reader of whom only this is known."""

    language: str
    market: str = ""


def letters_language(own: str) -> str:
    """The language of the letter that is being written; outside of one `own`."""
    return _language.get() or own


def wordings() -> Wordings:
    """Those that letters are written in: the ones that are tried, else the ones in force."""
    return _tried.get() or in_force()


@contextmanager
def writing_in(language: str, words: Wordings) -> Iterator[None]:
    token = _language.set(language)
    try:
        with with_own_words(words.words):
            yield
    finally:
        _language.reset(token)


@contextmanager
def writing(reader: Reader, *moments: str) -> Iterator[None]:
    """Within, a letter that says all of these moments is written to its reader."""
    words = wordings()
    with writing_in(words.language_for(reader, moments), words):
        yield


@contextmanager
def trying(words: Wordings) -> Iterator[None]:
    """Within, letters are written in these words, to be looked at."""
    token = _tried.set(words)
    try:
        yield
    finally:
        _tried.reset(token)


def _itself(about: Any) -> Any:
    return about


def worded(
    moment: str, *, to: Callable[[Any], Reader] = _itself
) -> Callable[[Callable[Concatenate[About, Rest], Letter]], Callable[Concatenate[About, Rest], Letter]]:
    """A function that writes the letter of a moment, in the shop's words. `to` finds the reader in what the letter is about."""

    def decorate(
        write: Callable[Concatenate[About, Rest], Letter],
    ) -> Callable[Concatenate[About, Rest], Letter]:
        @wraps(write)
        def written(about: About, /, *args: Rest.args, **values: Rest.kwargs) -> Letter:
            with writing(to(about), moment):
                return write(about, *args, **values)

        return written

    return decorate
