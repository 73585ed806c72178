"""Rules of the house that neither ruff nor import-linter can say. Each rule is shown to catch what it is for."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tradewind"
CLOCK = "lib/clock.py"
READINGS_OF_THE_CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "time.time",
    "time.time_ns",
}
# The loops that work through rows of others' making: one bad row must not stop the rest.
LOOPS = {
    "core/reacting.py",
    "core/deliveries.py",
    "core/inbox.py",
    "core/schedule.py",
    "core/each_alone.py",
    "core/worker.py",
}
NAMES_THAT_SAY_NOTHING = {"services", "utils", "helpers", "managers"}

Rule = Callable[[str, ast.AST], Iterator[str]]


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def readings_of_the_clock(path: str, tree: ast.AST) -> Iterator[str]:
    if path == CLOCK:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            last_two = ".".join(dotted(node.func).split(".")[-2:])
            if last_two in READINGS_OF_THE_CLOCK:
                yield f"{path}:{node.lineno}: {last_two}() – take the moment as an argument"
        if isinstance(node, ast.ImportFrom) and node.module in {"time", "django.utils.timezone"}:
            for name in node.names:
                if f"{node.module.split('.')[-1]}.{name.name}" in READINGS_OF_THE_CLOCK:
                    yield f"{path}:{node.lineno}: imports {name.name} – take the moment as an argument"


def catch_alls(path: str, tree: ast.AST) -> Iterator[str]:
    if path in LOOPS or path.startswith("cli/"):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        names = {"BaseException" if one is None else dotted(one) for one in caught}
        raises_again = any(isinstance(line, ast.Raise) and line.exc is None for line in node.body)
        if "Exception" in names or ("BaseException" in names and not raises_again):
            yield f"{path}:{node.lineno}: catches everything – a bug stays loud"


def prints(path: str, tree: ast.AST) -> Iterator[str]:
    if path.startswith("cli/"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) == "print":
            yield f"{path}:{node.lineno}: print – say it in the log, or let the command say it"


def empty_names(path: str, tree: ast.AST) -> Iterator[str]:
    if Path(path).stem in NAMES_THAT_SAY_NOTHING:
        yield f"{path}: name the file for what the business does"


RULES: list[Rule] = [readings_of_the_clock, catch_alls, prints, empty_names]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    offences = [
        offence
        for file in sorted(SOURCE.rglob("*.py"))
        for offence in rule(file.relative_to(SOURCE).as_posix(), ast.parse(file.read_text()))
    ]

    assert offences == []


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        (readings_of_the_clock, "orders/placing.py", "at = datetime.datetime.now(UTC)"),
        (readings_of_the_clock, "orders/placing.py", "from django.utils import timezone\nat = timezone.now()"),
        (readings_of_the_clock, "orders/placing.py", "from django.utils.timezone import now"),
        (readings_of_the_clock, "orders/placing.py", "from time import time"),
        (catch_alls, "orders/placing.py", "try: place()\nexcept Exception: pass"),
        (catch_alls, "orders/placing.py", "try: place()\nexcept (KeyError, Exception): raise"),
        (catch_alls, "orders/placing.py", "try: place()\nexcept: pass"),
        (prints, "orders/placing.py", "print('placed')"),
        (empty_names, "orders/services.py", ""),
    ],
)
def test_an_offence_is_found(rule: Rule, path: str, code: str) -> None:
    assert len(list(rule(path, ast.parse(code)))) == 1


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        (readings_of_the_clock, CLOCK, "datetime.now(UTC)"),
        (readings_of_the_clock, "core/worker.py", "time.monotonic()"),
        (catch_alls, "core/reacting.py", "try: react()\nexcept Exception: note()"),
        (catch_alls, "core/files.py", "try: write()\nexcept BaseException:\n    remove()\n    raise"),
        (prints, "cli/demo.py", "print('The shop stands at …')"),
        (empty_names, "orders/placing.py", ""),
    ],
)
def test_what_is_allowed_passes(rule: Rule, path: str, code: str) -> None:
    assert list(rule(path, ast.parse(code))) == []
