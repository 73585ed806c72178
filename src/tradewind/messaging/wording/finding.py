"""Which sentences stand in which letters, read from the source of the moments: nobody has to keep a list.

A letter is made by the function that is called as its moment. From there the walk follows the names that are used, into the other
modules of moments; what a table says of one moment alone belongs to that one. Sentences of other packages, such as how a promise is
worded, are the same on pages and stay as they are supplied.
"""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

from tradewind.core.words import DEFAULT, translations
from tradewind.messaging.on_the_way import Moment

FOLDER: Final = Path(__file__).resolve().parent.parent / "moments"
_PACKAGE: Final = "tradewind.messaging.moments"
_ON_THE_WAY: Final = ("parcel_news", "parcel_news")
_SAYS: Final = {"say": 1, "gettext_noop": 0}
_LETTERS: Final = frozenset({"Letter", "_Words"})

_Place = tuple[str, str]  # module and name


@dataclass(frozen=True, slots=True)
class Sentence:
    """`message` is what the code says, in English. `moments` are the letters that it can stand in, `is_subject` in their subject."""

    key: str
    message: str
    moments: tuple[str, ...]
    is_subject: bool

    @property
    def names(self) -> frozenset[str]:
        """The variables in it."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.message) if name is not None)

    def supplied(self, language: str) -> str:
        """As it came with Tradewind. The catalogues are complete: the project's gate sees to that."""
        return self.message if language == DEFAULT else translations(language).gettext(self.message)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def sentences() -> dict[str, Sentence]:
    """By key, in the order in which letters say them first."""
    said_in: dict[str, list[str]] = {}
    subjects = set()
    for moment, said in _said().items():
        for message, is_subject in said.items():
            said_in.setdefault(message, []).append(moment)
            if is_subject:
                subjects.add(message)
    return {
        digest(message): Sentence(digest(message), message, tuple(letters), message in subjects)
        for message, letters in said_in.items()
    }


@cache
def moments() -> tuple[str, ...]:
    """All letters that say something, in the order of their sentences."""
    return tuple(_said())


@cache
def of_moment(moment: str) -> tuple[Sentence, ...]:
    """In the order in which the letter is put together."""
    return tuple(sentences()[digest(message)] for message in _said().get(moment, {}))


@cache
def _said() -> dict[str, dict[str, bool]]:
    """By moment: its messages, and whether each is a subject."""
    modules = {path.stem: _Module(ast.parse(path.read_text())) for path in sorted(FOLDER.glob("*.py"))}
    found: dict[str, dict[str, bool]] = {}
    for moment, place in _letters(modules):
        said = found.setdefault(moment, {})
        for message, is_subject in _said_from(modules, place, moment):
            said[message] = said.get(message, False) or is_subject
    return found


class _Module:
    """What stands at the top of a module, by name."""

    def __init__(self, tree: ast.Module) -> None:
        self.own: dict[str, ast.AST] = {}
        self.taken: dict[str, _Place] = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.own[node.name] = node
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                self.own[node.target.id] = node.value
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{_PACKAGE}."):
                module = (node.module or "").removeprefix(f"{_PACKAGE}.")
                self.taken |= {alias.asname or alias.name: (module, alias.name) for alias in node.names}

    def place_of(self, module: str, name: str) -> _Place | None:
        return (module, name) if name in self.own else self.taken.get(name)


def _letters(modules: dict[str, _Module]) -> Iterator[tuple[str, _Place]]:
    for name, module in modules.items():
        moment, reminder = module.own.get("MOMENT"), module.own.get("REMINDER")
        if not (isinstance(moment, ast.Constant) and isinstance(moment.value, str)):
            continue
        yield moment.value, (name, moment.value)
        if isinstance(reminder, ast.Constant) and isinstance(reminder.value, str):
            # The same letter once more.
            yield reminder.value, (name, moment.value)
    yield from ((moment.value, _ON_THE_WAY) for moment in Moment)


def _said_from(modules: dict[str, _Module], start: _Place, moment: str) -> Iterator[tuple[str, bool]]:
    """The messages that the letter of a moment can hold, and whether each is a subject."""
    todo, seen = [start], {start}
    while todo:
        module, name = todo.pop(0)
        for node in _nodes(modules[module].own[name], moment):
            if isinstance(node, ast.Call):
                yield from _said_in(node)
            elif isinstance(node, ast.Name):
                place = modules[module].place_of(module, node.id)
                if place is not None and place not in seen:
                    seen.add(place)
                    todo.append(place)


def _nodes(node: ast.AST, moment: str) -> Iterator[ast.AST]:
    """All nodes below, without what a table says of other moments."""
    yield node
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None or _is_about(key, moment):
                yield from _nodes(value, moment)
        return
    for child in ast.iter_child_nodes(node):
        yield from _nodes(child, moment)


def _is_about(key: ast.expr, moment: str) -> bool:
    is_moment = isinstance(key, ast.Attribute) and isinstance(key.value, ast.Name) and key.value.id == "Moment"
    return not is_moment or (isinstance(key, ast.Attribute) and Moment[key.attr].value == moment)


def _said_in(call: ast.Call) -> Iterator[tuple[str, bool]]:
    """What is said here; of a letter that is put together, its subject."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in _SAYS:
        message = call.args[_SAYS[name]]
        if isinstance(message, ast.Constant) and isinstance(message.value, str):
            yield message.value, False
    elif name in _LETTERS:
        named = [each.value for each in call.keywords if each.arg == "subject"]
        for subject in named or call.args[:1]:
            if isinstance(subject, ast.Call):
                yield from ((message, True) for message, _ in _said_in(subject))
