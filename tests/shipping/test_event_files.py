"""What carriers said, from a file: what can be read is heard once, the rest is given back with its line and why."""

import json
from collections.abc import Iterable
from io import BytesIO
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from tests.orders.changing import bought
from tests.shop import Shop
from tradewind.cli.main import main
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.event_files import EventPart, meaning_of, read_events
from tradewind.shipping.event_lines import LONGEST_LINE, NotText, UnusableFile, encoding_of
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


def read(lines: Iterable[str], *, zone: ZoneInfo | None = None) -> EventPart:
    (part,) = read_events(lines, zone=zone)
    return part


def whys(text: str) -> list[tuple[int, str]]:
    return [(wrong.line, wrong.because) for wrong in read(text.splitlines(keepends=True)).wrong]


def test_a_csv_is_read_line_by_line() -> None:
    found = read(CSV.splitlines(keepends=True), zone=SHANGHAI)
    first, second = found.parcels
    assert [(told.at.isoformat(), told.meaning.status, told.place) for told in first.events] == [
        ("2026-11-24T14:05:00+08:00", Status.PICKED_UP, "深圳"),
        ("2026-11-25T09:00:00+08:00", Status.CUSTOMS, "Frankfurt"),
    ]
    assert (first.events[0].words, first.events[0].minutes_east) == ("Accepted, by hand", 480)
    assert second.events[0].meaning == NOT_UNDERSTOOD
    assert [(wrong.line, wrong.because[:12]) for wrong in found.wrong] == [(4, "“yesterday” "), (6, "number is em")]


def test_a_time_without_a_zone_is_no_moment_unless_one_is_named() -> None:
    (wrong,) = read(CSV.splitlines(keepends=True)[:3]).wrong
    assert "has no zone" in wrong.because


def test_json_lines_are_read_as_well() -> None:
    lines = ['{"number": "RR1", "time": "2026-11-24T14:05Z", "status": "delivered"}\n', "\n", "[1]\n", "{\n"]
    found = read(lines)
    assert [parcel.number for parcel in found.parcels] == ["RR1"]
    assert [(wrong.line, wrong.because) for wrong in found.wrong] == [
        (3, "This is no JSON object"),
        (4, "This is no JSON object"),
    ]


@pytest.mark.parametrize("signs", ["\\ud800", "\\u0000", "\\u001b[31m", "\\u0085"])
@pytest.mark.parametrize("name", ["number", "time", "status", "carrier", "place", "words"])
def test_what_is_no_text_is_refused_by_its_line(name: str, signs: str) -> None:
    fields = {"number": "RR1", "time": "2026-11-24T14:05Z", "status": "delivered", "words": "left\nat the door"}
    wrong = json.dumps(fields | {name: "HERE"}).replace("HERE", f"HE{signs}RE")
    assert whys(f"{json.dumps(fields)}\n{wrong}\n") == [(2, f"{name} holds characters that are no text")]


def test_a_quotation_mark_that_nobody_closes_takes_no_more_than_it_must() -> None:
    rows = ["number,time,status,place\n", 'RR1,2026-11-24T14:05Z,delivered,"Berlin\n']
    rows += [f"RR{number},2026-11-24T14:05Z,delivered,Berlin\n" for number in range(2, 9_000)]
    found = list(read_events(rows))
    assert [wrong.because for part in found for wrong in part.wrong] == [
        "This is no line of a table: field larger than field limit (131072)"
    ]
    assert found[-1].parcels[-1].number == "RR8999"


def test_a_file_without_the_columns_is_none() -> None:
    with pytest.raises(UnusableFile, match="status"):
        list(read_events(["number,time\n", "RR1,2026-11-24T14:05Z\n"]))
    assert list(read_events([])) == []


def test_a_file_is_read_in_parts_however_long_it_is() -> None:
    rows = (f"RR{number % 7},2026-11-24T14:05Z,delivered\n" for number in range(2_500))
    parts = list(read_events(chain(["number,time,status\n"], rows)))
    assert [sum(len(told.events) for told in part.parcels) for part in parts] == [1_000, 1_000, 500]


def test_the_writing_of_a_file_is_found_out_and_what_is_no_table_refused() -> None:
    assert encoding_of(BytesIO("\ufeffnumber,深圳\r\n".encode())) == "utf-8-sig"
    assert encoding_of(BytesIO("深圳\n".encode("gb18030"))) == "gb18030"
    with pytest.raises(NotText):
        encoding_of(BytesIO(b"\xff\xfe\x00\x01\x81"))
    assert encoding_of(BytesIO(b"\n" * 3), most=3) == "utf-8-sig"
    with pytest.raises(UnusableFile, match="more than 3 lines"):
        encoding_of(BytesIO(b"\n" * 4), most=3)
    assert encoding_of(BytesIO(b"x" * LONGEST_LINE)) == "utf-8-sig"
    with pytest.raises(UnusableFile, match="Line 2 has more than 20\u202f000 characters"):
        encoding_of(BytesIO(b"number\n" + b"x" * (LONGEST_LINE + 1)))


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
    file.write_bytes(b'{"number": "RR1", "time": "2026-11-24T14:05Z", "status": "\\ud800"}')
    assert CliRunner().invoke(main, ["track", str(file)]).exit_code == 0
    assert "status holds characters that are no text" in rejects.read_text(encoding="utf-8-sig")
    file.write_text("number,time\n")
    assert CliRunner().invoke(main, ["track", str(file)]).exit_code == 2
    missing = CliRunner().invoke(main, ["track", str(tmp_path / "none.csv")])
    assert (missing.exit_code, "cannot be read" in missing.output) == (2, True)
