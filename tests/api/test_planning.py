"""PostgreSQL keeps no plan for all values of what staff and programs filter by."""

from contextlib import nullcontext

import pytest
from django.db import connection
from django.test import Client

from tests.api.sample import key_for_all
from tests.shop import Shop
from tradewind.api import v1
from tradewind.console import sessions
from tradewind.core.models import Staff

OFTEN = 5  # more than the server is asked before a statement is kept


@pytest.fixture
def kept_before(db: None) -> int:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite plans each statement for itself")
    return len(kept())


def kept() -> list[str]:
    """Statements that the server keeps and that narrow the list of orders."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [text for (text,) in cursor.fetchall() if "orders_order" in text and "state" in text]


def ask(owner: Staff, shop: Shop) -> None:
    console = Client(SERVER_NAME="localhost")
    console.force_login(owner, "tradewind.core.staff_backend.StaffBackend")
    program = Client(headers={"Authorization": f"Bearer {key_for_all(owner, shop.at)}"})
    for _ in range(OFTEN):
        assert console.get("/console/orders?state=paid&country=DE").status_code == 200
        assert program.get("/api/v1/orders?state=paid&country=DE").status_code == 200


def test_what_staff_and_programs_ask_is_planned_for_its_values(kept_before: int, owner: Staff, shop: Shop) -> None:
    ask(owner, shop)

    assert len(kept()) == kept_before
    assert connection.connection.prepare_threshold is not None  # buyers' pages go on keeping theirs


def test_control_without_it_a_plan_for_all_values_is_kept(
    kept_before: int, owner: Staff, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sessions, v1):
        monkeypatch.setattr(module, "planned_anew", nullcontext)

    ask(owner, shop)

    assert len(kept()) > kept_before
