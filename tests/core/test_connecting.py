"""What an owner sets up on a page: checked, sealed, never shown again, not overwritten unseen, and on record."""

import json
import threading
from dataclasses import replace
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.db import transaction

from tests.at_once import succeed_at_once
from tradewind.core import panels
from tradewind.core.connecting import Connection
from tradewind.core.models import AuditEntry, SettingValue
from tradewind.core.panel_parts import Part, WrongPart
from tradewind.core.panels import Outdated, Values

SECRET = "correct horse"
GOOD: Values = {"host": "api.example.com", "user": "shop", "password": SECRET}


def check(values: Values) -> None:
    if " " in values.get("host", ""):
        raise WrongPart("host", "No spaces.")


LINE = Connection(
    key="line",
    title="Line",
    purpose="",
    parts=(
        Part("host", "Host"),
        Part("user", "User"),
        Part("password", "Password", is_secret=True, bound=frozenset({"host", "user"})),
        Part("note", "Note"),
    ),
    needed=frozenset({"host"}),
    check=check,
)


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(panels._known, "line", LINE)


def digest() -> str:
    return panels.stored(LINE).digest


def change(values: Values, at: datetime, *, seen: str | None = None) -> bool:
    return panels.change(LINE, values, seen=digest() if seen is None else seen, by="staff:1", at=at)


@pytest.mark.django_db
def test_a_secret_is_sealed_and_no_record_of_it_can_be_read(now: datetime) -> None:
    assert not panels.is_set("line")
    assert change(GOOD, now)

    assert panels.read("line") == GOOD
    assert panels.is_set("line")
    kept = json.dumps(list(SettingValue.objects.values_list("value", flat=True)))
    told = json.dumps(list(AuditEntry.objects.values_list("before", "after")))
    assert (SECRET in kept, SECRET in told, "shop" in kept) == (False, False, True)
    assert AuditEntry.objects.get().after == {"host": "api.example.com", "user": "shop", "password": "•••• (new)"}


@pytest.mark.django_db
def test_a_secret_that_is_left_empty_stays_while_it_goes_to_the_same_place(now: datetime) -> None:
    change(GOOD, now)

    assert change({"host": "api.example.com", "user": "shop", "note": "theirs"}, now)
    assert panels.read("line")["password"] == SECRET
    assert not change({"host": "api.example.com", "user": "shop", "note": "theirs"}, now)
    assert AuditEntry.objects.latest("pk").after["password"] == "••••"

    change({"host": "evil.example.com", "user": "shop"}, now)
    assert panels.read("line") == {"host": "evil.example.com", "user": "shop"}


@pytest.mark.django_db
def test_what_cannot_be_used_changes_nothing_and_emptying_takes_it_away(now: datetime) -> None:
    change(GOOD, now)

    with pytest.raises(WrongPart, match=r"host: No spaces\."):
        change({**GOOD, "host": "a b"}, now)
    assert panels.read("line") == GOOD

    assert change({"host": "", "user": " ", "password": ""}, now)
    assert (panels.read("line"), panels.is_set("line")) == ({}, False)


@pytest.mark.django_db
def test_whoever_saves_over_a_change_that_they_have_not_seen_is_told(now: datetime) -> None:
    seen = digest()
    change(GOOD, now)

    with pytest.raises(Outdated):
        change({**GOOD, "note": "mine"}, now, seen=seen)
    assert panels.read("line") == GOOD


@pytest.mark.django_db
def test_what_stood_before_a_change_is_found_again_without_its_secret(now: datetime) -> None:
    change(GOOD, now)
    change({**GOOD, "user": "other"}, now)
    latest = AuditEntry.objects.latest("pk")

    assert panels.before_of(LINE, latest.pk) == {"host": "api.example.com", "user": "shop"}
    assert panels.before_of(replace(LINE, key="another"), latest.pk) is None


@pytest.mark.django_db
def test_the_environment_goes_first(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    change(GOOD, now)
    named = replace(LINE, environment=lambda: {"host": "env.example.com"})
    monkeypatch.setitem(panels._known, "line", named)

    # A password of the page goes to no server of the environment.
    assert panels.read("line") == {"host": "env.example.com", "user": "shop"}
    # What is not hers to say stays as it was, for the day on which the environment is silent.
    assert panels.change(named, {"note": "mine"}, seen=digest(), by="staff:1", at=now)
    assert panels.in_force(LINE) == {"host": "api.example.com", "note": "mine"}


@pytest.mark.django_db
def test_a_secret_of_another_installation_is_told_apart_from_none(now: datetime, settings: object) -> None:
    change(GOOD, now)
    settings.SECRET_KEY = "another installation's key, long enough"  # type: ignore[attr-defined]

    stored = panels.stored(LINE)

    assert (stored.locked, "password" in stored.values) == (frozenset({"password"}), False)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_second_is_told(now: datetime) -> None:
    change({"host": "a.example.com"}, now)
    seen = digest()
    tasks = [lambda name=name: change({"host": f"{name}.example.com"}, now, seen=seen) for name in "bc"]  # type: ignore[misc]

    assert succeed_at_once(*tasks, refusals=(Outdated,)) == 1
    assert AuditEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_writes_over_the_first(now: datetime) -> None:
    """The control."""
    change({"host": "a.example.com"}, now)
    seen, both_have_looked = digest(), threading.Barrier(2)

    def save_unheld() -> None:
        assert digest() == seen
        both_have_looked.wait()
        with transaction.atomic():
            SettingValue.objects.filter(key="connection.line").update(
                value={"values": {"host": str(threading.get_ident())}}
            )

    assert succeed_at_once(save_unheld, save_unheld, refusals=(Outdated,)) == 2


@pytest.mark.django_db
def test_a_secret_that_nobody_can_open_now_outlives_a_change_of_something_else(
    now: datetime, settings: LazySettings
) -> None:
    change(GOOD, now)
    right, settings.SECRET_KEY = settings.SECRET_KEY, "y" * 50
    open_now = {"host": GOOD["host"], "user": GOOD["user"]}
    assert change(open_now | {"note": "hello"}, now)
    assert not change(open_now | {"note": "hello"}, now)
    settings.SECRET_KEY = right
    assert panels.read("line") == GOOD | {"note": "hello"}

    settings.SECRET_KEY = "y" * 50
    change(open_now | {"host": "other.example.com"}, now)  # it goes to no other server
    settings.SECRET_KEY = right
    assert (panels.stored(LINE).values, panels.stored(LINE).locked) == (
        {"host": "other.example.com", "user": GOOD["user"]},
        frozenset(),
    )
