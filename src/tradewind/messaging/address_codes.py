"""Sending the code that confirms a new delivery address, to nobody but the address that the order was placed with."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tradewind.messaging.moments.address_code import MOMENT, address_code
from tradewind.messaging.moments.order_parts import language_of
from tradewind.messaging.planning import Addressee, plan_message
from tradewind.messaging.rendering import render
from tradewind.orders.addressing import ask_for_change
from tradewind.orders.models import AddressChange


def send_address_code(*, order_id: int, ship_to: Mapping[str, str], key: str, at: datetime) -> AddressChange:
    """Note the new address and send its code; the same key again sends nothing.

    Raises NotChangeable, CountryStays, TooManyCodes.
    """
    with transaction.atomic():
        wish, code = ask_for_change(order_id=order_id, ship_to=ship_to, key=key, at=at)
        if code is not None:
            order = wish.order
            plan_message(
                moment=MOMENT,
                subject=("address_change", wish.pk),
                to=Addressee(order.email, language_of(order), order.buyer_id),
                content=render(address_code(order, code=code)).hiding(code),
                at=at,
            )
    return wish
