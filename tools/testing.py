"""./tradewind check and ./tradewind test: the gate, then the tests on SQLite and PostgreSQL.

The last line is always the sum over all runs: “12 passed, 0 failed, 1 skipped”.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from tools import gate, provision
from tools.postgres_cluster import PostgresFailed, throwaway_cluster

DATABASES = ("sqlite", "postgresql")
# They know no database, or bring one of their own and never see the one that the run is about.
WITHOUT_DATABASE = (
    "tests/architecture",
    "tests/backup/test_archives.py",
    "tests/backup/test_killed.py",
    "tests/backup/test_making.py",
    "tests/backup/test_places.py",
    "tests/backup/test_sealing.py",
    "tests/backup/test_sqlite_copies.py",
    "tests/cli/test_demo.py",
    "tests/cli/test_help_and_trouble.py",
    "tests/cli/test_serving.py",
    "tests/config/test_folders.py",
    "tests/core/test_sqlite_turns.py",
    "tests/demo/test_content.py",
    "tests/demo/test_shop_content.py",
    "tests/docs",
    "tests/lib",
    "tests/orders/importing/test_command.py",
    "tests/tools",
)
# How pages look, move and are read aloud is the same on every database; journeys and whatever else writes runs on both.
SEEN_ALIKE = (
    "tests/browser/test_browsing.py",
    "tests/browser/test_catalogue.py",
    "tests/browser/test_console.py",
    "tests/browser/test_in_mind.py",
    "tests/browser/test_markets.py",
    "tests/browser/test_pages.py",
    "tests/browser/test_product_page.py",
    "tests/browser/test_shop_profile.py",
    "tests/browser/test_storefront.py",
)
SECONDS_TO_STOP = 15


@dataclass
class Report:
    """What came of everything so far."""

    complaints: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def leave_out(self, reason: str) -> None:
        print(f"tradewind: {reason}", flush=True)
        self.left_out.append(reason)

    def is_good(self, *, must_be_whole: bool) -> bool:
        return not self.complaints and not self.failed and not (must_be_whole and self.left_out)


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception, so that nothing is left running
    # A shell lets what it starts with "&" ignore it, and the commands under test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = parse(arguments)
    try:
        if options.command == "check":
            return check(fix_first=options.fix)
        return test(options)
    except KeyboardInterrupt:
        print("\ntradewind: stopped", file=sys.stderr)
        return 130


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./tradewind")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="the checks alone")
    checking.add_argument(
        "--fix", action="store_true", help="format the code and update the translation catalogues first"
    )
    testing = commands.add_parser(
        "test", help="the checks and the tests", usage="./tradewind test [fast] [--only DATABASE] [-- …]"
    )
    testing.add_argument(
        "fast", nargs="?", choices=["fast"], help="only what answers in about three minutes: SQLite, no browser"
    )
    testing.add_argument("--only", choices=DATABASES, help="run the tests on this database alone")
    # Everything after -- is pytest's.
    own, pytests = split(arguments)
    options = parser.parse_args(own)
    options.pytest = pytests
    return options


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return list(arguments), []
    place = arguments.index("--")
    return list(arguments[:place]), list(arguments[place + 1 :])


def check(*, fix_first: bool) -> int:
    if fix_first:
        gate.fix()
    outcomes = gate.run_all(gate.steps(gate.ROOT))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def test(options: argparse.Namespace) -> int:
    report = Report()
    outcomes = gate.run_all(gate.steps(gate.ROOT))
    report.complaints += [f"check failed: {outcome.step.name}" for outcome in outcomes if not outcome.passed]
    chosen = [options.only] if options.only else DATABASES[:1] if options.fast else DATABASES
    unwanted, environment = ["slow", "browser"] if options.fast else [], {}
    if not options.fast:
        try:
            environment = {"TRADEWIND_CHROMIUM": str(provision.CHROMIUM.find_or_install())}
        except provision.NotInstalled as missing:
            report.leave_out(f"browser tests left out: {missing}")
            unwanted = ["browser"]
        try:
            provision.EXIM.find_or_install()
        except provision.NotInstalled as missing:
            report.leave_out(f"tests with Debian's mail server left out: {missing}")
            unwanted = [*unwanted, "debian_mail"]
    with kept_bytecode() as bytecode:
        for database in chosen:
            left_out = what_is_left_out(unwanted, is_first=database == chosen[0])
            with database_settings(database, report) as settings:
                if settings is not None:
                    everything = {**environment, **bytecode, **settings}
                    run_pytest(database, [*left_out, *options.pytest], everything, report)
    return conclude(report)


def what_is_left_out(markers: Sequence[str], *, is_first: bool) -> list[str]:
    """Words for pytest: tests with these markers and, after the first database, what another one says nothing new about."""
    once = [] if is_first else [f"--ignore={path}" for path in (*WITHOUT_DATABASE, *SEEN_ALIKE)]
    unwanted = [*markers, *([] if is_first else ["seen_alike"])]
    return [*once, "-m", " and ".join(f"not {marker}" for marker in unwanted)] if unwanted else once


@contextlib.contextmanager
def kept_bytecode() -> Iterator[dict[str, str]]:
    """Settings under which Python keeps what it compiled, away from the checkout and for this run only.

    Container images often forbid it to keep any, and each of the hundreds of processes that tests start would compile
    all modules anew.
    """
    with tempfile.TemporaryDirectory(prefix="tradewind-bytecode-") as folder:
        yield {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}


@contextlib.contextmanager
def database_settings(database: str, report: Report) -> Iterator[dict[str, str] | None]:
    """None when this database is not to be had."""
    if database == "sqlite":
        yield {}
        return
    try:
        provision.POSTGRESQL.find_or_install()
    except provision.NotInstalled as missing:
        report.leave_out(f"tests on PostgreSQL left out: {missing}")
        yield None
        return
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(throwaway_cluster(durable=False))
        except PostgresFailed as problem:
            report.complaints.append(f"PostgreSQL did not start: {problem}")
            yield None
        else:
            yield {"TRADEWIND_DATABASE_URL": url}


def run_pytest(database: str, arguments: Sequence[str], settings: dict[str, str], report: Report) -> None:
    print(f"\n== tests on {database}", flush=True)
    with tempfile.TemporaryDirectory(prefix="tradewind-test-") as folder:
        results = Path(folder) / "results.xml"
        data, scratch = Path(folder) / "data", Path(folder) / "tmp"
        data.mkdir()
        scratch.mkdir()
        Path(folder).chmod(0o755)  # PostgreSQL, which never runs as root, has to pass through it
        workers = ["-n", str(os.cpu_count() or 1), "--dist", "worksteal"]
        command = [sys.executable, "-m", "pytest", *workers, f"--junitxml={results}", *arguments]
        code = wait_for(
            subprocess.Popen(command, cwd=gate.ROOT, env={**gate.environment(data), **settings, "TMPDIR": str(scratch)})
        )
        failed_before = report.failed
        if results.exists():
            count(results, report)
        if code != 0 and report.failed == failed_before:
            report.complaints.append(f"pytest on {database} ended with exit code {code}")


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """Ctrl-C reaches pytest, too; it gets the time to stop its workers and browsers."""
    try:
        return process.wait()
    except (KeyboardInterrupt, SystemExit):
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=SECONDS_TO_STOP)
        process.kill()
        raise


def count(results: Path, report: Report) -> None:
    for suite in ET.parse(results).getroot().iter("testsuite"):  # noqa: S314  our own pytest wrote it a moment ago
        numbers = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
        failed = numbers["failures"] + numbers["errors"]
        report.failed += failed
        report.skipped += numbers["skipped"]
        report.passed += numbers["tests"] - failed - numbers["skipped"]


def conclude(report: Report) -> int:
    print()
    for line in [*report.complaints, *report.left_out]:
        print(line)
    must_be_whole = os.environ.get("CI", "").lower() in {"true", "1"}
    if report.left_out and must_be_whole:
        print("nothing may be left out when CI=true")
    print(f"{report.passed} passed, {report.failed} failed, {report.skipped} skipped", flush=True)
    return 0 if report.is_good(must_be_whole=must_be_whole) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
