"""What all tests share: a database of their own and a fixed time."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.listening import Listener, listening
from tests.posting import Post, open_post

if TYPE_CHECKING:
    from django.conf import LazySettings
    from pytest_django import DjangoDbBlocker

    from tests.opened import KeptShop
    from tests.shop import Shop

# Property tests are judged by what they find, not by how busy the machine is.
settings.register_profile("without deadline", deadline=None)
settings.load_profile("without deadline")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is copied from the test database needs one. Said before pytest-django puts those that need one first."""
    for item in items:
        if "migrated_once" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """What is loaded by now stays until the end: looking through it for garbage took a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def now() -> datetime:
    """A Monday afternoon in Shenzhen, before the cut-off: 2026-11-23 14:00 there."""
    return datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def pytest_sessionfinish(session: pytest.Session) -> None:
    from tests import migrated

    if not hasattr(session.config, "workerinput"):  # the last that is left
        migrated.forget()


@pytest.fixture(scope="session")
def _turn_to_migrate(django_db_modify_db_settings: None) -> Iterator[ExitStack]:
    from tests import migrated

    with ExitStack() as turn:
        turn.enter_context(migrated.once_for_all_workers())
        yield turn


@pytest.fixture(scope="session")
def django_db_setup(_turn_to_migrate: ExitStack, django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> None:
    """pytest-django's, one worker after the other."""
    with django_db_blocker.unblock():
        _turn_to_migrate.close()


@pytest.fixture(scope="session")
def migrated_once(django_db_setup: None) -> None:
    """There is what `tests.migrated` names."""


@pytest.fixture(scope="session", autouse=True)
def _emptied_where_there_are_rows() -> Iterator[None]:
    from django.test import TransactionTestCase

    from tests.emptying import empty_database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_database)
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_in_few_rounds() -> Iterator[None]:
    """A million are there for whoever steals the hashes. They were most of the time of every test that logs somebody in."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1_000)
        yield


@pytest.fixture(scope="session")
def opened_once(django_db_setup: None, django_db_blocker: "DjangoDbBlocker", now: datetime) -> "KeptShop":
    from tests.opened import open_once

    with django_db_blocker.unblock():
        return open_once(now)


@pytest.fixture
def shop(opened_once: "KeptShop", db: None) -> "Shop":
    """A small shop with ten units of each size in Shenzhen."""
    return opened_once.open_again()


@pytest.fixture
def listener(settings: "LazySettings") -> Iterator[Listener]:
    """Another program on this machine, where notices may go for once."""
    settings.WEBHOOKS_MAY_STAY_HERE = True
    with listening() as there:
        yield there


@pytest.fixture
def post(settings: "LazySettings") -> Iterator[Post]:
    """Mail leaves, and is kept."""
    settings.MAIL_FROM = "hello@tingyu.example"
    with open_post() as there:
        yield there


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test() -> None:
    """Markets and terms are kept per process under keys that a rolled-back test gives to the next one."""
    from tradewind.markets import queries
    from tradewind.shipping import terms

    queries._kept.clear()
    terms._kept.clear()
