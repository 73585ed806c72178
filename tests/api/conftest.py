"""A program with a key, and a small shop to read from."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.console.making import make_staff
from tradewind.core.models import Staff
from tradewind.core.staff import create_token

Ask = Callable[..., HttpResponse]


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


@pytest.fixture
def secret(owner: Staff, now: datetime) -> str:
    """A key that reads orders."""
    return create_token(name="warehouse screen", scopes=["orders:read"], by=owner, at=now)[1]


@pytest.fixture
def ask(secret: str) -> Ask:
    """Ask an address below /api/v1 with a key that reads orders."""

    def get(address: str, **parameters: Any) -> HttpResponse:
        headers = {"Authorization": f"Bearer {secret}"}
        return Client().get(f"/api/v1{address}", parameters or None, headers=headers)

    return get
