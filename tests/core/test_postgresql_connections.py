"""A kept connection to PostgreSQL is tried again after a pause, not at every request."""

import time
from collections.abc import Iterator

import environ
import psycopg
import pytest
from django.db import ConnectionHandler, DatabaseError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from tools.postgres_cluster import find_binaries, throwaway_cluster
from tradewind.core.postgresql.base import PROVEN_FOR

pytestmark = pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with throwaway_cluster(durable=False) as url:
        yield url


@pytest.fixture
def kept(server: str, db: None) -> Iterator[BaseDatabaseWrapper]:
    """A connection that was tried a moment ago and found alive."""
    settings = environ.Env.db_url_config(server) | {"ENGINE": "tradewind.core.postgresql", "CONN_HEALTH_CHECKS": True}
    one = ConnectionHandler({"default": settings})["default"]
    one.ensure_connection()
    assert one.is_usable()
    yield one
    one.close()


def _lose(server: str, kept: BaseDatabaseWrapper) -> None:
    with psycopg.connect(server, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [kept.connection.info.backend_pid])


def test_a_connection_that_was_lost_counts_as_alive_during_the_pause_and_is_noticed_after_it(
    server: str, kept: BaseDatabaseWrapper
) -> None:
    _lose(server, kept)

    assert kept.is_usable()
    time.sleep(PROVEN_FOR)
    assert not kept.is_usable()


def test_after_an_error_a_connection_is_tried_at_once(server: str, kept: BaseDatabaseWrapper) -> None:
    _lose(server, kept)

    with pytest.raises(OperationalError), kept.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert not kept.is_usable()


def test_a_lost_connection_is_replaced_where_it_is_asked_for_next(server: str, kept: BaseDatabaseWrapper) -> None:
    _lose(server, kept)
    with pytest.raises(OperationalError), kept.cursor() as cursor:
        cursor.execute("SELECT 1")

    kept.close_if_unusable_or_obsolete()
    with kept.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def asked(kept: BaseDatabaseWrapper, statement: str, *parameters: object) -> list[tuple[object, ...]]:
    """In both ways, which say the same."""
    once, anew = (kept.rows_past_wrappers(statement, parameters, is_planned_once=each) for each in (True, False))
    assert once == anew
    return once


def test_the_short_way_asks_the_connection_that_lives(server: str, kept: BaseDatabaseWrapper) -> None:
    assert asked(kept, "SELECT 1, %s::text", "a") == [(1, "a")]
    assert asked(kept, "SELECT 1 WHERE %s::text = 'b'", "a") == []
    _lose(server, kept)
    with pytest.raises(OperationalError):
        asked(kept, "SELECT 1, %s::text", "a")
    kept.close_if_unusable_or_obsolete()

    assert asked(kept, "SELECT 1, %s::text", "a") == [(1, "a")]


def test_the_short_way_sees_what_its_own_transaction_wrote(kept: BaseDatabaseWrapper) -> None:
    kept.set_autocommit(False)
    with kept.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE noted (number integer)")
        cursor.execute("INSERT INTO noted VALUES (5)")

    assert asked(kept, "SELECT number FROM noted WHERE number > %s::int", 4) == [(5,)]
    kept.rollback()


def test_a_statement_whose_plan_has_become_wrong_is_planned_again(kept: BaseDatabaseWrapper) -> None:
    with kept.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (number integer)")
        cursor.execute("INSERT INTO told VALUES (5)")
    assert asked(kept, "SELECT number FROM told") == [(5,)]
    with kept.cursor() as cursor:
        cursor.execute("ALTER TABLE told ALTER COLUMN number TYPE text")

    with pytest.raises(DatabaseError):
        kept.rows_past_wrappers("SELECT number FROM told", [], is_planned_once=True)
    assert kept.rows_past_wrappers("SELECT number FROM told", [], is_planned_once=True) == [("5",)]
