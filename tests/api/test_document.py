"""The OpenAPI document is complete, and true to what the addresses do."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.api.sample import key_for_all, make_hook, open_sample
from tests.shop import Shop
from tradewind.core.models import Staff

Node = dict[str, Any]
# What an address cannot answer without.
NEEDED = {"/api/v1/quotes": ["variant", "country"]}


@pytest.fixture
def document(db: None) -> Node:
    """As a program reads it, without a key."""
    response = Client().get("/api/v1/openapi.json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    return dict(response.json())


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            yield address, method, operation


def nodes(value: object) -> Iterator[Node]:
    """Every object of the document, however deep."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    if isinstance(value, list):
        for part in value:
            yield from nodes(part)


def test_it_says_what_it_is(document: Node) -> None:
    assert (document["openapi"], document["info"]["title"]) == ("3.1.0", "Tradewind")
    assert document["info"]["license"] == {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    assert document["servers"][0]["url"] == "/"


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: Node) -> None:
    referred = {node["$ref"] for node in nodes(document) if "$ref" in node}

    assert referred == {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


def test_every_operation_says_what_it_is_for_and_how_to_sign_in(document: Node) -> None:
    scheme = document["components"]["securitySchemes"]["Key"]
    told = {f"{method} {address}": operation["security"] for address, method, operation in operations(document)}

    assert list(document["components"]["securitySchemes"]) == ["Key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert told == {
        f"{method} /api/v1{address}": [{"Key": scopes}]
        for method, address, scopes in (
            ("get", "/orders", ["orders:read"]),
            ("get", "/orders/{ref}", ["orders:read"]),
            ("get", "/parcels", ["orders:read"]),
            ("get", "/orders/{ref}/papers", ["orders:read"]),
            ("get", "/orders/{ref}/papers/{paper}", ["orders:read"]),
            ("post", "/parcels/{ref}/tracking", ["orders:write"]),
            ("post", "/parcels/{ref}/arrival", ["orders:write"]),
            ("post", "/orders/{ref}/dispatch", ["orders:write"]),
            ("post", "/orders/{ref}/cancellation", ["orders:write"]),
            ("post", "/orders/{ref}/refunds", ["refunds:write"]),
            ("get", "/promises", ["orders:read"]),
            ("get", "/quotes", ["products:read"]),
            ("get", "/products", ["products:read"]),
            ("post", "/products", ["products:write"]),
            ("get", "/products/{slug}", ["products:read"]),
            ("patch", "/products/{slug}", ["products:write"]),
            ("post", "/products/{slug}/publication", ["products:publish"]),
            ("post", "/products/{slug}/withdrawal", ["products:publish"]),
            ("post", "/products/{slug}/return", ["products:publish"]),
            ("get", "/variants/{sku}/prices", ["products:read"]),
            ("put", "/variants/{sku}/prices/{market}", ["prices:write"]),
            ("get", "/stock", ["stock:read"]),
            ("get", "/variants/{sku}/stock/{warehouse}", ["stock:read"]),
            ("put", "/variants/{sku}/stock/{warehouse}", ["stock:write"]),
            ("post", "/variants/{sku}/stock/{warehouse}/movements", ["stock:write"]),
            ("put", "/variants/{sku}/stock/{warehouse}/shelf", ["stock:write"]),
            ("get", "/products/{slug}/media", ["products:read"]),
            ("post", "/products/{slug}/media", ["media:write"]),
            ("patch", "/products/{slug}/media/{medium}", ["media:write"]),
            ("delete", "/products/{slug}/media/{medium}", ["media:write"]),
            ("get", "/buyers", ["buyers:read"]),
            ("get", "/buyers/{ref}", ["buyers:read"]),
            ("get", "/webhooks", ["webhooks:read"]),
            ("post", "/webhooks", ["webhooks:write"]),
            ("get", "/webhooks/{ref}", ["webhooks:read"]),
            ("patch", "/webhooks/{ref}", ["webhooks:write"]),
            ("delete", "/webhooks/{ref}", ["webhooks:write"]),
            ("post", "/webhooks/{ref}/secret", ["webhooks:write"]),
            ("get", "/webhooks/{ref}/messages", ["webhooks:read"]),
            ("post", "/webhooks/{ref}/messages", ["webhooks:write"]),
            ("post", "/webhooks/{ref}/messages/{message}/sending", ["webhooks:write"]),
            ("get", "/me", []),
        )
    }
    assert [o["operationId"] for _, _, o in operations(document) if not (o["summary"] and o["description"])] == []


def test_every_answer_has_a_shape_and_an_example(document: Node) -> None:
    for _, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if "content" not in response:
                assert status == "204"
                continue
            ((media_type, content),) = response["content"].items()
            if (operation["operationId"], status) == ("getPaper", "200"):
                assert (media_type, set(content)) == ("application/pdf", {"schema", "example"})
                continue
            assert media_type == ("application/json" if status < "300" else "application/problem+json")
            assert set(content) == {"schema", "example"}
            assert set(content["example"]) == set(properties(document, content["schema"]))


def test_every_operation_names_the_refusals_that_hold_for_it(document: Node) -> None:
    for address, method, operation in operations(document):
        refusals = {status for status in operation["responses"] if status >= "400"}
        is_scoped, is_writing = operation["security"] != [{"Key": []}], method != "get"
        assert {"401", "422", "429"} <= refusals
        assert ("403" in refusals) == is_scoped
        assert {"400", "413"} <= refusals or not is_writing
        assert ("404" in refusals) == ("{" in address)
        told = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        assert told == ({"Idempotency-Key"} if is_writing else set())


def properties(document: Node, schema: Node) -> Node:
    return dict(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])


def test_every_field_of_an_answer_is_always_there(document: Node) -> None:
    asked = {body["schema"]["$ref"].rpartition("/")[2] for body in bodies(document) if "$ref" in body["schema"]}
    optional = {
        name: sorted(set(schema["properties"]) - set(schema["required"]))
        for name, schema in document["components"]["schemas"].items()
        if name not in asked and schema.get("additionalProperties") is not False
    }

    assert {name: fields for name, fields in optional.items() if fields} == {}


def test_every_body_refuses_what_it_does_not_know_and_has_an_example(document: Node) -> None:
    for body in bodies(document):
        if "example" not in body:
            assert body["schema"]["required"] == ["file"]
            continue
        shape = document["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]
        assert shape["additionalProperties"] is False
        assert set(body["example"]) <= set(shape["properties"])


def bodies(document: Node) -> Iterator[Node]:
    for _, _, operation in operations(document):
        yield from operation.get("requestBody", {"content": {}})["content"].values()


def test_every_parameter_is_explained(document: Node) -> None:
    for address, method, operation in operations(document):
        for parameter in operation["parameters"]:
            assert set(parameter) == {"in", "name", "schema", "required", "description", "example"}
            is_needed = parameter["in"] == "path" or parameter["name"] in NEEDED.get(address, [])
            assert parameter["required"] == is_needed
        if (address, method) == ("/api/v1/orders", "get"):
            parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
            listed = ["state", "country", "account", "placed_after", "placed_before", "q", "limit", "after"]
            assert list(parameters) == listed
            assert parameters["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}


def test_parameters_in_an_address_are_declared_for_it(document: Node) -> None:
    for address, _, operation in operations(document):
        declared = [p["name"] for p in operation["parameters"] if p["in"] == "path" and p["required"]]
        assert declared == re.findall(r"{(\w+)}", address)


def test_the_examples_of_parameters_are_accepted(document: Node, shop: Shop, owner: Staff, now: datetime) -> None:
    open_sample(shop)
    make_hook(owner, now)
    client = Client(headers={"Authorization": f"Bearer {key_for_all(owner, now)}"})
    for address, method, operation in operations(document):
        if method != "get":
            continue
        places = {p["name"]: p["example"] for p in operation["parameters"] if p["in"] == "path"}
        asked = {p["name"]: p["example"] for p in operation["parameters"] if p["in"] == "query"}
        least = {name: asked[name] for name in NEEDED.get(address, [])}
        for query in [least, *({**least, name: example} for name, example in asked.items())]:
            response = client.get(address.format(**places), query)
            assert (address, query, response.status_code) == (address, query, 200)


def test_nothing_is_loaded_from_elsewhere(document: Node) -> None:
    named = set(re.findall(r"https?://[^\"]*", json.dumps(document)))

    assert named == {"https://erp.example/hooks/tradewind"}  # an example of where a webhook leads
