"""Shopify: the orders export of the admin pages. Rows after an order's first have the order's own columns empty.

Statuses: Shopify's OrderDisplayFinancialStatus and the fulfilment statuses of its export, read in November 2026.
"""

from collections.abc import Mapping
from typing import Final

from tradewind.core.models import ShopAccount
from tradewind.orders.importing.marketplaces.reports import Cells, Report
from tradewind.orders.states import OrderState

_MONEY: Final = {
    "pending": OrderState.AWAITING_PAYMENT,
    "authorized": OrderState.AWAITING_PAYMENT,
    "partially_paid": OrderState.AWAITING_PAYMENT,
    "paid": OrderState.PAID,
    "partially_refunded": OrderState.PAID,
    "refunded": OrderState.CANCELLED,  # and never sent, see below
    "voided": OrderState.CANCELLED,
    "expired": OrderState.CANCELLED,
}
_NOT_SENT: Final = ("unfulfilled", "partial", "restocked", "pending", "scheduled", "on_hold")
# Goods that have left are dispatched whatever became of the money.
STATES: Final[Mapping[str, OrderState | None]] = (
    {f"{money}/{sent}": state for money, state in _MONEY.items() for sent in _NOT_SENT}
    | {f"{money}/fulfilled": OrderState.DISPATCHED for money in _MONEY}
    | {"cancelled": OrderState.CANCELLED}
)


def _status(head: Cells) -> str:
    if head.get("cancelled_at"):
        return "cancelled"
    return f"{head.get('status', '')}/{head.get('fulfilment') or 'unfulfilled'}"


def _prepare(cells: Cells) -> Cells:
    """Shopify writes an apostrophe before postcodes and telephone numbers so that Excel leaves their zeros alone."""
    bare = {part: cells[part].removeprefix("'") for part in ("postcode", "phone") if cells.get(part)}
    sent = cells.get("quantity", "") if cells.get("line_status") == "fulfilled" else "0"
    return {**cells, **bare, "dispatched": sent}


ORDERS: Final = Report(
    code="shopify.orders",
    name="Shopify, orders export",
    channel=ShopAccount.Channel.SHOPIFY,
    columns={
        "order": ("name",),
        "buyer": ("email",),
        "email": ("email",),
        "status": ("financial status",),
        "fulfilment": ("fulfillment status",),
        "placed_at": ("created at",),
        "paid_at": ("paid at",),
        "dispatched_at": ("fulfilled at",),
        "cancelled_at": ("cancelled at",),
        "currency": ("currency",),
        "delivery": ("shipping",),
        "tax": ("taxes",),
        "discount": ("discount amount",),
        "total": ("total",),
        "refunded": ("refunded amount",),
        "quantity": ("lineitem quantity",),
        "title": ("lineitem name",),
        "sku": ("lineitem sku",),
        "unit": ("lineitem price",),
        "line_discount": ("lineitem discount",),
        "line_status": ("lineitem fulfillment status",),
        "name": ("shipping name", "billing name"),
        "company": ("shipping company",),
        "line1": ("shipping address1", "shipping street"),
        "line2": ("shipping address2",),
        "city": ("shipping city",),
        "region": ("shipping province",),
        "postcode": ("shipping zip",),
        "country": ("shipping country",),
        "phone": ("shipping phone",),
        "service": ("shipping method",),
    },
    needs=("order", "status", "fulfilment", "placed_at", "currency", "total", "quantity", "title", "unit"),
    states=STATES,
    status=_status,
    prepare=_prepare,
)
REPORTS: Final = (ORDERS,)
