"""How often a key may ask: counted over all processes, said in the headers, and refused in words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.load.crowd import let_loose
from tradewind.api import limits
from tradewind.api.limits import TooManyRequests, take
from tradewind.api.models import Allowance
from tradewind.core.models import ApiToken, Staff
from tradewind.core.staff import KeyLimits, create_token

LIMIT = 5
ASKING = 24


@pytest.fixture
def key(owner: Staff, now: datetime) -> tuple[ApiToken, str]:
    return create_token(name="eager", scopes=["orders:read"], by=owner, at=now, limits=KeyLimits(per_minute=LIMIT))


def test_what_is_left_is_said_and_what_is_too_much_is_refused(key: tuple[ApiToken, str], now: datetime) -> None:
    client = Client(headers={"Authorization": f"Bearer {key[1]}"})

    with time_machine.travel(now, tick=False):
        answers = [client.get("/api/v1/me") for _ in range(LIMIT + 2)]

    told = [(answer.status_code, answer["RateLimit"].partition(";t=")[0]) for answer in answers]
    assert told == [(200, f'"default";r={left}') for left in (4, 3, 2, 1, 0)] + [(429, '"default";r=0')] * 2
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"default";q=5;w=60'}
    refused = answers[-1]
    assert (refused["Content-Type"], refused.json()["code"]) == ("application/problem+json", "too_many_requests")
    assert refused["Retry-After"] == "60"
    assert refused["RateLimit"].endswith(f";t={refused['Retry-After']}")


def test_the_next_minute_begins_anew(key: tuple[ApiToken, str], now: datetime) -> None:
    lefts = [take(key[0], at=now).left for _ in range(LIMIT)]
    with pytest.raises(TooManyRequests):
        take(key[0], at=now + timedelta(seconds=59))

    assert (lefts, take(key[0], at=now + timedelta(seconds=60)).left) == ([4, 3, 2, 1, 0], 4)


def test_keys_are_counted_apart_and_without_a_key_nothing_is_counted(key: tuple[ApiToken, str], secret: str) -> None:
    eager = Client(headers={"Authorization": f"Bearer {key[1]}"})
    for _ in range(LIMIT + 1):
        eager.get("/api/v1/me")

    other = Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me")

    assert (other.status_code, other["RateLimit-Policy"]) == (200, '"default";q=600;w=60')
    assert "RateLimit" not in Client().get("/api/v1/me")


def test_most_requests_cost_no_statement(
    owner: Staff, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, _ = create_token(name="usual", scopes=["orders:read"], by=owner, at=now)
    with django_assert_num_queries(4):  # the limit of this minute; and one, in a transaction of its own
        take(key, at=now)
    with django_assert_num_queries(0):
        lefts = [take(key, at=now).left for _ in range(9)]

    assert lefts == list(range(598, 589, -1))


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_over_many_processes_a_key_gets_what_it_may_and_no_more(now: datetime) -> None:
    key = _key(now)

    def ask(_number: int, meet: Callable[[], object]) -> str:
        meet()
        try:
            take(key, at=now)
        except TooManyRequests:
            return "refused"
        return "let in"

    answers = let_loose(ASKING, ask, processes=4)

    assert (answers.count("let in"), answers.count("refused")) == (LIMIT, ASKING - LIMIT)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_counting_first_and_writing_then_lets_too_many_in(now: datetime) -> None:
    """The control: each looks how many there were, decides, and writes."""
    key = _key(now)
    Allowance.objects.create(token=key, minute=1, taken=0)

    def ask(_number: int, meet: Callable[[], object]) -> str:
        seen = Allowance.objects.values_list("taken", flat=True).get(token=key)
        meet()
        if seen >= LIMIT:
            return "refused"
        with transaction.atomic():
            Allowance.objects.filter(token=key).update(taken=seen + 1)
        return "let in"

    assert let_loose(ASKING, ask, processes=4).count("let in") > LIMIT


def _key(now: datetime, **more: Any) -> ApiToken:
    from tests.console.making import make_staff

    return create_token(
        name="eager", scopes=["orders:read"], by=make_staff(), at=now, limits=KeyLimits(per_minute=LIMIT), **more
    )[0]


def test_shares_of_gone_minutes_are_not_kept_for_ever(key: tuple[ApiToken, str], now: datetime) -> None:
    take(key[0], at=now)
    take(key[0], at=now + timedelta(minutes=1))

    assert limits._shares[key[0].digest].minute == int(now.timestamp()) // 60 + 1
