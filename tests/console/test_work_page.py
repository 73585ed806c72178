from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.console.making import AT, client_of, make_staff
from tradewind.core.models import AuditEntry, Delivery, FactRecord, InboxItem, Reaction, ScheduledJob, WorkerBeat
from tradewind.core.models.staff import Role


def stuck_delivery(number: int = 1, **fields: object) -> Delivery:
    values = {
        "kind": "messaging.mail",
        "key": f"mail-{number}",
        "payload": {},
        "state": "stuck",
        "tries": 8,
        "error": "Refused: 550 user <unknown>",
        "due_at": AT,
        "created_at": AT,
        "finished_at": AT,
    } | fields
    return Delivery.objects.create(**values)


def stuck_reaction() -> Reaction:
    fact = FactRecord.objects.create(name="orders.paid", version=1, data={}, recorded_at=AT, actor="system")
    return Reaction.objects.create(
        fact=fact, handler="messaging.confirm", state="stuck", error="KeyError: 'name'", due_at=AT, created_at=AT
    )


def page_of(client: Client) -> str:
    return client.get("/console/work").content.decode()


def test_stuck_work_stands_with_its_reason(console: Client) -> None:
    stuck_delivery()
    stuck_reaction()

    page = page_of(console)

    assert ("550 user &lt;unknown&gt;" in page, "messaging.confirm ← orders.paid" in page) == (True, True)


def test_what_is_stuck_is_not_hidden_by_a_crowd_that_will_be_tried_again(console: Client) -> None:
    stuck_delivery(error="the stuck one")
    for number in range(2, 80):
        stuck_delivery(number, state="waiting", finished_at=None)

    page = page_of(console)

    assert page.index("the stuck one") < page.index("550 user")


def test_retry_gives_a_row_its_tries_anew(console: Client) -> None:
    row = stuck_delivery()

    response = console.post(f"/console/work/deliveries/{row.pk}/retry")

    row.refresh_from_db()
    assert (response["Location"], row.state, row.tries) == ("/console/work?done=retried", "waiting", 0)


def test_drop_keeps_the_reason_in_the_audit_trail(console: Client) -> None:
    row = stuck_delivery(kind="catalog.choice")

    console.post(f"/console/work/deliveries/{row.pk}/drop", {"reason": "buyer was called"})

    row.refresh_from_db()
    assert (row.state, AuditEntry.objects.get().after) == ("dropped", {"reason": "buyer was called"})


def test_what_happened_outside_is_not_dropped_but_written_down(console: Client) -> None:
    row = stuck_delivery(kind="payments.refund", result={"external_id": "R-1", "at": AT.isoformat()})

    response = console.post(f"/console/work/deliveries/{row.pk}/drop", {"reason": "looks done"})

    row.refresh_from_db()
    told = "only has to be written down here" in response.content.decode()
    assert (response.status_code, row.state, told, AuditEntry.objects.count()) == (409, "stuck", True, 0)


@pytest.mark.parametrize(
    ("reason", "words"), [("", "Please fill this in."), ("  ", "Please fill this in."), ("x" * 201, "At most 200")]
)
def test_drop_asks_for_a_reason(reason: str, words: str, console: Client) -> None:
    row = stuck_delivery()

    response = console.post(f"/console/work/deliveries/{row.pk}/drop", {"reason": reason})

    row.refresh_from_db()
    assert (response.status_code, row.state, words in response.content.decode()) == (422, "stuck", True)


def test_who_is_second_is_told(console: Client) -> None:
    row = stuck_reaction()
    console.post(f"/console/work/reactions/{row.pk}/retry")

    again = console.post(f"/console/work/reactions/{row.pk}/retry")
    dropped = console.post(f"/console/work/reactions/{row.pk}/drop", {"reason": "why not"})

    assert {again["Location"], dropped["Location"]} == {"/console/work?done=gone"}


def test_the_page_tells_when_no_worker_is_alive(console: Client) -> None:
    without = page_of(console)
    WorkerBeat.objects.create(worker="shop:1", started_at=AT, beat_at=timezone.now())
    with_one = page_of(console)
    WorkerBeat.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    silent = page_of(console)

    assert ["Mails and payments wait." in page for page in (without, with_one, silent)] == [True, False, True]
    assert "silent for 5 min" in silent


def test_the_schedule_shows_what_failed_last(console: Client) -> None:
    ScheduledJob.objects.create(name="checkout.cancel_unpaid", due_at=AT, error="ValueError: no rates")

    assert "ValueError: no rates" in page_of(console)


def test_thirty_rows_take_no_more_statements_than_one(
    console: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stuck_reaction()
    page_of(console)
    # session, staff, three counts, three kinds of trouble with the facts of reactions, schedule, workers, and what the panels of
    # alarms, backups, the signature of letters, its provider and the last trials of connections say
    with django_assert_num_queries(17):
        page_of(console)
    for number in range(30):
        stuck_reaction()
        stuck_delivery(number)
        InboxItem.objects.create(
            source="hook", external_id=str(number), body=b"{}", state="stuck", error="?", due_at=AT, created_at=AT
        )
    with django_assert_num_queries(17):
        page = page_of(console)

    assert page.count("/retry") == 91


def test_an_empty_page_says_that_all_is_well(console: Client) -> None:
    assert "Nothing is stuck." in page_of(console)


def test_retry_is_not_for_every_role(db: None) -> None:
    row = stuck_delivery()

    response = client_of(make_staff(Role.AGENT)).post(f"/console/work/deliveries/{row.pk}/retry")

    row.refresh_from_db()
    assert (response.status_code, row.state) == (403, "stuck")
