"""Every command explains itself, takes --data wherever it is typed, and tells trouble in one line."""

import sqlite3
from pathlib import Path

import click
import pytest

from tests.cli.parts import opened_shop, run
from tradewind.cli.main import main
from tradewind.cli.staff import ROLES
from tradewind.core.models.staff import Role


def paths(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words that lead to a command and to all below it."""
    inner = command.commands.items() if isinstance(command, click.Group) else ()
    return [path, *(found for name, below in inner for found in paths(below, (*path, name)))]


def say(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    said = capsys.readouterr()
    return int(str(ended.value.code)), said.out, said.err


@pytest.mark.parametrize("path", paths(main), ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself_and_takes_a_data_folder(
    path: tuple[str, ...], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = say(capsys, *path, option)

    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: {' '.join(['tradewind', *path])} ")
    assert "--data DIR" in out


def test_help_does_not_wait_for_django() -> None:
    done = run("demo", "--help", PYTHONPROFILEIMPORTTIME="1")

    assert done.returncode == 0
    assert "import time:" in done.stderr
    assert "django" not in done.stderr


def test_roles_are_those_that_the_house_knows() -> None:
    assert list(ROLES) == list(Role)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["staff", "add"], "Missing argument 'EMAIL'. See tradewind staff add --help."),
        (["web", "--port", "99999"], "Invalid value for '--port': 99999 is not in the range 1<=x<=65535."),
        (["demo", "--quick"], "No such option '--quick'. See tradewind demo --help."),
        (["sell"], "No such command 'sell'."),
    ],
)
def test_what_is_mistyped_is_said_in_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = say(capsys, *words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"tradewind: {told}")


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_data_folder_may_be_named_before_or_after_the_command_and_is_prepared(tmp_path: Path, order: str) -> None:
    folder = tmp_path / "new"
    command = ["work", "--once"]
    words = ["--data", str(folder), *command] if order == "before" else [*command, "--data", str(folder)]

    done = run(*words)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" done.\n")
    assert {"files", "secret.key", "tradewind.json", "tradewind.sqlite3"} <= {entry.name for entry in folder.iterdir()}


def test_a_folder_that_cannot_be_written_to_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = run("work", "--once", "--data", tmp_path / "file" / "shop")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.endswith("name another folder with --data DIR.\n")


@pytest.mark.slow
def test_a_locked_database_is_said_in_one_line(tmp_path: Path) -> None:
    shop = opened_shop(tmp_path / "shop")
    with sqlite3.connect(shop / "tradewind.sqlite3") as blocking:
        blocking.execute("PRAGMA locking_mode=EXCLUSIVE")
        blocking.execute("BEGIN EXCLUSIVE")

        done = run("work", "--once", "--data", shop)
    blocking.close()

    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == "tradewind: The database is locked by another program. Close what has it open and try again.\n"
    )


def test_a_database_that_is_away_is_said_in_one_line(tmp_path: Path) -> None:
    done = run("work", "--once", "--data", tmp_path, TRADEWIND_DATABASE_URL="postgres://nobody@127.0.0.1:9/none")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("tradewind: The database cannot be used: ")


def test_django_s_own_commands_can_be_run(tmp_path: Path) -> None:
    done = run("manage", "showmigrations", "markets", "--data", tmp_path / "new")

    assert (done.returncode, done.stdout.splitlines()[:2]) == (0, ["markets", " [ ] 0001_initial"])
    assert (tmp_path / "new" / "tradewind.json").exists()


def test_looking_at_code_alone_leaves_no_data_folder_behind(tmp_path: Path) -> None:
    done = run("manage", "help", "--data", tmp_path / "new")

    assert done.returncode == 0
    assert "makemigrations" in done.stdout
    assert not (tmp_path / "new").exists()
