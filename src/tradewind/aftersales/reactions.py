"""Reactions of aftersales: money that goes back is promised, and the promise is kept when it is there."""

from tradewind.aftersales.promising import keep_refund, promise_refund
from tradewind.core.facts import Context, reaction
from tradewind.payments.events import RefundConfirmed, RefundPlanned


@reaction(RefundPlanned, name="aftersales.promise_refund")
def promise_money_back(happened: RefundPlanned, context: Context) -> None:  # noqa: ARG001  # the refund knows when
    promise_refund(happened.refund_id)


@reaction(RefundConfirmed, name="aftersales.keep_refund")
def money_is_back(happened: RefundConfirmed, context: Context) -> None:
    keep_refund(happened.refund_id, at=context.recorded_at)
