"""The audit trail in the console: who changed what, from what to what, narrowed by the address."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

import tradewind
from tests.console.making import AT
from tradewind.console.audit.naming import ACTS
from tradewind.core.models import AuditEntry, Staff
from tradewind.core.staff import COMMAND

DAY = timedelta(days=1)


def entry(action: str = "warehouse.changed", *, days: int = 0, **fields: object) -> AuditEntry:
    values = {"actor": COMMAND, "subject_kind": "warehouse", "subject_id": 1, "before": {"cutoff": "16:00"}} | fields
    return AuditEntry.objects.create(action=action, at=AT - days * DAY, after={"cutoff": f"1{days}:30"}, **values)


def shown(console: Client, query: str = "") -> list[str]:
    """What each row says was changed to, in the order of the page."""
    return re.findall(r"<ins>([^<]+)</ins>", console.get(f"/console/audit?{query}").content.decode())


def test_a_change_stands_there_with_who_did_it_and_what_it_was_before(console: Client, owner: Staff) -> None:
    entry(actor=f"staff:{owner.pk}")

    page = console.get("/console/audit").content.decode()

    body = page.split("<tbody>")[1]
    assert owner.name in body
    assert "Warehouse changed" in body
    assert "<del>16:00</del>" in body
    assert "<ins>10:30</ins>" in body
    assert 'href="/console/warehouses/1"' in body


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["10:30", "11:30", "12:30"]),
        ("act=market.changed", ["11:30"]),
        ("kind=market", ["11:30"]),
        ("kind=warehouse&id=7", ["12:30"]),
        ("by=command", ["10:30", "11:30"]),
        ("by=system", ["12:30"]),
        ("from=2026-11-19", ["10:30", "11:30"]),
        ("to=2026-11-18", ["12:30"]),
    ],
)
def test_the_address_narrows_it(query: str, expected: list[str], console: Client) -> None:
    entry()
    entry("market.changed", days=1, subject_kind="market")
    entry(days=2, subject_id=7, actor="system")

    assert shown(console, query) == expected


def test_what_cannot_be_understood_is_left_out_and_named(console: Client) -> None:
    entry()

    page = console.get("/console/audit?act=nonsense&from=yesterday").content.decode()

    assert "left out: from, act." in page
    assert "10:30" in page


def test_page_after_page_shows_each_change_once(console: Client) -> None:
    for number in range(60):
        entry(subject_id=number + 1)

    first = console.get("/console/audit").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = console.get("/console/audit" + older[1].replace("&amp;", "&")).content.decode()

    numbers = [int(each) for page in (first, second) for each in re.findall(r"/console/warehouses/(\d+)\"", page)]
    assert numbers == list(range(60, 0, -1))


def test_every_act_has_words() -> None:
    """A change that nobody has named would stand there as a code."""
    source = Path(tradewind.__file__).parent
    texts = (path.read_text() for path in source.rglob("*.py"))
    written = {act for text in texts for act in re.findall(r'write_audits?\(\s*"([a-z_.]+)"', text)}

    assert len(written) > 30
    assert written - ACTS.keys() == set()
