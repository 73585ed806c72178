"""Makes the outside calls of payments known to the worker. Called once, by wiring."""

from datetime import timedelta

from tradewind.core import deliveries, schedule
from tradewind.payments.asking import ask_due
from tradewind.payments.refunding import RefundCourier
from tradewind.payments.starting import StartCourier


def register_couriers() -> None:
    """Register what opens and refunds payments, and the schedule's question to providers. Harmless to repeat."""
    deliveries.register(StartCourier())
    deliveries.register(RefundCourier())
    schedule.every(timedelta(minutes=1), name="payments.ask")(ask_due)
