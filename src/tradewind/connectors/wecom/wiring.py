"""Fills the slot, and declares the page."""

from tradewind.alerting import ports
from tradewind.connectors.wecom.adapter import WeComRobot
from tradewind.connectors.wecom.connection import CONNECTION
from tradewind.core import panels


def wire() -> None:
    panels.declare(CONNECTION)
    ports.fill(WeComRobot())
