"""PostgreSQL's own programs: which one is taken, and what is said when there is none that fits."""

from pathlib import Path

import pytest

from tradewind.backup.postgresql import Server, find_program
from tradewind.backup.problems import ToolMissing


def program(folder: Path, version: str) -> Path:
    """A program that says which version it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pg_dump"
    path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version} (Debian)'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path / "path"


def test_a_program_of_the_servers_version_is_taken_before_a_newer_one(on_path: Path, tmp_path: Path) -> None:
    newer, fit = program(on_path, "17.2"), program(tmp_path / "lib" / "15" / "bin", "15.18")

    assert find_program("pg_dump", at_least=15, debians=tmp_path / "lib") == str(fit)
    assert find_program("pg_dump", at_least=16, debians=tmp_path / "lib") == str(newer)


def test_an_older_program_is_refused_with_the_package_that_helps(on_path: Path, tmp_path: Path) -> None:
    program(on_path, "13.4")

    with pytest.raises(ToolMissing) as refused:
        find_program("pg_dump", at_least=15, debians=tmp_path / "lib")

    assert str(refused.value) == (
        "pg_dump is of PostgreSQL 13, and the server of 15: it must not be older."
        " On Debian and Ubuntu: sudo apt-get install postgresql-client-15"
    )


def test_a_missing_program_and_one_that_only_seems_to_be_there_are_said_to_be_missing(
    on_path: Path, tmp_path: Path
) -> None:
    told = (
        "pg_dump is missing, and the server is PostgreSQL 15."
        " On Debian and Ubuntu: sudo apt-get install postgresql-client-15"
    )
    with pytest.raises(ToolMissing) as refused:
        find_program("pg_dump", at_least=15, debians=tmp_path / "lib")
    assert str(refused.value) == told

    # Debian's wrapper, without a version behind it.
    program(on_path, "15").write_text("#!/bin/sh\necho 'Error: no client' >&2\nexit 1\n")
    with pytest.raises(ToolMissing) as refused:
        find_program("pg_dump", at_least=15, debians=tmp_path / "lib")
    assert str(refused.value) == told


def test_no_password_stands_on_a_command_line() -> None:
    config = {
        "NAME": "shop",
        "USER": "mei",
        "PASSWORD": "a word that nobody may see",
        "HOST": "db.example",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require", "prepare_threshold": 3, "server_side_binding": True},
    }

    server = Server.of(config)

    assert server.address == ["--dbname", "sslmode=require dbname=shop user=mei host=db.example port=5433"]
    assert server.environment["PGPASSWORD"] == "a word that nobody may see"
    assert server.place == "db.example:5433/shop"
