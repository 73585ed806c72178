"""A process that has just begun answers its first page like any other."""

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from tests.shop import Shop
from tests.storefront.test_product_page import MOST_STATEMENTS, PAGE
from tradewind.payments import methods
from tradewind.storefront import warming


@pytest.fixture(autouse=True)
def _just_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    methods._kept.clear()
    cache.clear()
    # The test's own connection, with its transaction.
    monkeypatch.setattr(connection, "close", lambda: None)


def statements_of_the_first_page(buyer: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert buyer.get(PAGE).status_code == 200
    return len(asked)


def test_the_first_page_takes_as_few_statements_as_any_other(shop: Shop, buyer: Client) -> None:
    warming.warm_up()

    assert statements_of_the_first_page(buyer) <= MOST_STATEMENTS


def test_without_it_the_first_page_takes_more(shop: Shop, buyer: Client) -> None:
    """The control."""
    assert statements_of_the_first_page(buyer) > MOST_STATEMENTS


def test_a_database_that_does_not_answer_is_no_reason_not_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise OperationalError("no such host")

    monkeypatch.setattr(warming, "all_markets", away)
    with capture_logs() as logs:
        warming.warm_up()

    assert [(line["log_level"], line["problem"]) for line in logs] == [("warning", "no such host")]
