"""Fills the slot, and declares the page."""

from tradewind.alerting import ports
from tradewind.connectors.dingtalk.adapter import DingTalkRobot
from tradewind.connectors.dingtalk.connection import CONNECTION
from tradewind.core import panels


def wire() -> None:
    panels.declare(CONNECTION)
    ports.fill(DingTalkRobot())
