"""Fills the ports with the simulator's implementations."""

from tradewind.alerting import ports as robot_ports
from tradewind.connectors.simulator.provider import SimulatedProvider
from tradewind.connectors.simulator.robots import SimulatedRobot
from tradewind.connectors.simulator.sending import NoticeCourier
from tradewind.connectors.simulator.tracking import ScanCourier, SimulatedTracker
from tradewind.core import deliveries
from tradewind.payments import notices, ports
from tradewind.shipping import notices as tracking_notices
from tradewind.shipping import ports as tracking_ports


def wire() -> None:
    provider = SimulatedProvider()
    ports.fill(provider)
    notices.accept_from(provider)
    deliveries.register(NoticeCourier())
    tracker = SimulatedTracker()
    tracking_ports.fill(tracker)
    tracking_notices.accept_from(tracker)
    deliveries.register(ScanCourier())
    robot_ports.fill(SimulatedRobot())
