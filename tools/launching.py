"""What ./tradewind does once it has a Python: see that everything is installed, then become the command.

Standard library only, because it runs before anything is installed. A later start must cost next to nothing, so whatever
only a set-up needs is in tools/installing.py and imported when there is something to install.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {
    "demo": "start a shop with a real order history, made for looking around",
    "serve": "start the shop for real buyers: web, worker and schedule on this machine",
    "web": "start the web server alone, for shops on several machines",
    "work": "start the worker and the schedule alone, for shops on several machines",
    "backup": "write everything into one archive, while the shop is open; `backup verify` checks one",
    "restore": "put an archive in place, in an empty data folder or instead of what is there",
    "erase-again": "erase what had been erased since a backup; restore does so by itself",
    "upgrade": "make a backup, then bring the database up to date with a newer Tradewind",
    "move-to-postgresql": "move the shop's database from SQLite into PostgreSQL, every row compared",
    "import": "load orders from files of other systems, or the catalogue from a workbook",
    "export": "write the whole catalogue into an Excel workbook",
    "track": "take in from a file what carriers said about parcels",
    "mail": "take in mail that comes back or comes in",
    "staff": "add the people who work in the console",
    "token": "create keys for programs that use the API",
    "promises": "see what was promised to buyers and is due",
    "lanes": "learn from the shop's own parcels how long they take",
    "markets": "open markets with their currency, languages, taxes and duties",
    "manage": "run one of Django's management commands",
    "test": "run the checks and all tests on both databases; `test fast` takes about three minutes",
    "check": "run the checks alone; `check --fix` formats the code and updates the translations",
}
OF_THE_WORKSHOP = ("test", "check")


class CannotSetUp(Exception):
    """Set-up stopped; the message is one line that says what to do."""


def launch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        sys.stdout.write(usage())
        return 0 if arguments else 2
    command = arguments[0]
    if command not in COMMANDS and not command.startswith("-"):  # options before the command are the program's own
        sys.stderr.write(f"tradewind: there is no command “{command}”; ./tradewind --help lists them all.\n")
        return 2
    lock_name = "test.lock" if command in OF_THE_WORKSHOP else "run.lock"
    try:
        set_up(Checkout(ROOT), lock_name)
    except CannotSetUp as problem:
        sys.stderr.write(f"tradewind: {problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\ntradewind: set-up interrupted; the next start takes it up again.\n")
        return 130
    hand_over(Checkout(ROOT), arguments)
    return 0


def usage() -> str:
    width = max(len(name) for name in COMMANDS)
    lines = ["Usage: ./tradewind COMMAND [OPTIONS]", ""]
    lines += [f"  {name.ljust(width)}  {words}" for name, words in COMMANDS.items()]
    lines += [
        "",
        "./tradewind COMMAND --help explains one of them. The first start installs what Tradewind needs into .venv.",
        "",
    ]
    return "\n".join(lines)


class Checkout:
    """The folder of a checkout and what is installed in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.stamp = self.venv / "tradewind-stamp.json"
        # Stands while packages are put in place. A start that finds it knows that a set-up was killed half-way.
        self.unfinished = self.venv / "tradewind-unfinished"

    def lock(self, name: str) -> Path:
        return self.root / "requirements" / name

    def lock_digest(self, name: str) -> str:
        return hashlib.sha256(self.lock(name).read_bytes()).hexdigest()

    def installed_locks(self) -> dict[str, str]:
        """Digest by lock name; empty when .venv is missing, half-made, or was made for another folder or Python."""
        try:
            stamp = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        if self.unfinished.exists() or stamp.get("made_for") != self.made_for():
            return {}
        return {str(name): str(digest) for name, digest in stamp["locks"].items()}

    def made_for(self) -> list[str]:
        """Scripts in .venv name its folder, and its packages fit one Python: a moved folder or a new Python needs a new one."""
        return [str(self.root), os.path.realpath(self.python) if self.python.exists() else ""]

    def has(self, lock_name: str) -> bool:
        return self.installed_locks().get(lock_name) == self.lock_digest(lock_name)

    def stale_catalogues(self) -> list[Path]:
        """Message catalogues whose compiled form is missing or older; the repository keeps only the sources."""
        sources = sorted((self.root / "src" / "tradewind" / "locale").glob("*/LC_MESSAGES/*.po"))
        return [source for source in sources if not is_up_to_date(source.with_suffix(".mo"), source)]


def is_up_to_date(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime_ns >= source.stat().st_mtime_ns


def set_up(checkout: Checkout, lock_name: str) -> None:
    """Bring .venv and the compiled translations up to date. Almost always there is nothing to do."""
    stale = checkout.stale_catalogues()
    if checkout.has(lock_name) and not stale:
        return
    from tools import installing

    installing.bring_up_to_date(checkout, lock_name)


def hand_over(checkout: Checkout, arguments: list[str]) -> None:
    """Become the command: signals, exit code and output are its own from here on."""
    if arguments[0] in OF_THE_WORKSHOP:
        path = [checkout.root / "src", checkout.root]
        module = "tools.testing"
    else:
        path = [checkout.root / "src"]
        module = "tradewind"
    inherited = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([*map(str, path), *([inherited] if inherited else [])])
    sys.stdout.flush()
    os.execv(checkout.python, [str(checkout.python), "-m", module, *arguments])  # noqa: S606
