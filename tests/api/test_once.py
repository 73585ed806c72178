"""A request that is sent again changes nothing again."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.client import encode_multipart

from tests.api.sample import key_for_all
from tests.at_once import at_the_same_time
from tests.catalog.pictures import picture
from tests.console.making import make_staff
from tests.shop import Shop, open_shop
from tradewind.api.models import StoredAnswer
from tradewind.api.tidying import forget_answers
from tradewind.core.models import Staff
from tradewind.inventory.models import StockLevel, StockMovement
from tradewind.lib.clock import utc_now

MOVES = "/api/v1/variants/MUG-S/stock/shenzhen/movements"
Move = Callable[..., HttpResponse]


@pytest.fixture
def move(shop: Shop, owner: Staff, now: datetime) -> Move:
    return mover(key_for_all(owner, now))


def mover(secret: str) -> Move:
    def post(change: int = 5, *, key: str | None = "k-1", client: str = secret, **more: Any) -> HttpResponse:
        headers = {"Authorization": f"Bearer {client}", **({} if key is None else {"Idempotency-Key": key})}
        body = json.dumps({"change": change, "reason": "delivery", **more})
        return Client().post(MOVES, body, "application/json", headers=headers)

    return post


def on_hand() -> int:
    return StockLevel.objects.values_list("on_hand", flat=True).get(warehouse__code="shenzhen", variant_id=_small())


def _small() -> int:
    from tradewind.catalog.models import Variant

    return Variant.objects.values_list("pk", flat=True).get(sku="MUG-S")


def test_the_same_request_again_gets_the_same_answer_and_has_no_effect(move: Move) -> None:
    first, second = move(), move(key='"k-1"')  # the draft's way to write it is the same key

    assert (first.status_code, on_hand()) == (200, 15)
    assert (second.status_code, second.content, second["Idempotency-Replayed"]) == (200, first.content, "true")
    assert second["Content-Type"] == first["Content-Type"]
    assert "Idempotency-Replayed" not in first


def test_another_request_under_the_same_key_is_refused(move: Move) -> None:
    move()

    other = move(6)

    assert (other.status_code, other.json()["code"], on_hand()) == (422, "idempotency_key_used", 15)


def test_a_form_is_known_again_whatever_its_boundary(shop: Shop, owner: Staff, now: datetime) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_for_all(owner, now)}", "Idempotency-Key": "k-2"})

    def send(content: bytes, boundary: str) -> HttpResponse:
        parts = {"file": SimpleUploadedFile("mug.jpg", content), "role": "in_use"}
        kind = f"multipart/form-data; boundary={boundary}"
        return client.post("/api/v1/products/mug/media", encode_multipart(boundary, parts), kind)

    first, again, other = send(picture(), "one"), send(picture(), "two"), send(picture(size=(900, 600)), "one")

    assert (first.status_code, again.content, again["Idempotency-Replayed"]) == (201, first.content, "true")
    assert (other.status_code, shop.product.media.count()) == (422, 2)


def test_json_that_calls_itself_a_form_is_told_apart_all_the_same(shop: Shop, owner: Staff, now: datetime) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_for_all(owner, now)}", "Idempotency-Key": "k-3"})
    kind = "multipart/form-data; boundary=x"

    told = [client.generic("POST", MOVES, f'{{"change": {n}, "reason": "r"}}', kind).status_code for n in (1, 1, 2)]

    assert (told, on_hand()) == ([200, 200, 422], 11)


def test_without_a_key_it_counts_twice_and_another_program_has_keys_of_its_own(
    move: Move, owner: Staff, now: datetime
) -> None:
    move(key=None), move(key=None), move(), move(client=key_for_all(owner, now))

    assert on_hand() == 30


def test_what_was_refused_may_be_put_right_under_the_same_key(move: Move) -> None:
    refused = move(-11)
    wrong = move(5, reason="")

    assert (refused.status_code, wrong.status_code, StoredAnswer.objects.count()) == (422, 422, 0)
    assert (move().status_code, on_hand()) == (200, 15)


@pytest.mark.parametrize("key", ["", " ", "two words", "k" * 256, '"open', "größer", "a\\b"])
def test_a_key_that_is_none_is_refused(key: str, move: Move) -> None:
    response = move(key=key.encode().decode("latin-1"))

    assert (response.status_code, [error["name"] for error in response.json()["errors"]]) == (422, ["Idempotency-Key"])
    assert on_hand() == 10


def test_an_answer_is_kept_for_a_day_and_sealed(move: Move) -> None:
    move()
    row = StoredAnswer.objects.get()
    assert "MUG-S" not in row.sealed

    assert forget_answers(utc_now() + timedelta(hours=23)) == 0
    assert forget_answers(utc_now() + timedelta(hours=25)) == 1
    assert (move().status_code, on_hand()) == (200, 20)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("key", "units"), [("k-1", 15), (None, 30)], ids=["with a key", "the control without one"])
def test_of_requests_at_the_same_moment_one_has_an_effect(key: str | None, units: int, now: datetime) -> None:
    open_shop(now)
    move = mover(key_for_all(make_staff(), now))

    answers = at_the_same_time(*[lambda: move(key=key)] * 4)

    assert [getattr(answer, "status_code", answer) for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers if isinstance(answer, HttpResponse)}) == (1 if key else 4)
    assert (on_hand(), StockMovement.objects.filter(reason="delivery").count()) == (units, (units - 10) // 5)
