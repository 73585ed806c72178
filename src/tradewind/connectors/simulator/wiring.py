"""Fills the ports with the simulator's implementations."""

from tradewind.connectors.simulator.provider import SimulatedProvider
from tradewind.connectors.simulator.sending import NoticeCourier
from tradewind.core import deliveries
from tradewind.payments import notices, ports


def wire() -> None:
    provider = SimulatedProvider()
    ports.fill(provider)
    notices.accept_from(provider)
    deliveries.register(NoticeCourier())
