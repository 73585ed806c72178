"""Staff who are logged in."""

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tradewind.core.models import Staff


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


@pytest.fixture
def console(owner: Staff) -> Client:
    """An owner's browser, in English."""
    return client_of(owner)
