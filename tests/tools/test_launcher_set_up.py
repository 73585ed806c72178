"""Real set-ups: a copy of the launcher and the locks, a program that only repeats its arguments, a .venv from nothing."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tools.launching import Checkout

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.processes]


# Packages come over a network that may be slow.
SECONDS = 600


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    shutil.copy(ROOT / "tradewind", tmp_path)
    for folder in ("tools", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    program = tmp_path / "src" / "tradewind"
    program.mkdir(parents=True)
    # A whole package, because half a one would lose to a tradewind that PYTHONPATH knows.
    (program / "__init__.py").touch()
    (program / "__main__.py").write_text("import sys, django\nprint('running', *sys.argv[1:])\n")
    catalogue = program / "locale/de/LC_MESSAGES/messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid "Order"\nmsgstr "Bestellung"\n')
    return Checkout(tmp_path)


def start(checkout: Checkout, *arguments: str) -> subprocess.Popen[str]:
    command = [str(checkout.root / "tradewind"), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_first_start_sets_up_and_later_ones_say_nothing(fresh: Checkout) -> None:
    first = start(fresh, "demo", "--port", "8001")
    out, progress = first.communicate(timeout=SECONDS)

    assert (out, first.returncode) == ("running demo --port 8001\n", 0), progress
    assert progress.splitlines()[0] == "tradewind: first start, making .venv …"
    assert fresh.has("run.lock")
    assert fresh.stale_catalogues() == []

    out, progress = start(fresh, "demo").communicate(timeout=SECONDS)

    assert (out, progress) == ("running demo\n", "")


def test_two_starts_at_once_set_up_once(fresh: Checkout) -> None:
    both = [start(fresh, "web"), start(fresh, "work")]
    said = [process.communicate(timeout=SECONDS) for process in both]

    assert [out for out, _ in said] == ["running web\n", "running work\n"]
    progress = "".join(words for _, words in said)
    assert progress.count("making .venv") == 1
    assert progress.count("waiting for another set-up") == 1


def test_a_set_up_killed_half_way_is_made_anew(fresh: Checkout) -> None:
    killed = start(fresh, "demo")
    while not fresh.unfinished.exists():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.kill()
    killed.communicate()
    # What a killed installer leaves: a package that looks installed and is not whole.
    broken = next(fresh.venv.glob("lib/python3.*/site-packages")) / "django"
    shutil.rmtree(broken, ignore_errors=True)
    broken.mkdir()

    out, progress = start(fresh, "demo").communicate(timeout=SECONDS)

    assert out == "running demo\n", progress
    assert "making .venv" in progress
