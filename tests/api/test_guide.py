"""docs/api.md says nothing that a shop does not answer, and the OpenAPI document shows the same."""

import base64
import hashlib
import hmac
import json
import re
import shlex
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pydantic import BaseModel

from tests.api.sample import GUIDE, key_for_all, open_sample, sample_key
from tests.catalog.pictures import picture
from tests.listening import Listener
from tests.shop import Shop
from tradewind.api import examples, shapes
from tradewind.api.problems import Problem
from tradewind.cli.main import main
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import ApiToken, Staff
from tradewind.core.reach import EVERYWHERE
from tradewind.core.staff import create_token
from tradewind.webhooks.planning import send_test
from tradewind.webhooks.subscribing import Wanted, subscribe

AT = datetime.fromisoformat("2026-11-23T06:30:00+00:00")

BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
ANSWERS = [json.loads(text) for kind, text in BLOCKS if kind == "json"]
CURLS = [command for command in COMMANDS if command.startswith("curl ")]


# What is drawn by chance when it is made.
BY_CHANCE = {"secret", "ref", "id"}


def run(command: str, secret: str) -> HttpResponse:
    """What curl would ask, word for word, at the hour of the shop."""
    words = shlex.split(command.replace("$TOKEN", secret))
    assert words[:2] == ["curl", "-s"]
    options: dict[str, list[str]] = {"-X": [], "-H": [], "-d": [], "-F": []}
    (address,) = [word for word in words[2:] if word.startswith("https://")]
    rest = [word for word in words[2:] if word != address]
    for option, value in zip(rest[0::2], rest[1::2], strict=True):
        options[option].append(value)
    headers = dict(line.split(": ", 1) for line in options["-H"])
    method, path = "".join(options["-X"]) or "GET", address.removeprefix("https://shop.example")
    with time_machine.travel(AT, tick=False):
        if options["-F"]:
            form = dict(part.split("=", 1) for part in options["-F"])
            file = SimpleUploadedFile(form.pop("file").removeprefix("@"), picture())
            return Client().post(path, {**form, "file": file}, headers=headers)
        # What curl says of a body, whatever it is.
        kind = "application/x-www-form-urlencoded"
        return Client().generic(method, path, "".join(options["-d"]), kind, headers=headers)


def test_every_command_of_the_guide_is_tried() -> None:
    others = [command for command in COMMANDS if command not in CURLS]

    assert (len(CURLS), len(ANSWERS)) == (29, 29)
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


@pytest.mark.parametrize("number", range(len(CURLS)), ids=[re.sub(r".*/api/v1|\"? -[HdF].*", "", c) for c in CURLS])
def test_an_example_is_answered_as_the_guide_says(number: int, shop: Shop, owner: Staff, now: datetime) -> None:
    open_sample(shop)
    only_reads = number in (0, *(place for place, command in enumerate(CURLS) if "/orders" in command))
    secret = sample_key(owner, now) if only_reads and "-X" not in CURLS[number] else key_for_all(owner, now)

    response = run(CURLS[number], secret)

    told, shown = response.json(), ANSWERS[number]
    if "-X" in CURLS[number]:
        for mine, theirs in ((told, shown), *zip(told.get("refunds", []), shown.get("refunds", []), strict=True)):
            mine |= {name: theirs[name] for name in BY_CHANCE & mine.keys()}
    assert told == shown
    assert response.status_code in ({shown["status"]} if "status" in shown else {200, 201})


def test_the_check_of_a_signature_is_right(listener: Listener, owner: Staff, now: datetime) -> None:
    (code,) = [text for kind, text in BLOCKS if kind == "python"]
    names: dict[str, Any] = {"base64": base64, "hmac": hmac, "hashlib": hashlib}
    exec(code, names)  # noqa: S102  # the guide's own words
    wanted = Wanted("ERP", listener.url, ["order.paid"])
    hook, secret = subscribe(wanted=wanted, reach=EVERYWHERE, answers=owner, by="x", at=now)
    send_test(subscription=hook, at=now)
    while run_deliveries(now=lambda: now):
        pass

    ((headers, body),) = listener.heard
    assert names["is_ours"](secret, headers, body)
    assert not names["is_ours"](secret, headers, body + b" ")


def test_the_document_shows_what_the_guide_shows() -> None:
    reading = (
        "listOrders",
        "getOrder",
        "getMe",
        "listProducts",
        "getProduct",
        "setPrice",
        "countStock",
        "setShelf",
        "cancelOrder",
        "getQuotes",
    )
    shown = [*(examples.ANSWERS[name] for name in reading), *(examples.REFUSALS[status] for status in (401, 404, 422))]

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
    named = re.findall(r"^\| \d{3} \| `(\w+)` \|", GUIDE.read_text(), re.MULTILINE)
    source = "".join(file.read_text() for file in (GUIDE.parents[1] / "src/tradewind/api").glob("*.py"))
    used = re.findall(r'(?:Conflict\(|NotFound\(|HTTPStatus\.[A-Z_]+,)\s*"([a-z_]+)"', source)

    assert (len(named), set(named)) == (len(set(named)), {*used, "only_reading", "no_such_method"})
