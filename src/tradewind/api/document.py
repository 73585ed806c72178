"""The OpenAPI document: what ninja knows from the views, made complete with examples, scopes and the form of refusals."""

from collections.abc import Iterator
from typing import Any, Final

from tradewind.api import examples
from tradewind.api.keys import READ_ORDERS
from tradewind.api.problems import MEDIA_TYPE

Document = dict[str, Any]

_SCOPES: Final = {"listOrders": [READ_ORDERS], "getOrder": [READ_ORDERS]}
_SAYS_HOW_TO_SIGN_IN: Final = frozenset({401, 403})


def complete(document: Document) -> None:
    """Change ninja's document in place."""
    for path in document["paths"].values():
        path.pop("head", None)  # every GET has its HEAD, and operation ids stand once
    for operation in _operations(document):
        operation["security"] = [{name: _SCOPES.get(operation["operationId"], [])} for name in _schemes(document)]
        for parameter in operation["parameters"]:
            _complete_parameter(parameter)
        for status, response in operation["responses"].items():
            _complete_response(operation["operationId"], int(status), response)
    document["components"]["schemas"].pop("OrderQuery")  # its fields stand as parameters
    document["servers"] = [{"url": "/", "description": "The shop that this document was read from."}]


def _operations(document: Document) -> Iterator[Document]:
    for path in document["paths"].values():
        yield from path.values()


def _schemes(document: Document) -> Iterator[str]:
    yield from document["components"]["securitySchemes"]


def _complete_parameter(parameter: Document) -> None:
    schema = parameter["schema"]
    for doubled in ("example", "description", "title"):
        schema.pop(doubled, None)
    if schema.get("default") == "":
        del schema["default"]
    if parameter["in"] == "path":
        parameter |= {"description": "The order's reference.", "example": examples.ORDER["ref"]}


def _complete_response(operation_id: str, status: int, response: Document) -> None:
    (shape,) = response["content"].values()
    if status not in examples.REFUSALS:
        shape["example"] = examples.ANSWERS[operation_id]
        return
    shape["example"] = examples.REFUSALS[status]
    response["content"] = {MEDIA_TYPE: shape}
    response["description"] = examples.REFUSALS[status]["detail"]
    if status in _SAYS_HOW_TO_SIGN_IN:
        challenge = {"description": "As in RFC 6750.", "schema": {"type": "string"}, "required": True}
        response["headers"] = {"WWW-Authenticate": challenge}
