"""docs/api.md says nothing that a shop does not answer, and the OpenAPI document shows the same."""

import json
import re
import shlex
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pydantic import BaseModel

from tests.api.sample import GUIDE, open_sample, sample_key
from tests.shop import Shop
from tradewind.api import examples, shapes
from tradewind.api.problems import Problem
from tradewind.cli.main import main
from tradewind.core.models import ApiToken, Staff
from tradewind.core.staff import create_token

BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
ANSWERS = [json.loads(text) for kind, text in BLOCKS if kind == "json"]
CURLS = [command for command in COMMANDS if command.startswith("curl ")]


def run(command: str, secret: str) -> HttpResponse:
    """What curl would ask, word for word."""
    words = shlex.split(command.replace("$TOKEN", secret))
    assert words[:2] == ["curl", "-s"]
    address, *header = words[2:]
    assert header[0::2] == ["-H"] * (len(header) // 2)
    headers = dict(line.split(": ", 1) for line in header[1::2])
    return Client().get(address.removeprefix("https://shop.example"), headers=headers)


def test_every_command_of_the_guide_is_tried() -> None:
    others = [command for command in COMMANDS if command not in CURLS]

    assert (len(CURLS), len(ANSWERS)) == (8, 8)
    assert others == [
        './tradewind token create "warehouse screen" --scope orders:read --expires 2099-01-01',
        "TOKEN=tw_…",
    ]


def test_the_key_is_made_as_the_guide_says(owner: Staff, capsys: pytest.CaptureFixture[str], db: None) -> None:
    words = shlex.split(COMMANDS[0])

    with pytest.raises(SystemExit) as ended:
        main(words[1:])

    secret = capsys.readouterr().out.splitlines()[0]
    assert (ended.value.code, words[0]) == (0, "./tradewind")
    assert run(CURLS[0], secret).json() == ANSWERS[0]


@pytest.mark.parametrize("number", range(len(CURLS)), ids=[re.sub(r".*/api/v1|\"? -H.*", "", c) for c in CURLS])
def test_an_example_is_answered_as_the_guide_says(number: int, shop: Shop, owner: Staff, now: datetime) -> None:
    open_sample(shop)

    response = run(CURLS[number], sample_key(owner, now))

    assert response.json() == ANSWERS[number]
    assert response.status_code == ANSWERS[number].get("status", 200)


def test_the_document_shows_what_the_guide_shows() -> None:
    shown = [examples.LIST, examples.ORDER, examples.ME, *(examples.REFUSALS[status] for status in (401, 404, 422))]

    assert [answer for answer in shown if answer not in ANSWERS] == []


def test_the_document_shows_how_a_scope_is_missed(owner: Staff, now: datetime) -> None:
    secret = create_token(name="blind", scopes=["orders:read"], by=owner, at=now)[1]
    ApiToken.objects.update(scopes=["stock:read"])

    refused = Client().get("/api/v1/orders", headers={"Authorization": f"Bearer {secret}"})

    assert refused.json() == examples.REFUSALS[403]


@pytest.mark.parametrize(
    ("shape", "example"),
    [
        (shapes.OrderList, examples.LIST),
        (shapes.OrderInFull, examples.ORDER),
        (shapes.Me, examples.ME),
        *((Problem, example) for example in examples.REFUSALS.values()),
    ],
)
def test_the_examples_have_the_shapes_that_the_document_gives(shape: type[BaseModel], example: dict[str, Any]) -> None:
    assert shape.model_validate(example).model_dump(mode="json") == example


def test_every_code_of_a_refusal_stands_in_the_guide() -> None:
    named = set(re.findall(r"^\| \d{3} \| `(\w+)` \|", GUIDE.read_text(), re.MULTILINE))

    assert named == {
        "unreadable",
        "no_key",
        "unusable_key",
        "scope_missing",
        "no_such_order",
        "no_such_address",
        "only_reading",
        "wrong_values",
    }
