"""The launcher, up to the moment where it hands over. Real set-ups are in test_launcher_set_up.py."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import installing, launching
from tools.launching import CannotSetUp, Checkout

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "tradewind"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A folder that looks set up: the launcher's files, two locks, and a program in the place of .venv's Python."""
    copy_launcher(tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.lock").write_text("one==1\n")
    (tmp_path / "requirements" / "test.lock").write_text("one==1\ntwo==2\n")
    made = Checkout(tmp_path)
    made.python.parent.mkdir(parents=True)
    made.python.write_text('#!/bin/sh\necho "$@"\n')
    made.python.chmod(0o755)
    stamp(made, "run.lock")
    return made


def copy_launcher(folder: Path) -> None:
    shutil.copy(LAUNCHER, folder)
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))


def stamp(checkout: Checkout, *names: str) -> None:
    locks = {name: checkout.lock_digest(name) for name in names}
    checkout.stamp.write_text(json.dumps({"made_for": checkout.made_for(), "locks": locks}))


def test_an_old_python_is_refused_in_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    done = start_as_python((3, 9), path=tmp_path)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "tradewind: needs Python 3.11, 3.12, 3.13, and this is 3.9. Install one of them and start again.\n"
    )


def test_an_old_python_starts_a_newer_one_where_there_is_one(tmp_path: Path) -> None:
    broken = tmp_path / "python3.11"  # what a version manager leaves for a Python that is not chosen
    broken.write_text("#!/bin/sh\nexit 127\n")
    newer = tmp_path / "python3.12"
    newer.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "started with $2 $3"\n')
    for program in (broken, newer):
        program.chmod(0o755)

    done = start_as_python((3, 9), path=tmp_path)

    assert (done.returncode, done.stdout) == (0, "started with demo --reset\n")


def start_as_python(version: tuple[int, int], path: Path) -> subprocess.CompletedProcess[str]:
    """No old Python is at hand, so a new one says that it is old."""
    code = (
        "import runpy, sys\n"
        f"sys.version_info = ({version[0]}, {version[1]}, 0)\n"
        f"sys.argv = ['tradewind', 'demo', '--reset']\n"
        f"runpy.run_path({str(LAUNCHER)!r}, run_name='__main__')\n"
    )
    environment = {"PATH": str(path)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=30
    )


def test_old_pythons_can_read_the_launcher() -> None:
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 7))


def test_help_needs_no_set_up(tmp_path: Path) -> None:
    copy_launcher(tmp_path)

    done = subprocess.run(
        [sys.executable, tmp_path / "tradewind", "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    named = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert named == list(launching.COMMANDS)
    assert not (tmp_path / ".venv").exists()


def test_an_unknown_command_sets_nothing_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert launching.launch(["dmeo"]) == 2
    assert "no command “dmeo”; ./tradewind --help lists them all" in capsys.readouterr().err


def test_the_launcher_lists_the_commands_that_the_program_has() -> None:
    from tradewind.cli.main import main as program

    assert {*program.commands, *launching.OF_THE_WORKSHOP} == set(launching.COMMANDS)


def test_a_set_up_folder_hands_over_at_once_and_says_nothing(checkout: Checkout) -> None:
    done = start(checkout, "web", "--port", "8001")

    assert (done.stdout, done.stderr, done.returncode) == ("-m tradewind web --port 8001\n", "", 0)


def test_tests_and_checks_go_to_the_workshop(checkout: Checkout) -> None:
    stamp(checkout, "test.lock", "run.lock")

    assert start(checkout, "test", "fast", "--", "-x").stdout == "-m tools.testing test fast -- -x\n"


def test_a_later_start_loads_nothing_that_only_a_set_up_needs(checkout: Checkout) -> None:
    """What it costs is nearly all in what it loads: none of these, it is Python's own start and reading three files."""
    command = [sys.executable, "-X", "importtime", str(checkout.root / "tradewind"), "web"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert {"tools.launching", "hashlib"} <= loaded
    assert loaded.isdisjoint({"tools.installing", "venv", "urllib.request", "ssl"})


def start(checkout: Checkout, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout.root / "tradewind"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_a_stamp_holds_until_the_lock_changes(checkout: Checkout) -> None:
    assert checkout.has("run.lock")
    assert not checkout.has("test.lock")

    checkout.lock("run.lock").write_text("one==2\n")

    assert not checkout.has("run.lock")


def test_a_set_up_that_was_killed_does_not_count(checkout: Checkout) -> None:
    checkout.unfinished.touch()

    assert not checkout.has("run.lock")


def test_a_half_written_stamp_does_not_count(checkout: Checkout) -> None:
    checkout.stamp.write_text('{"made_for": [')

    assert not checkout.has("run.lock")


def test_a_folder_that_was_moved_does_not_count(checkout: Checkout, tmp_path: Path) -> None:
    moved = checkout.root.rename(tmp_path.with_name(tmp_path.name + "-moved"))

    assert not Checkout(moved).has("run.lock")


def test_a_venv_whose_python_is_gone_or_another_does_not_count(checkout: Checkout) -> None:
    checkout.python.unlink()
    assert not checkout.has("run.lock")

    checkout.python.symlink_to(sys.executable)
    assert not checkout.has("run.lock")


def test_a_catalogue_is_stale_until_its_compiled_form_is_as_new(checkout: Checkout) -> None:
    source = checkout.root / "src/tradewind/locale/de/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    compiled = source.with_suffix(".mo")
    assert checkout.stale_catalogues() == [source]

    compiled.write_bytes(b"")
    os.utime(source, (1000, 1000))
    assert checkout.stale_catalogues() == []

    os.utime(compiled, (999, 999))
    assert checkout.stale_catalogues() == [source]


def test_a_missing_venv_module_names_the_package_to_install(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)  # how Debian's Python looks without the package

    with pytest.raises(CannotSetUp, match="sudo apt-get install python3-venv"):
        installing.make_venv(checkout)


def test_the_environment_behind_a_link_is_left_alone(checkout: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    checkout.venv.rename(elsewhere)
    checkout.venv.symlink_to(elsewhere)

    with pytest.raises(CannotSetUp, match="is a link to another environment"):
        installing.make_venv(checkout)
    assert (elsewhere / "bin").is_dir()


def test_a_mirror_set_for_pip_reaches_uv() -> None:
    pip = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": "https://one.example/simple\nhttps://two.example/simple",
        "find-links": "/wheels /more",
        "trusted-host": "mirror.example",
        "cert": "/etc/ssl/own.pem",
        "timeout": "60",
    }

    assert installing.settings_for_uv(pip, {}) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_INSECURE_HOST": "mirror.example",
        "UV_HTTP_TIMEOUT": "60",
        "SSL_CERT_FILE": "/etc/ssl/own.pem",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_settings_made_for_uv_win_over_those_for_pip() -> None:
    settings = installing.settings_for_uv(
        {"index-url": "https://mirror.example/simple"}, {"UV_DEFAULT_INDEX": "https://own.example/simple"}
    )

    assert "UV_DEFAULT_INDEX" not in settings


def test_variables_win_over_pips_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://file.example/simple\ntimeout = 7\n[install]\ntimeout = 8\n"
        "extra-index-url =\n    https://a.example/simple\n    https://b.example/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example/simple")

    settings = installing.pip_settings(Path(sys.executable))

    assert settings["index-url"] == "https://variable.example/simple"
    assert settings["timeout"] == "8"
    assert settings["extra-index-url"].split() == ["https://a.example/simple", "https://b.example/simple"]
