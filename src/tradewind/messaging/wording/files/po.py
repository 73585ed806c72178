"""The PO catalogue: the sentence's key is the context, its English the message, its mark a comment of the program."""

import io
import re
from collections.abc import Sequence
from typing import Final

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from tradewind.core.words import LOCALES
from tradewind.messaging.wording.files.units import LARGEST_FILE, MOST_UNITS, Returned, Unit, Unreadable

_MARK: Final = re.compile(r"mark: (\S+)")


def write(units: Sequence[Unit], language: str) -> bytes:
    catalogue = Catalog(
        locale=LOCALES[language],
        project="Tradewind letters",
        header_comment="# Sentences of letters to buyers. Context, mark and braces stay as they are.",
        last_translator="",
        language_team="",
        charset="utf-8",
        fuzzy=False,
    )
    for unit in units:
        notes = [f"mark: {unit.mark}", f"letters: {', '.join(unit.moments)}", f"at most {unit.longest} characters"]
        flags = {"python-brace-format"} if "{" in unit.source else set[str]()
        if unit.standing == "waiting":
            notes.append("not reviewed yet")
        catalogue.add(unit.source, unit.words, context=unit.key, auto_comments=notes, flags=flags)
    into = io.BytesIO()
    write_po(into, catalogue, width=0, omit_header=False)
    return into.getvalue()


def read(content: bytes, language: str) -> list[Returned]:
    """Raises Unreadable."""
    if len(content) > LARGEST_FILE:
        raise Unreadable("large")
    try:
        catalogue = read_po(io.BytesIO(content), abort_invalid=True)
    except (PoFileError, UnknownLocaleError, UnicodeDecodeError, ValueError, LookupError) as problem:
        raise Unreadable("damaged", str(problem)[:200]) from problem
    messages = [message for message in catalogue if message.id]
    if not messages or not any(message.context for message in messages):
        raise Unreadable("foreign")
    said = str(catalogue.locale_identifier or "")
    if said.replace("-", "_") != LOCALES[language]:
        raise Unreadable("language", said)
    if len(messages) > MOST_UNITS:
        raise Unreadable("large")
    return [
        Returned(
            str(message.lineno or ""),
            message.context or "",
            _mark(message.auto_comments),
            # A fuzzy one is what a program has guessed and nobody has looked at.
            "" if message.fuzzy or not isinstance(message.string, str) else message.string,
        )
        for message in messages
    ]


def _mark(comments: Sequence[str]) -> str:
    found = _MARK.search("\n".join(comments))
    return found[1] if found else ""
