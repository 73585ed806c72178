"""The OpenAPI document: what ninja knows from the views, made complete with examples, scopes, headers and the form of refusals."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tradewind.api import examples
from tradewind.api.once import HEADER, REPLAYED
from tradewind.api.problems import MEDIA_TYPE

Document = dict[str, Any]

_SAYS_HOW_TO_SIGN_IN: Final = frozenset({401, 403})
_TOO_MANY: Final = 429
_READING: Final = "get"
# Of parameters in addresses: what each is, and one that is there.
_PLACES: Final = {
    "ref": ("The reference.", "TW-7K3M9Q2X"),
    "slug": ("The product's slug.", "mug"),
    "sku": ("The article number of the variant.", "MUG-S"),
    "market": ("The market's code.", "de"),
    "warehouse": ("The warehouse's code.", "shenzhen"),
    "paper": ("The reference of the paper.", "PA-3W9K7D2MX5R8T0QB"),
    "medium": ("The id of the picture or film.", 1),
    "message": ("The message's id, as in its header webhook-id.", "msg_2Kd7Q0R9XW5T3V1B8N6M4C"),
}
# Answers that are files, and what their examples begin with.
_FILES: Final = {"getPaper": ("application/pdf", "%PDF-1.7 …")}
_EXAMPLES: Final = {"/buyers/": "B-4T8W2N6RCE", "/webhooks/": "WH-8Q2M5T7K1R", "/parcels/": "PC-6D2R9W4XKE"}


def complete(document: Document, scopes: Mapping[str, str]) -> None:
    """Change ninja's document in place. `scopes`: of each operation that needs one."""
    for path in document["paths"].values():
        path.pop("head", None)  # every GET has its HEAD, and operation ids stand once
    for address, method, operation in _operations(document):
        name = operation["operationId"]
        operation["security"] = [{scheme: [scopes[name]] if scopes[name] else []} for scheme in _schemes(document)]
        for parameter in operation["parameters"]:
            _complete_parameter(parameter, address)
        if method != _READING:
            operation["parameters"].append(_idempotency_key())
        _complete_body(name, operation)
        for status, response in operation["responses"].items():
            _complete_response(name, int(status), response)
            _add_headers(int(status), response, is_writing=method != _READING)
    _forget_unused(document)
    document["servers"] = [{"url": "/", "description": "The shop that this document was read from."}]


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for address, path in document["paths"].items():
        for method, operation in path.items():
            yield address, method, operation


def _schemes(document: Document) -> list[str]:
    """One of them: with every scope it is the same scheme."""
    schemes = document["components"]["securitySchemes"]
    for name in list(schemes)[1:]:
        del schemes[name]
    return list(schemes)


def _complete_parameter(parameter: Document, address: str) -> None:
    schema = parameter["schema"]
    for doubled in ("example", "description", "title"):
        schema.pop(doubled, None)
    if schema.get("default") == "":
        del schema["default"]
    if parameter["in"] == "path":
        words, example = _PLACES[parameter["name"]]
        found = [there for part, there in _EXAMPLES.items() if part in address and parameter["name"] == "ref"]
        parameter |= {"description": words, "example": found[0] if found else example}


def _idempotency_key() -> Document:
    words = "With it, the same request again gets the first one's answer and changes nothing, for 24 hours."
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21\x23-\x5b\x5d-\x7e]{1,255}$"}
    example = "8e03978e-40d5-43e8-bc93-6894a57f9324"
    return {
        "in": "header",
        "name": HEADER,
        "required": False,
        "description": words,
        "schema": schema,
        "example": example,
    }


def _complete_body(operation_id: str, operation: Document) -> None:
    if "requestBody" not in operation:
        return
    for media_type, shape in operation["requestBody"]["content"].items():
        if operation_id in examples.BODIES and media_type == "application/json":
            shape["example"] = examples.BODIES[operation_id]


def _complete_response(operation_id: str, status: int, response: Document) -> None:
    if status not in examples.REFUSALS:
        if operation_id in _FILES:
            media_type, beginning = _FILES[operation_id]
            schema = {"type": "string", "contentMediaType": media_type}
            response["content"] = {media_type: {"schema": schema, "example": beginning}}
        elif "content" in response:
            (shape,) = response["content"].values()
            shape["example"] = examples.ANSWERS[operation_id]
        return
    (shape,) = response["content"].values()
    shape["example"] = examples.REFUSALS[status]
    response["content"] = {MEDIA_TYPE: shape}
    response["description"] = examples.REFUSALS[status]["detail"]


def _add_headers(status: int, response: Document, *, is_writing: bool) -> None:
    told: dict[str, str] = {}
    if status in _SAYS_HOW_TO_SIGN_IN:
        told["WWW-Authenticate"] = "As in RFC 6750."
    if status == _TOO_MANY:
        told["Retry-After"] = "Seconds until the next request may come."
    headers: Document = {
        name: {"description": words, "schema": {"type": "string"}, "required": True} for name, words in told.items()
    }
    more = {
        "RateLimit": "What is left, as r, for so many seconds, as t.",
        "RateLimit-Policy": "How much, as q, in w seconds.",
    }
    if is_writing and status not in examples.REFUSALS:
        more[REPLAYED] = "true where this is the answer of an earlier request."
    for name, words in more.items():
        headers[name] = {"description": words, "schema": {"type": "string"}}
    response["headers"] = headers


def _forget_unused(document: Document) -> None:
    """Shapes whose fields stand as parameters, and what only they named."""
    schemas = document["components"]["schemas"]
    while unused := schemas.keys() - {name.rpartition("/")[2] for name in _referred(document)}:
        for name in unused:
            del schemas[name]


def _referred(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from _referred(part)
    if isinstance(value, list):
        for part in value:
            yield from _referred(part)
