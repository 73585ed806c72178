"""Links, settings, to-dos and files: each does one thing, also when two do it at once."""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tradewind.core import files, links, preferences, todos
from tradewind.core.models import AuditEntry, SettingValue, SignedLink, Staff, StoredFile, Todo
from tradewind.core.models.staff import Role
from tradewind.core.words import say

pytestmark = pytest.mark.django_db
ORDER = ("order", 7)
DAY = timedelta(days=1)


def test_a_link_opens_its_subject_for_its_purpose_until_it_expires(now: datetime) -> None:
    token = links.make_link("order", subject=ORDER, at=now, expires_at=now + DAY)

    assert links.open_link("order", token, at=now + DAY - timedelta(seconds=1)) == ORDER
    with pytest.raises(links.LinkExpired):
        links.open_link("order", token, at=now + DAY)
    with pytest.raises(links.LinkInvalid):
        links.open_link("unsubscribe", token, at=now)


@pytest.mark.parametrize("token", ["", "nobody's", "\udcff\0", "x" * 10_000])
def test_a_token_that_was_never_made_opens_nothing(token: str, now: datetime) -> None:
    links.make_link("order", subject=ORDER, at=now)

    with pytest.raises(links.LinkInvalid):
        links.open_link("order", token, at=now)


def test_a_revoked_link_opens_nothing_and_others_go_on(now: datetime) -> None:
    token, other = (links.make_link("order", subject=("order", number), at=now) for number in (7, 8))

    assert [links.revoke_links(subject=ORDER, at=now) for _ in range(2)] == [1, 0]

    with pytest.raises(links.LinkInvalid):
        links.open_link("order", token, at=now)
    assert links.open_link("order", other, at=now) == ("order", 8)


def test_a_copy_of_the_database_holds_no_token(now: datetime) -> None:
    token = links.make_link("order", subject=ORDER, at=now)

    assert [value for value in SignedLink.objects.values().get().values() if token in str(value)] == []


@pytest.fixture
def size() -> preferences.Setting[int]:
    def parse(value: Any) -> int:
        if value not in (10, 20):
            raise ValueError("10 or 20")
        return int(value)

    return preferences.Setting("test.size", 10, parse, "How many")


def test_a_setting_is_its_default_until_it_is_changed_on_record(size: preferences.Setting[int], now: datetime) -> None:
    before = size.read()
    preferences.change(size, 20, by="staff:1", at=now)

    assert (before, size.read()) == (10, 20)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.before, entry.after) == ("staff:1", {"test.size": None}, {"test.size": 20})


def test_a_value_that_does_not_fit_is_refused_with_words(size: preferences.Setting[int], now: datetime) -> None:
    with pytest.raises(preferences.WrongValue) as told:
        preferences.change(size, "many", by="staff:1", at=now)

    assert (told.value.key, told.value.words, SettingValue.objects.count()) == ("test.size", "10 or 20", 0)


def test_a_stored_value_that_no_longer_fits_is_named_instead_of_ignored(
    size: preferences.Setting[int], now: datetime
) -> None:
    SettingValue.objects.create(key="test.size", value=30, changed_at=now)

    with pytest.raises(preferences.WrongValue) as told:
        size.read()

    assert told.value.key == "test.size"


def test_asking_again_for_the_same_hand_keeps_one_to_do_and_the_earlier_time(now: datetime) -> None:
    asked = [
        todos.ask_for_hand("look", subject=ORDER, account_id=None, due_at=now + days * DAY, at=now)
        for days in (3, 1, 2)
    ]

    assert {todo.pk for todo in asked} == {Todo.objects.get().pk}
    assert [asked[-1].due_at, Todo.objects.get().due_at] == [now + DAY, now + DAY]


def test_a_to_do_is_finished_once_by_a_person_or_by_a_fact(now: datetime) -> None:
    staff = Staff.objects.create(email="a@example.com", name="A", role=Role.AGENT, created_at=now)
    todo = todos.ask_for_hand("look", subject=ORDER, account_id=None, due_at=now, at=now)

    todos.finish(todo, by=staff, at=now)
    with pytest.raises(todos.AlreadyFinished):
        todos.finish(todo, by=staff, at=now)
    again = todos.ask_for_hand("look", subject=ORDER, account_id=None, due_at=now, at=now)
    settled = [todos.settle_by_fact("look", subject=ORDER, at=now) for _ in range(2)]

    assert (again.pk != todo.pk, settled) == (True, [1, 0])
    assert list(AuditEntry.objects.values_list("action", "actor")) == [("todo.done", f"staff:{staff.pk}")]


def test_the_same_content_is_one_private_file(now: datetime, settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path

    kept = [files.keep_private(name, b"invoice", content_type="text/plain", at=now) for name in ("a.txt", "b.txt")]

    assert (kept[0].pk, StoredFile.objects.get().name) == (kept[1].pk, "a.txt")
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"invoice"]


def test_many_may_publish_the_same_file_at_once(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    source = tmp_path / "picture"
    source.write_bytes(b"x" * 1_000_000)
    together = threading.Barrier(8)
    made: list[int] = []

    def publish() -> None:
        together.wait(10)
        made.append(files.publish_media("products/1.webp", source).stat().st_size)

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert made == [1_000_000] * 8
    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == ["1.webp"]


def test_a_sentence_that_ends_in_a_german_day_ends_once() -> None:
    message = "What is ordered before {cutoff} ({city} time) counts from {day}."

    told = [
        say(code, message, cutoff="12:00", city="F", day=day) for code, day in (("de", "30. Nov."), ("en", "30 Nov"))
    ]

    assert [words[-4:] for words in told] == ["Nov.", "Nov."]
    assert ".." not in told[0]
