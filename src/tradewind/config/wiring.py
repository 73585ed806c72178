"""Fills the ports, registers couriers and inbox handlers, imports reactions: once, when the house is ready.

Nothing below imports `connectors`; nothing but this file imports `reactions`.
"""

from importlib import import_module
from typing import Final

from django.conf import settings

REACTIONS: Final = (
    "tradewind.orders.reactions",
    "tradewind.checkout.reactions",
    "tradewind.messaging.reactions",
)


def wire() -> None:
    for module in REACTIONS:
        import_module(module)
    import_module("tradewind.connectors.smtp.wiring").wire()
    if settings.HAS_SIMULATOR:
        import_module("tradewind.connectors.simulator.wiring").wire()
