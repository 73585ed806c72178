"""Every operation of the document is asked by a machine, with what it allows and with what it does not: nothing fails, and
every answer is as the document says.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.sample import make_hook, open_sample
from tests.shop import Shop
from tradewind.api.v1 import openapi_document
from tradewind.core.models import Staff
from tradewind.core.staff import SCOPES, KeyLimits, create_token
from tradewind.webhooks.models import HookMessage

pytestmark = pytest.mark.slow

# Of each operation, half of them with something that really stands at its address: well below a minute for all.
EXAMPLES: Final = 20
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NAMES: Final = [
    operation["operationId"] for methods in openapi_document()["paths"].values() for operation in methods.values()
]
QUIET: Final = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def headers(shop: Shop, owner: Staff, now: datetime) -> dict[str, str]:
    """Of a program that may do everything, in a shop with orders, goods and a webhook."""
    open_sample(shop)
    make_hook(owner, now)
    limits = KeyLimits(per_minute=100_000)
    secret = create_token(name="machine", scopes=list(SCOPES), by=owner, at=now, limits=limits)[1]
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def document(db: None) -> Iterator[Any]:
    """As the machine reads it. A request must not close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def places(name: str) -> dict[str, str]:
    """What really stands at the addresses of this operation."""
    refs = {
        "Buyer": "B-4T8W2N6RCE",
        "Webhook": "WH-8Q2M5T7K1R",
        "Order": "TW-7K3M9Q2X",
        "Paper": "TW-7K3M9Q2X",
        "Parcel": "PC-6D2R9W4XKE",
    }
    ref = next((ref for word, ref in refs.items() if word in name), "")
    message = HookMessage.objects.get().ref if "Message" in name else ""
    return {
        "ref": ref,
        "slug": "mug",
        "sku": "MUG-S",
        "market": "de",
        "warehouse": "shenzhen",
        "message": message,
        "medium": 1,
        "paper": "PA-3W9K7D2MX5R8T0QB",
    }


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_asked_is_answered_as_the_document_says(name: str, headers: dict[str, str], document: Any) -> None:
    operation = document.find_operation_by_id(name)
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    there = places(name)

    @QUIET
    @given(case=right | wrong, is_there=st.booleans())
    def ask(case: Any, is_there: bool) -> None:
        if is_there and case.path_parameters:
            case.path_parameters = {part: there[part] for part in case.path_parameters}
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    ask()
