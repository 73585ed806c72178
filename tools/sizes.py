"""Sizes of files and functions, held against what a reader can take in at once (see docs/architecture.md, “The gate”).

Hard limits fail; aims are printed. They serve reading: an aim that a split would miss sensibly may be missed.
"""

import ast
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "tools", "tests", "benchmarks", "scripts", "docs")
HARD_LIMITS = {".py": 500, ".html": 150, ".txt": 150, ".jinja": 150, ".css": 300, ".js": 200}
TEMPLATES = (".html", ".txt", ".jinja")
FUNCTION_LIMIT = 60
# 95 of 100 Python files, and 95 of 100 functions, should stay below these.
FILE_AIM, FUNCTION_AIM, SHARE_AIM = 300, 30, 0.95
NOT_OURS = ("vendor", "migrations", "node_modules", "__pycache__")


@dataclass(frozen=True)
class Measured:
    path: Path
    lines: int
    functions: tuple[tuple[str, int, int], ...]  # name, first line, number of lines


def measure(root: Path) -> list[Measured]:
    found = (path for folder in FOLDERS for path in sorted((root / folder).rglob("*")))
    return [measure_file(path) for path in found if is_measured(path.relative_to(root))]


def is_measured(path: Path) -> bool:
    if path.suffix not in HARD_LIMITS or any(part in NOT_OURS for part in path.parts):
        return False
    return path.suffix not in TEMPLATES or "templates" in path.parts


def measure_file(path: Path) -> Measured:
    text = path.read_text(encoding="utf-8")
    functions = tuple(measure_functions(ast.parse(text))) if path.suffix == ".py" else ()
    return Measured(path, len(text.splitlines()), functions)


def measure_functions(tree: ast.AST) -> Iterable[tuple[str, int, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def too_large(measured: Sequence[Measured]) -> list[str]:
    complaints = []
    for file in measured:
        limit = HARD_LIMITS[file.path.suffix]
        if file.lines > limit:
            complaints.append(f"{file.path}: {file.lines} lines, at most {limit}")
        complaints += [
            f"{file.path}:{line}: {name} has {lines} lines, at most {FUNCTION_LIMIT}"
            for name, line, lines in file.functions
            if lines > FUNCTION_LIMIT
        ]
    return complaints


def aims(measured: Sequence[Measured]) -> str:
    files = [file.lines for file in measured if file.path.suffix == ".py"]
    functions = [lines for file in measured for _, _, lines in file.functions]
    return f"{share(files, FILE_AIM)} files under {FILE_AIM} lines, {share(functions, FUNCTION_AIM)} functions under {FUNCTION_AIM}"


def share(sizes: Sequence[int], aim: int) -> str:
    reached = sum(size < aim for size in sizes) / len(sizes) if sizes else 1.0
    return f"{reached:.1%} of {len(sizes)}" + ("" if reached >= SHARE_AIM else f" (aim {SHARE_AIM:.0%})")


def main() -> int:
    measured = measure(ROOT)
    complaints = too_large(measured)
    print("\n".join([*complaints, aims(measured)]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
