"""A second product, and a shop that can say where to transfer money to."""

import pytest

from tests.checkout.conftest import bowl
from tests.messaging.test_letters import PROFILE
from tests.shop import Shop
from tradewind.core import preferences
from tradewind.markets.shop import SHOP

__all__ = ["bowl"]


@pytest.fixture
def bank(shop: Shop, settings: object) -> None:
    settings.MAIL_FROM = "hello@tingyu.example"  # type: ignore[attr-defined]
    preferences.change(SHOP, PROFILE, by="system", at=shop.at)
