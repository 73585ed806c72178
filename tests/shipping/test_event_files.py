"""What carriers said, from a file: what can be read is heard once, the rest is given back with its line and why."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.cli.main import main
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.event_files import WrongHeading, meaning_of, read_events
from tradewind.shipping.models import Parcel
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.tracking_states import NOT_UNDERSTOOD, Reason, Status, means

SHANGHAI = ZoneInfo("Asia/Shanghai")
CSV = """\ufeffNumber,Time,Status,Place,Words
RR1,2026-11-24T14:05+08:00,picked_up,深圳,"Accepted, by hand"
RR1,2026-11-25 09:00,customs:processing,Frankfurt,
RR1,yesterday,delivered,,
RR2,2026-11-25T09:00Z,beamed,,
,2026-11-25T09:00Z,delivered,,
"""


def test_a_csv_is_read_line_by_line() -> None:
    found = read_events(CSV.splitlines(keepends=True), zone=SHANGHAI)
    first, second = found.parcels
    assert [(told.at.isoformat(), told.meaning.status, told.place) for told in first.events] == [
        ("2026-11-24T14:05:00+08:00", Status.PICKED_UP, "深圳"),
        ("2026-11-25T09:00:00+08:00", Status.CUSTOMS, "Frankfurt"),
    ]
    assert (first.events[0].words, first.events[0].minutes_east) == ("Accepted, by hand", 480)
    assert second.events[0].meaning == NOT_UNDERSTOOD
    assert [(wrong.line, wrong.because[:12]) for wrong in found.wrong] == [(4, "“yesterday” "), (6, "number is em")]


def test_a_time_without_a_zone_is_no_moment_unless_one_is_named() -> None:
    (wrong,) = read_events(CSV.splitlines(keepends=True)[:3]).wrong
    assert "has no zone" in wrong.because


def test_json_lines_are_read_as_well() -> None:
    lines = ['{"number": "RR1", "time": "2026-11-24T14:05Z", "status": "delivered"}\n', "\n", "[1]\n", "{\n"]
    found = read_events(lines)
    assert [parcel.number for parcel in found.parcels] == ["RR1"]
    assert [wrong.line for wrong in found.wrong] == [3, 4]


def test_a_file_without_the_columns_is_none() -> None:
    with pytest.raises(WrongHeading, match="status"):
        read_events(["number,time\n", "RR1,2026-11-24T14:05Z\n"])
    assert read_events([]).parcels == []


def test_a_reason_stands_after_a_colon() -> None:
    assert meaning_of("Exception:lost") == means(Status.EXCEPTION, Reason.LOST)
    assert meaning_of("exception:bored") == NOT_UNDERSTOOD


@pytest.mark.django_db
def test_the_command_lets_parcels_hear_it_once(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The house is open already, with the test's database.
    monkeypatch.setattr("tradewind.cli.track.open_house", lambda: None)
    mark_dispatched(
        order=bought(shop, (shop.small, 1)), by="staff:1", at=shop.at, tracking=Tracking("China Post", "RR1")
    )
    file = tmp_path / "scans.csv"
    file.write_text(CSV)

    said = [CliRunner().invoke(main, ["track", str(file), "--zone", "Asia/Shanghai"]).output for _ in range(2)]

    rejects = tmp_path / "scans.csv.rejects.csv"
    assert said[0].splitlines() == [
        "2 events are new, 0 were known.",
        "No parcel of ours has the number RR2.",
        f"2 lines could not be used: {rejects}",
    ]
    assert said[1].splitlines()[0] == "0 events are new, 2 were known."
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1].startswith("4,“yesterday” is no time")
    assert Parcel.objects.get().events.count() == 2
    missing = CliRunner().invoke(main, ["track", str(tmp_path / "none.csv")])
    assert (missing.exit_code, "cannot be read" in missing.output) == (2, True)
