"""Commands and settings that the pages name exist, and none that people need is left out."""

import re
import shlex
from pathlib import Path

import click
import pytest

from tests.docs.pages import READMES, ROOT, SOURCE, commands, pages
from tools.launching import COMMANDS, OF_THE_WORKSHOP
from tools.testing import parse
from tradewind.cli.main import main

# Ours, not the owner's: kinds of data folders, and templates that are read anew at each request.
_FOR_DEVELOPERS = {"TRADEWIND_KIND", "TRADEWIND_RELOAD"}


def _unknown(words: list[str]) -> list[str]:
    """The words that the program would not understand: commands, and options of the last command."""
    command: click.Command = main
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.commands:
            return [name]
        command = command.commands[name]
    known = {option for param in command.params for option in param.opts} | {"--help", "-h"}
    return [word for word in rest if word.startswith("-") and word not in known]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_in_a_page_is_one(page: Path) -> None:
    for line in commands(page.read_text()):
        words = shlex.split(line)
        while words and words[0] == "--data":
            words = words[2:]
        if not words or words[0].isupper() or not words[0].isascii():  # a word that stands for any command
            continue
        assert words[0] in COMMANDS, line
        if words[0] in OF_THE_WORKSHOP:
            parse(words)
        else:
            assert _unknown(words) == [], line


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_come_first(name: str) -> None:
    blocks = re.findall(r"^```\n(.+?)^```", (ROOT / name).read_text(), flags=re.MULTILINE | re.DOTALL)
    started = [block.strip() for block in blocks if block.startswith("./tradewind")]

    assert started[:2] == ["./tradewind demo", "./tradewind test"]


@pytest.mark.parametrize("name", READMES)
def test_every_setting_of_an_installation_is_in_the_table_and_none_besides(name: str) -> None:
    pattern = re.compile(r"TRADEWIND_[A-Z_]+")
    read = set(pattern.findall((SOURCE / "config" / "settings.py").read_text())) - _FOR_DEVELOPERS
    table = re.findall(r"^\| `(TRADEWIND_[A-Z_]+)` \|", (ROOT / name).read_text(), flags=re.MULTILINE)

    assert sorted(table) == sorted(read)


def test_both_readmes_name_the_same_commands_settings_and_pictures() -> None:
    def named(name: str) -> set[str]:
        text = (ROOT / name).read_text()
        names = re.findall(r"TRADEWIND_[A-Z_]+|docs/[\w./-]+|tradewind-[a-z]+|\./tradewind [a-z]+", text)
        return set(names) - {"docs/pictures/console-order-en.webp", "docs/pictures/console-order-zh.webp"}

    assert named("README.md") == named("README.zh.md")


@pytest.mark.parametrize("name", READMES)
def test_the_benchmarks_of_the_table_are_those_of_the_folder(name: str) -> None:
    found = sorted(file.stem for file in (ROOT / "benchmarks").glob("*.py") if "__main__" in file.read_text())
    table = re.findall(r"^\| `([a-z_]+)` \|", (ROOT / name).read_text(), flags=re.MULTILINE)

    assert sorted(table) == found
