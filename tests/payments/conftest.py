"""Couriers known, and a scripted provider beside the simulator where a test asks for one."""

from collections.abc import Iterator

import pytest

from tests.payments.parts import ScriptedProvider
from tradewind.payments import ports
from tradewind.payments.couriers import register_couriers


@pytest.fixture(autouse=True)
def _couriers() -> None:
    register_couriers()


@pytest.fixture
def scripted() -> Iterator[ScriptedProvider]:
    provider = ScriptedProvider()
    ports.fill(provider)
    yield provider
    ports._slots.pop(provider.code)
