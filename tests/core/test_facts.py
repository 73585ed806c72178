"""Facts: written with their change or not at all, and readable for as long as the shop exists."""

import dataclasses
import json
import typing
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import tradewind
from tests.core.processes.counting import FRAGILE, STEADY, Counted
from tradewind.core import facts
from tradewind.core.models import FactRecord, FactSubject, Reaction

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "samples" / "facts.json").read_text())
HOUSE = Path(tradewind.__file__).parent


@pytest.fixture(scope="session")
def declared() -> dict[tuple[str, int], facts.Declared]:
    """Every fact of the house. What tests declare for themselves is called test.…"""
    for file in HOUSE.rglob("events.py"):
        import_module(".".join(file.relative_to(HOUSE.parent).with_suffix("").parts))
    return {(d.name, d.version): d for d in facts.declared_facts() if not d.name.startswith("test.")}


def rows() -> tuple[int, int, int]:
    return FactRecord.objects.count(), FactSubject.objects.count(), Reaction.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_fact_of_a_change_that_is_rolled_back_leaves_nothing(now: datetime) -> None:
    class Thought(Exception):
        pass

    def change_and_think_again() -> None:
        with transaction.atomic():
            facts.record(Counted(1), by="system", at=now)
            assert rows() == (1, 1, 2)
            raise Thought

    with pytest.raises(Thought):
        change_and_think_again()

    assert rows() == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(facts.RecordedOutsideTransaction):
        facts.record(Counted(1), by="system", at=now)
    with pytest.raises(facts.RecordedOutsideTransaction):
        facts.record_many([Counted(1)], by="system", at=now)

    assert rows() == (0, 0, 0)


@pytest.mark.django_db
def test_a_fact_comes_with_its_subjects_and_the_work_of_its_subscribers(now: datetime) -> None:
    one = facts.record(Counted(7), by="staff:3", at=now)
    many = facts.record_many([Counted(8), Counted(9)], by="system", at=now)

    assert (one.actor, one.data, many) == ("staff:3", {"number": 7}, 2)
    assert list(FactSubject.objects.order_by("id").values_list("kind", "subject_id")) == [
        ("number", 7),
        ("number", 8),
        ("number", 9),
    ]
    assert list(Reaction.objects.filter(fact=one).order_by("id").values_list("handler", flat=True)) == [STEADY, FRAGILE]
    assert Reaction.objects.count() == 6


@pytest.mark.django_db
def test_a_bulk_of_facts_is_written_in_three_statements(
    now: datetime, django_assert_num_queries: typing.Callable[[int], typing.ContextManager[None]]
) -> None:
    with transaction.atomic(), django_assert_num_queries(3):
        facts.record_many([Counted(number) for number in range(10)], by="system", at=now)


@pytest.mark.django_db
def test_the_timeline_holds_the_newest_facts_of_one_subject_in_their_order(now: datetime) -> None:
    for minute in range(5):
        facts.record(Counted(minute % 2), by="system", at=now + timedelta(minutes=minute))

    told = [row.recorded_at for row in facts.timeline("number", 0)]
    shortened = [row.recorded_at for row in facts.timeline("number", 0, limit=2)]

    assert told == [now, now + timedelta(minutes=2), now + timedelta(minutes=4)]
    assert shortened == told[1:]


def test_every_declared_fact_has_a_sample(declared: dict[tuple[str, int], facts.Declared]) -> None:
    assert sorted((sample["name"], sample["version"]) for sample in SAMPLES) == sorted(declared)


@pytest.mark.django_db
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample['name']}-{sample['version']}")
def test_a_fact_that_was_stored_once_still_loads(
    sample: dict[str, Any], declared: dict[tuple[str, int], facts.Declared], now: datetime
) -> None:
    stored = FactRecord.objects.create(**sample, recorded_at=now, actor="system")

    happened = facts.load(FactRecord.objects.get(pk=stored.pk))

    hints = typing.get_type_hints(type(happened))
    assert dataclasses.asdict(happened) == sample["data"]
    assert [name for name, value in sample["data"].items() if not is_a(value, hints[name])] == []
    again = facts.record(happened, by="system", at=now)
    assert facts.load(FactRecord.objects.get(pk=again.pk)) == happened


def is_a(value: object, hint: Any) -> bool:
    choices = typing.get_args(hint) if not isinstance(hint, type) and typing.get_origin(hint) is not list else (hint,)
    return type(value) in {typing.get_origin(choice) or choice for choice in choices}


@pytest.mark.django_db
def test_a_fact_that_no_code_knows_is_named_when_it_is_read(now: datetime) -> None:
    stored = FactRecord(name="orders.sold", version=9, data={}, recorded_at=now, actor="system")

    with pytest.raises(facts.UnknownFact) as told:
        facts.load(stored)

    assert told.value.args == ("orders.sold", 9)


@pytest.fixture
def forgotten_afterwards() -> Iterator[None]:
    kept = [dict(table) for table in (facts._by_type, facts._by_name, facts._handlers)]
    subscribers = {name: list(names) for name, names in facts._subscribers.items()}
    yield
    for table, before in zip((facts._by_type, facts._by_name, facts._handlers), kept, strict=True):
        table.clear()
        table.update(before)  # type: ignore[arg-type]  # each with its own kind of entries
    facts._subscribers.clear()
    facts._subscribers.update(subscribers)


def test_declarations_that_contradict_each_other_are_refused(forgotten_afterwards: None) -> None:
    with pytest.raises(TypeError, match=r"test\.lost has no field order_id"):

        @facts.fact("test.lost", about={"order": "order_id"})
        @dataclasses.dataclass(frozen=True)
        class Lost:
            parcel_id: int

    with pytest.raises(TypeError, match=r"two facts are called test\.counted version 1"):

        @facts.fact("test.counted", about={})
        @dataclasses.dataclass(frozen=True)
        class Other:
            parcel_id: int

    with pytest.raises(TypeError, match=r"two reactions are called test\.steady"):

        @facts.reaction(Counted, name=STEADY)
        def other(happened: Counted, context: facts.Context) -> None:
            raise AssertionError(happened, context)
