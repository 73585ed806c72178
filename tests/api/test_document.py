"""The OpenAPI document is complete, and true to what the addresses do."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Ask
from tests.console.making import make_order

Node = dict[str, Any]


@pytest.fixture
def document(db: None) -> Node:
    """As a program reads it, without a key."""
    response = Client().get("/api/v1/openapi.json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    return dict(response.json())


def operations(document: Node) -> Iterator[tuple[str, Node]]:
    for address, methods in document["paths"].items():
        assert list(methods) == ["get"]
        yield address, methods["get"]


def nodes(value: object) -> Iterator[Node]:
    """Every object of the document, however deep."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    if isinstance(value, list):
        for part in value:
            yield from nodes(part)


def test_it_says_which_addresses_there_are(document: Node) -> None:
    assert (document["openapi"], document["info"]["title"]) == ("3.1.0", "Tradewind")
    assert document["info"]["license"] == {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    assert document["servers"][0]["url"] == "/"
    assert {address: operation["operationId"] for address, operation in operations(document)} == {
        "/api/v1/orders": "listOrders",
        "/api/v1/orders/{ref}": "getOrder",
        "/api/v1/me": "getMe",
    }


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: Node) -> None:
    referred = {node["$ref"] for node in nodes(document) if "$ref" in node}

    assert referred == {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


def test_every_operation_says_what_it_is_for_and_how_to_sign_in(document: Node) -> None:
    scheme = document["components"]["securitySchemes"]["Key"]
    told = {operation["operationId"]: operation["security"] for _, operation in operations(document)}

    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert told == {
        "listOrders": [{"Key": ["orders:read"]}],
        "getOrder": [{"Key": ["orders:read"]}],
        "getMe": [{"Key": []}],
    }
    assert [o["operationId"] for _, o in operations(document) if not (o["summary"] and o["description"])] == []


def test_every_answer_has_a_shape_and_an_example(document: Node) -> None:
    found = {}
    for _, operation in operations(document):
        for status, response in operation["responses"].items():
            ((media_type, content),) = response["content"].items()
            assert set(content) == {"schema", "example"}
            assert set(content["example"]) == set(properties(document, content["schema"]))
            found[operation["operationId"], status] = media_type

    problem = "application/problem+json"
    assert found == {
        ("listOrders", "200"): "application/json",
        ("listOrders", "401"): problem,
        ("listOrders", "403"): problem,
        ("listOrders", "422"): problem,
        ("getOrder", "200"): "application/json",
        ("getOrder", "401"): problem,
        ("getOrder", "403"): problem,
        ("getOrder", "404"): problem,
        ("getOrder", "422"): problem,
        ("getMe", "200"): "application/json",
        ("getMe", "401"): problem,
        ("getMe", "422"): problem,
    }


def properties(document: Node, schema: Node) -> Node:
    return dict(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])


def test_every_field_is_always_there(document: Node) -> None:
    optional = {
        name: sorted(set(schema["properties"]) - set(schema["required"]))
        for name, schema in document["components"]["schemas"].items()
    }

    assert {name: fields for name, fields in optional.items() if fields} == {}


def test_every_parameter_is_explained(document: Node) -> None:
    (listing,) = (operation for address, operation in operations(document) if address == "/api/v1/orders")
    parameters = {parameter["name"]: parameter for parameter in listing["parameters"]}

    assert list(parameters) == ["state", "country", "account", "placed_after", "placed_before", "q", "limit", "after"]
    for parameter in parameters.values():
        assert set(parameter) == {"in", "name", "schema", "required", "description", "example"}
        assert (parameter["in"], parameter["required"]) == ("query", False)
    assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}


def test_parameters_in_an_address_are_declared_for_it(document: Node) -> None:
    for address, operation in operations(document):
        declared = [p["name"] for p in operation["parameters"] if p["in"] == "path" and p["required"]]
        assert declared == re.findall(r"{(\w+)}", address)


def test_the_examples_of_parameters_are_accepted(document: Node, ask: Ask) -> None:
    make_order(1)
    for address, operation in operations(document):
        for parameter in operation["parameters"]:
            if parameter["in"] == "query":
                response = ask(address.removeprefix("/api/v1"), **{parameter["name"]: parameter["example"]})
                assert (parameter["name"], response.status_code) == (parameter["name"], 200)


def test_nothing_is_loaded_from_elsewhere(document: Node) -> None:
    assert re.findall(r"https?://[^\"]*", json.dumps(document)) == []
