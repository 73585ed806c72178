"""Fills the slot, and declares the page."""

from tradewind.alerting import ports
from tradewind.connectors.feishu.adapter import FeishuRobot
from tradewind.connectors.feishu.connection import CONNECTION
from tradewind.core import panels


def wire() -> None:
    panels.declare(CONNECTION)
    ports.fill(FeishuRobot())
