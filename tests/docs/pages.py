"""The project's pages as text, and what stands in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "src" / "tradewind"
READMES: Final = ("README.md", "README.zh.md")
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_IN_CODE: Final = re.compile(r"`([^`\n]+)`")
_PATH: Final = re.compile(r"(?<![\w/])[\w.-]+(?:/[\w.-]+)*/[\w-]+\.(?:py|md|toml|js|po)\b")
_FUNCTION: Final = re.compile(r"`([\w/]+\.py)` `(\w+)`")


def pages() -> list[Path]:
    """Plans go when they are carried out, so nobody relies on what they say."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in found if page.name != "plan.md")


def links(text: str) -> list[str]:
    return _LINK.findall(text)


def named_paths(text: str) -> Iterator[str]:
    """Paths in code marks. Words with a star stand for many files."""
    for code in _IN_CODE.findall(text):
        yield from (path for path in _PATH.findall(code) if "*" not in code)


def named_functions(text: str) -> list[tuple[str, str]]:
    """(file, function) wherever a file is followed by one, both in code marks."""
    return _FUNCTION.findall(text)


def commands(text: str) -> list[str]:
    """What stands after `./tradewind`, to the end of the line or of the code mark."""
    whole = text.replace("\\\n", " ")
    return [command.strip() for command in re.findall(r"\./tradewind((?: [^`\n#]+)?)", whole)]


def anchor(heading: str) -> str:
    """The address of a heading, as code hosts make it."""
    kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
    return re.sub(r"\s", "-", kept)
