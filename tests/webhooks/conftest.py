"""The person who answers for what is subscribed to."""

import pytest

from tests.console.making import make_staff
from tradewind.core.models import Staff


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()
