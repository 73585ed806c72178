"""How the gate and the test runs report, and what they leave out where something is missing."""

import signal
import sys
from pathlib import Path

import pytest

from tools import gate, provision, testing
from tools.testing import Report

RESULTS = """<?xml version="1.0"?>
<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.0"/></testsuites>
"""


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def test_the_sum_of_all_runs_is_the_last_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "results.xml"
    results.write_text(RESULTS)
    report = Report(left_out=["tests on PostgreSQL left out: PostgreSQL is missing"])
    for _ in ("sqlite", "postgresql"):
        testing.count(results, report)

    assert testing.conclude(report) == 1
    assert last_line(capsys) == "8 passed, 6 failed, 6 skipped"


def test_a_missing_part_is_named_at_the_end_and_fails_only_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report(left_out=["browser tests left out: Chromium is missing"], passed=5)

    monkeypatch.delenv("CI", raising=False)
    assert testing.conclude(report) == 0
    assert "browser tests left out: Chromium is missing\n" in capsys.readouterr().out

    monkeypatch.setenv("CI", "true")
    assert testing.conclude(report) == 1
    assert last_line(capsys) == "5 passed, 0 failed, 0 skipped"


def test_a_failed_check_fails_the_whole_though_all_tests_pass() -> None:
    assert testing.conclude(Report(complaints=["check failed: mypy"], passed=5)) == 1


def test_words_after_the_dashes_are_pytests() -> None:
    options = testing.parse(["test", "fast", "--only", "postgresql", "--", "-k", "cart", "--", "-x"])

    assert (options.fast, options.only) == ("fast", "postgresql")
    assert options.pytest == ["-k", "cart", "--", "-x"]


def test_what_runs_on_one_database_alone_is_there_under_its_name() -> None:
    assert [path for path in (*testing.WITHOUT_DATABASE, *testing.SEEN_ALIKE) if not (gate.ROOT / path).exists()] == []


def test_the_second_database_leaves_out_what_it_says_nothing_new_about() -> None:
    first, second = (testing.what_is_left_out([], is_first=is_first) for is_first in (True, False))

    assert first == []
    assert second[-2:] == ["-m", "not seen_alike"]
    assert f"--ignore={testing.SEEN_ALIKE[0]}" in second
    assert testing.what_is_left_out(["slow", "browser"], is_first=True) == ["-m", "not slow and not browser"]


def test_a_part_that_cannot_be_installed_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # a machine without apt-get
    part = provision.Part("Chromium", "chromium", lambda: None)

    with pytest.raises(provision.NotInstalled) as raised:
        part.find_or_install()

    assert str(raised.value) == "Chromium is missing (Debian and Ubuntu: sudo apt-get install chromium)"


def test_a_step_is_one_line_when_all_is_well_and_shows_its_output_when_not(capsys: pytest.CaptureFixture[str]) -> None:
    good = gate.Step("good", [sys.executable, "-c", "print('fine')"])
    bad = gate.Step("bad", [sys.executable, "-c", "print('why it failed'); raise SystemExit(3)"])

    outcomes = gate.run_all([good, bad])

    assert {outcome.step.name: outcome.passed for outcome in outcomes} == {"good": True, "bad": False}
    said = capsys.readouterr().out
    assert "ok      good 0." in said
    assert "fine" not in said
    assert "FAILED  bad 0." in said
    assert "        why it failed\n" in said


def test_neither_checks_nor_tests_see_the_shop_of_the_same_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWIND_DATABASE_URL", "postgresql://the-real-shop")
    monkeypatch.setenv("TRADEWIND_DATA", "/srv/the-real-shop")

    environment = gate.environment(tmp_path)

    assert "TRADEWIND_DATABASE_URL" not in environment
    assert environment["TRADEWIND_DATA"] == str(tmp_path)


def test_what_is_started_in_the_background_can_still_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(testing, "check", lambda **_: seen.append(signal.getsignal(signal.SIGINT)) or 0)
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert testing.main(["check"]) == 0
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])

    assert seen == [signal.default_int_handler]
