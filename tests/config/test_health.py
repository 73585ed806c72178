"""What machines are told: alive, ready or not and why, and figures for those who may see them."""

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from tradewind.config.health import Problem, problems_at
from tradewind.core.beating import BEAT_LIMIT
from tradewind.core.models import FactRecord, Reaction, WorkerBeat
from tradewind.lib.clock import utc_now

pytestmark = pytest.mark.django_db


def beat(at: datetime) -> WorkerBeat:
    return WorkerBeat.objects.create(worker=f"here:{WorkerBeat.objects.count()}", started_at=at, beat_at=at)


def test_it_is_ready_while_a_worker_shows_signs_of_life(client: Client) -> None:
    beat(utc_now() - timedelta(days=1))  # one that was killed long ago
    beat(utc_now())

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": []})


def test_it_is_not_ready_once_the_last_sign_of_life_is_too_old(now: datetime) -> None:
    beat(now - BEAT_LIMIT)
    words = "No worker has shown a sign of life for 45 seconds. Start one: tradewind work"

    assert problems_at(now) == []
    assert problems_at(now + timedelta(seconds=1)) == [Problem("worker", words)]


def test_it_says_that_no_worker_is_there(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert [problem["what"] for problem in answer.json()["problems"]] == ["worker"]


def test_it_names_the_migrations_that_are_missing(client: Client) -> None:
    beat(utc_now())
    MigrationRecorder(connection).record_unapplied("markets", "0001_initial")

    answer = client.get("/readyz")

    words = "The database is older than the program: markets.0001_initial. Run: tradewind manage migrate"
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "problems": [{"what": "migrations", "words": words}]}


def test_it_is_alive_whatever_the_database_does(client: Client) -> None:
    with connection.execute_wrapper(_refuse):
        alive = client.get("/healthz")

    assert (alive.status_code, alive.json()) == (200, {"alive": True})


def test_figures_count_what_waits_what_is_stuck_and_how_late_it_is(client: Client) -> None:
    begun = utc_now() - timedelta(hours=1)
    fact = FactRecord.objects.create(name="it.happened", version=1, data={}, recorded_at=begun, actor="system")
    for handler, state in (("a", "waiting"), ("b", "running"), ("c", "stuck"), ("d", "done")):
        Reaction.objects.create(fact=fact, handler=handler, state=state, due_at=begun, created_at=begun)

    lines = client.get("/metrics").content.decode().splitlines()
    figures = dict(line.rsplit(" ", 1) for line in lines if line.startswith("tradewind_"))

    assert figures['tradewind_work_open{kind="reaction"}'] == "2.0"
    assert figures['tradewind_work_stuck{kind="reaction"}'] == "1.0"
    assert 3600 <= float(figures['tradewind_work_late_seconds{kind="reaction"}']) < 3700
    assert figures['tradewind_work_open{kind="delivery"}'] == "0.0"


@pytest.mark.parametrize(
    ("headers", "remote", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "::1", 200),
        ({}, "192.0.2.7", 403),
        ({"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1", 403),
        ({"Forwarded": "for=192.0.2.7"}, "127.0.0.1", 403),
        ({"Authorization": "Bearer correct horse"}, "192.0.2.7", 200),
        ({"Authorization": "Bearer wrong"}, "192.0.2.7", 403),
    ],
)
def test_figures_are_for_this_machine_and_for_who_knows_the_token(
    headers: dict[str, str], remote: str, status: int, client: Client, settings: LazySettings
) -> None:
    settings.METRICS_TOKEN = "correct horse"

    assert client.get("/metrics", headers=headers, REMOTE_ADDR=remote).status_code == status


def test_without_a_token_an_empty_one_opens_nothing(client: Client, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="192.0.2.7").status_code == 403


def test_a_proxy_before_us_closes_the_figures_to_all_without_a_token(client: Client, settings: LazySettings) -> None:
    settings.IS_BEHIND_PROXY = True

    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403


@pytest.mark.parametrize("page", ["/healthz", "/readyz", "/metrics"])
def test_they_are_only_looked_at(page: str, client: Client) -> None:
    assert client.post(page).status_code == 405


def _refuse(*_: object) -> None:
    msg = "the database was asked"
    raise AssertionError(msg)
