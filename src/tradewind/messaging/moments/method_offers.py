"""What messaging asks of a market's payment methods: what they are called and whether the money comes at once."""

from tradewind.markets.models import Market
from tradewind.orders.models import Order
from tradewind.payments.models import MethodOffer


def method_of(order: Order) -> MethodOffer | None:
    """The offer by which the order is paid, or None when its market no longer knows it."""
    market = Market.objects.filter(code=order.market).first()
    if market is None:
        return None
    return MethodOffer.objects.filter(market_id=market.pk, code=order.payment_method).first()


def method_name(order: Order) -> dict[str, str]:
    offer = method_of(order)
    return dict(offer.name) if offer is not None else {}
