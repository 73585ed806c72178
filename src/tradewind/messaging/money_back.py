"""What is known of money that has gone back, as its letter says it."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from tradewind.lib.zones import main_zone
from tradewind.markets.models import Market
from tradewind.messaging.moments.refund_sent import SentBack
from tradewind.orders.models import Order
from tradewind.payments.methods import method_names
from tradewind.payments.models import Refund
from tradewind.promises.queries import promises_about


def sent_back(refund: Refund, order: Order, *, at: datetime) -> SentBack:
    """What the letter says of it."""
    earlier = Refund.objects.filter(intent__subject_kind="order", intent__subject_id=order.pk, pk__lt=refund.pk)
    before = earlier.filter(state=Refund.State.CONFIRMED, currency=refund.currency).values_list("amount", flat=True)
    promised = [promise.last_day for promise in promises_about("refund", refund.pk)]
    today = at.astimezone(ZoneInfo(main_zone(order.country))).date()
    return SentBack(
        amount=refund.amount,
        before=sum(before),
        reason=refund.reason,
        by=partial(_method, refund, order),
        until=promised[-1] if promised and promised[-1] > today else None,
    )


def _method(refund: Refund, order: Order, language: str) -> str:
    market = Market.objects.filter(code=order.market).first()
    return method_names(market.pk, language).get(refund.intent.method, "") if market else ""
