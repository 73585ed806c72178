"""XLIFF 2.1 (OASIS Standard of 2018-02-13): one unit with one segment for each sentence; its variables are placeholders that no
translator can break, its mark a note.

The XML is read without a document type: no entities, neither from elsewhere nor such as grow.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET  # document types are refused before it reads
from xml.parsers import expat

from tradewind.core.words import DEFAULT, TAGS
from tradewind.messaging.wording.files.units import LARGEST_FILE, MOST_UNITS, Returned, Unit, Unreadable

SPACE: Final = "urn:oasis:names:tc:xliff:document:2.0"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_VARIABLE: Final = re.compile(r"(\{\w+\})")
# In which a program may mark what it likes within a text of ours.
_MARKS: Final = frozenset({f"{{{SPACE}}}{name}" for name in ("mrk", "sm", "em")})
_STATES: Final = {"waiting": "translated", "own": "reviewed", "supplied": "reviewed"}


def write(units: Sequence[Unit], language: str) -> bytes:
    ET.register_namespace("", SPACE)
    root = ET.Element(_of("xliff"), {"version": "2.1", "srcLang": TAGS[DEFAULT], "trgLang": TAGS[language]})
    file = ET.SubElement(root, _of("file"), {"id": "letters", "original": "Tradewind letters"})
    file.text = "\n"
    for unit in units:
        _write_unit(file, unit)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def read(content: bytes, language: str) -> list[Returned]:
    """Raises Unreadable."""
    root = _parsed(content)
    if root.tag != _of("xliff") or not root.get("version", "").startswith("2."):
        raise Unreadable("foreign")
    if root.get("trgLang", "").casefold() != TAGS[language].casefold():
        raise Unreadable("language", root.get("trgLang", ""))
    units = list(root.iter(_of("unit")))
    if len(units) > MOST_UNITS:
        raise Unreadable("large")
    return [Returned(unit.get("id", ""), unit.get("id", ""), _mark(unit), _target(unit)) for unit in units]


def _write_unit(file: ET.Element, unit: Unit) -> None:
    attributes = {"id": unit.key, "canResegment": "no", f"{{{_XML}}}space": "preserve"}
    element = ET.SubElement(file, _of("unit"), attributes)
    element.tail = "\n"  # a line each; more space would become part of the sentences
    notes = ET.SubElement(element, _of("notes"))
    told = {"mark": unit.mark, "letters": ", ".join(unit.moments), "longest": str(unit.longest)}
    for category, text in told.items():
        ET.SubElement(notes, _of("note"), {"id": category, "category": category}).text = text
    state = _STATES.get(unit.standing, "initial")
    segment = ET.SubElement(element, _of("segment"), {"id": "1", "state": state})
    ids = {name: f"v{number}" for number, name in enumerate(dict.fromkeys(_VARIABLE.findall(unit.source)), start=1)}
    _fill(ET.SubElement(segment, _of("source")), unit.source, ids)
    if unit.words:
        _fill(ET.SubElement(segment, _of("target")), unit.words, ids)


def _fill(element: ET.Element, text: str, ids: dict[str, str]) -> None:
    """Text with placeholders. One that stands there twice gets an id of its own, as the standard wants."""
    last: ET.Element | None = None
    used: dict[str, int] = {}
    for part in _VARIABLE.split(text):
        if part in ids:
            used[part] = used.get(part, 0) + 1
            name = ids[part] if used[part] == 1 else f"{ids[part]}-{used[part]}"
            attributes = {"id": name, "equiv": part, "disp": part, "canDelete": "no"}
            last = ET.SubElement(element, _of("ph"), attributes)
        elif last is None:
            element.text = (element.text or "") + part
        else:
            last.tail = (last.tail or "") + part


def _parsed(content: bytes) -> ET.Element:
    if len(content) > LARGEST_FILE:
        raise Unreadable("large")
    looking = expat.ParserCreate()
    looking.StartDoctypeDeclHandler = _refuse
    try:
        looking.Parse(content, True)
        return ET.fromstring(content)  # noqa: S314  # without a document type there are no entities
    except (expat.ExpatError, ET.ParseError, ValueError, LookupError) as problem:
        raise Unreadable("damaged", str(problem)[:200]) from problem


def _refuse(*_declared: object) -> None:
    raise Unreadable("damaged", "DOCTYPE")


def _mark(unit: ET.Element) -> str:
    notes = (note for note in unit.iter(_of("note")) if note.get("category") == "mark")
    return next((note.text or "" for note in notes), "")


def _target(unit: ET.Element) -> str:
    """Of all segments, as a program may have cut it into several; empty where one of them has none."""
    targets = [part.find(_of("target")) for part in unit if part.tag == _of("segment")]
    if any(target is None for target in targets):
        return ""
    whole = [part.find(_of("target")) for part in unit if part.tag in {_of("segment"), _of("ignorable")}]
    return "".join("".join(_text(target)) for target in whole if target is not None)


def _text(element: ET.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == _of("ph"):
            yield child.get("equiv") or child.get("disp") or "{}"
        elif child.tag in _MARKS:
            yield from _text(child)
        else:
            # Nothing of ours, and no text: refused as markup when it is taken in.
            yield f"<{child.tag.rpartition('}')[2]}>"
        yield child.tail or ""


def _of(name: str) -> str:
    return f"{{{SPACE}}}{name}"
