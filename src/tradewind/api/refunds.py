"""Giving money back for an order, as the console does: on the way on which it came, and never more than came."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from tradewind.api import shapes, telling
from tradewind.api.asking import refuse_unknown
from tradewind.api.fields import Asked
from tradewind.api.keys import WRITE_REFUNDS, Key, key_of, program_of
from tradewind.api.once import writes
from tradewind.api.orders import order_named
from tradewind.api.problems import Problem, wrong_field
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.orders.models import Order
from tradewind.payments.refunding import MoreThanCaptured, plan_refunds

router = Router(auth=Key(WRITE_REFUNDS), tags=["orders"])
_REFUSALS: Final = dict.fromkeys((400, 401, 403, 404, 413, 422, 429), Problem)
BY_PROGRAM: Final = "by_program"


class RefundAsked(Asked):
    """Money that shall go back."""

    minor: int = Field(ge=1, le=10**12, description="Minor units: cents, yen, fils.")
    currency: str = Field(pattern="^[A-Z]{3}$", description="The currency of the order, ISO 4217.")


@router.post(
    "/orders/{ref}/refunds",
    operation_id="refundOrder",
    summary="Give money back",
    response={201: shapes.RefundList, **_REFUSALS},
)
@writes(HTTPStatus.CREATED)
def refund(request: HttpRequest, ref: str, asked: RefundAsked) -> shapes.RefundList:
    """On the payments that it came by, the newest first: one refund for each. A bank transfer becomes a to-do of staff."""
    refuse_unknown(request.GET, ())
    order = Order.objects.get(pk=order_named(ref, key_of(request).reach))
    if asked.currency != order.currency:
        raise wrong_field("currency", words=f"This order is in {order.currency}.")
    try:
        refunds = plan_refunds(
            subject=("order", order.pk),
            amount=Money(asked.minor, asked.currency),
            reason=BY_PROGRAM,
            at=utc_now(),
            by=program_of(request),
        )
    except MoreThanCaptured as problem:
        left = f"Not more than what came in and is not on its way back already: {problem.available.amount}."
        raise wrong_field("minor", words=left) from None
    return shapes.RefundList(refunds=[telling.refund_told(each, each.intent) for each in refunds])
