"""The inbox: everything is stored once, and what nobody understands stays in sight."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tradewind.core import inbox, work
from tradewind.core.models import AuditEntry, InboxItem
from tradewind.core.trail import write_audit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source() -> Iterator[str]:
    def understand(item: InboxItem, now: datetime) -> str:
        write_audit("understood", subject=("item", item.pk), by="system", at=now)
        if bytes(item.body) == b"?":
            raise ValueError("what is this?")
        return "fine" * 100

    inbox.register("test", understand)
    yield "test"
    del inbox._handlers["test"]


def arrive(source: str, body: bytes = b"{}", *, at: datetime, external_id: str = "N-1") -> bool:
    return inbox.receive(source, external_id, body, headers={"X-Kind": "notice"}, at=at)


def run(at: datetime) -> InboxItem:
    inbox.run_inbox(now=lambda: at)
    return InboxItem.objects.get()


def test_the_same_thing_twice_is_stored_and_understood_once(source: str, now: datetime) -> None:
    told = [arrive(source, at=now), arrive(source, at=now)]
    item = run(now)
    run(now)

    assert told == [True, False]
    assert (item.state, item.outcome, item.headers) == ("done", "fine" * 50, {"X-Kind": "notice"})
    assert AuditEntry.objects.count() == 1


def test_the_same_id_of_another_source_is_another_thing(source: str, now: datetime) -> None:
    assert [arrive(source, at=now), arrive("other", at=now)] == [True, True]


def test_the_same_thing_eight_times_at_once_is_stored_once(source: str, now: datetime) -> None:
    told: list[bool] = []
    together = threading.Barrier(8)

    def deliver() -> None:
        together.wait(10)
        told.append(arrive(source, at=now))
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(told) == [False] * 7 + [True]
    assert InboxItem.objects.count() == 1


def test_what_nobody_understands_keeps_its_content_and_its_error(source: str, now: datetime) -> None:
    arrive(source, b"?", at=now)

    item = run(now)

    assert (item.state, item.error.partition(" (")[0], bytes(item.body)) == (
        "waiting",
        "ValueError: what is this?",
        b"?",
    )
    assert AuditEntry.objects.count() == 0


def test_a_source_that_nobody_knows_ends_stuck_and_in_sight(now: datetime) -> None:
    arrive("test.unknown", b"\xff\x00", at=now)

    for day in range(work.MAX_TRIES):
        item = run(now + timedelta(days=day))

    assert (item.state, item.error.partition(" (")[0]) == ("stuck", "NoSuchSource: test.unknown")
    assert bytes(item.body) == b"\xff\x00"


def test_who_comes_back_after_the_lease_changes_nothing_and_stops_nobody(source: str, now: datetime) -> None:
    for body in (b"{}", b"?"):
        InboxItem.objects.all().delete()
        arrive(source, body, at=now)
        (slow,) = work.claim(InboxItem, now=now, limit=1)
        item = run(now + work.LEASE)

        inbox.understand(slow, now=now + work.LEASE)

        after = InboxItem.objects.get()
        assert (after.state, after.lease, after.failures) == (item.state, item.lease, item.failures)
    assert AuditEntry.objects.count() == 1
