"""Amazon: the three families of flat files on orders, which are told apart by their headings.

Columns: the pages on order and order tracking report attributes of the Selling Partner API, read in November 2026.
Statuses: those of the Orders API and of Easy Ship ("Shipped - Delivered to Buyer").
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.models import ShopAccount
from tradewind.orders.importing.marketplaces.reports import Cells, Report, status_cell
from tradewind.orders.states import OrderState

_TIMES: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
_CANCELLED: Final = frozenset({"cancelled", "canceled"})

STATES: Final[Mapping[str, OrderState | None]] = {
    "pending": OrderState.AWAITING_PAYMENT,
    "pendingavailability": OrderState.AWAITING_PAYMENT,
    "unshipped": OrderState.PAID,
    "pending - waiting for pick up": OrderState.PAID,
    "invoiceunconfirmed": OrderState.PAID,
    "partiallyshipped": OrderState.PAID,
    "partially shipped": OrderState.PAID,
    "shipping": OrderState.PAID,
    "unfulfillable": None,  # of another channel's parcels only
    "shipped": OrderState.DISPATCHED,
    "complete": OrderState.DISPATCHED,
    "shipped - picked up": OrderState.DISPATCHED,
    "shipped - out for delivery": OrderState.DISPATCHED,
    "shipped - damaged": OrderState.DISPATCHED,
    "shipped - lost in transit": OrderState.DISPATCHED,
    "shipped - rejected by buyer": OrderState.DISPATCHED,
    "shipped - returning to seller": OrderState.DISPATCHED,
    "shipped - returned to seller": OrderState.DISPATCHED,
    "shipped - delivered to buyer": OrderState.DELIVERED,
    "cancelled": OrderState.CANCELLED,
    "canceled": OrderState.CANCELLED,
}

# Marketplaces whose prices are without tax: what the buyer paid is price and tax together.
_TAX_ON_TOP: Final = frozenset({"USD", "CAD"})
# The address behind which Amazon hides a buyer names the marketplace; a report without prices says its currency nowhere else.
_CURRENCIES: Final = {
    "amazon.com": "USD",
    "amazon.ca": "CAD",
    "amazon.com.mx": "MXN",
    "amazon.com.br": "BRL",
    "amazon.co.uk": "GBP",
    "amazon.de": "EUR",
    "amazon.fr": "EUR",
    "amazon.it": "EUR",
    "amazon.es": "EUR",
    "amazon.nl": "EUR",
    "amazon.com.be": "EUR",
    "amazon.ie": "EUR",
    "amazon.se": "SEK",
    "amazon.pl": "PLN",
    "amazon.com.tr": "TRY",
    "amazon.ae": "AED",
    "amazon.sa": "SAR",
    "amazon.eg": "EGP",
    "amazon.in": "INR",
    "amazon.co.jp": "JPY",
    "amazon.com.au": "AUD",
    "amazon.sg": "SGD",
    "amazon.co.za": "ZAR",
}

_ARTICLE: Final = {"sku": ("sku",), "title": ("product-name",)}
_PRICES: Final = {
    "currency": ("currency",),
    "amount": ("item-price",),
    "line_tax": ("item-tax",),
    "line_delivery": ("shipping-price",),
    "line_delivery_tax": ("shipping-tax",),
    "gift_wrap": ("gift-wrap-price",),
    "gift_wrap_tax": ("gift-wrap-tax",),
    "line_discount": ("item-promotion-discount",),
    "line_delivery_discount": ("ship-promotion-discount",),
}
_PLACE: Final = {
    "city": ("ship-city",),
    "region": ("ship-state",),
    "postcode": ("ship-postal-code",),
    "country": ("ship-country",),
    "service": ("ship-service-level",),
    "sales_channel": ("sales-channel",),
    "customs_number": ("ioss-number",),
}
_PERSON: Final = {
    "buyer": ("buyer-email",),
    "email": ("buyer-email",),
    "name": ("recipient-name",),
    "line1": ("ship-address-1",),
    "line2": ("ship-address-2",),
    "line3": ("ship-address-3",),
    "phone": ("ship-phone-number", "buyer-phone-number"),
}


def _is_on_top(head: Cells) -> bool:
    return head.get("currency", "") in _TAX_ON_TOP


def _with_currency(cells: Cells) -> Cells:
    if cells.get("currency"):
        return cells
    domain = cells.get("email", "").rpartition("@")[2].casefold().removeprefix("marketplace.")
    site = cells.get("sales_channel", "").casefold()
    return {**cells, "currency": _CURRENCIES.get(site) or _CURRENCIES.get(domain, "")}


def _without_cancelled(cells: Cells) -> Cells:
    """A line that was cancelled stays as a line of nothing; some reports still give what it would have cost."""
    cells = _with_currency(cells)
    is_whole_order = cells.get("status", "").casefold() in _CANCELLED
    if cells.get("line_status", "").casefold() in _CANCELLED and not is_whole_order:
        gone = dict.fromkeys(("quantity", "amount", "line_tax", "line_delivery", "line_delivery_tax"), "0")
        gone |= dict.fromkeys(("gift_wrap", "gift_wrap_tax", "line_discount", "line_delivery_discount"), "")
        return {**cells, **gone}
    return cells


def _refused(cells: Cells) -> str:
    """Parcels that Amazon sends for orders of other channels stand in the same report."""
    if cells.get("sales_channel", "").casefold().startswith("non-amazon"):
        return gettext_noop("Amazon only sent this parcel; the order belongs to another sales channel")
    return ""


def _with_status(cells: Cells) -> Cells:
    """These reports list what is to be sent, and name no status; that something of a line has left is one."""
    cells = _with_currency(cells)
    return {**cells, "status": "PartiallyShipped"} if cells.get("dispatched", "").strip("0") else cells


def _unshipped(head: Cells) -> str:
    return head.get("status", "Unshipped")


UNSHIPPED: Final = Report(
    code="amazon.unshipped",
    name="Amazon, unshipped orders",
    channel=ShopAccount.Channel.AMAZON,
    columns={
        **_ARTICLE,
        **_PLACE,
        **_PERSON,
        "order": ("order-id",),
        "placed_at": ("purchase-date",),
        "paid_at": ("payments-date",),
        "ship_by": ("promise-date",),
        "quantity": ("quantity-purchased",),
        "dispatched": ("quantity-shipped",),
    },
    needs=("order", "placed_at", "sku", "quantity", "dispatched"),
    states=STATES,
    status=_unshipped,
    prepare=_with_status,
    times=_TIMES,
)
NEW: Final = replace(
    UNSHIPPED,
    code="amazon.new",
    name="Amazon, new orders",
    columns={
        **_ARTICLE,
        **_PLACE,
        **_PERSON,
        **_PRICES,
        "order": ("order-id",),
        "placed_at": ("purchase-date",),
        "paid_at": ("payments-date",),
        "quantity": ("quantity-purchased",),
    },
    needs=("order", "placed_at", "sku", "quantity", "amount", "currency"),
    is_tax_on_top=_is_on_top,
)
ALL: Final = replace(
    NEW,
    code="amazon.all",
    name="Amazon, all orders",
    columns={
        **_ARTICLE,
        **_PLACE,
        **_PRICES,
        "order": ("amazon-order-id",),
        "placed_at": ("purchase-date",),
        "updated_at": ("last-updated-date",),
        "status": ("order-status",),
        "fulfilled_by": ("fulfillment-channel",),
        "line_status": ("item-status",),
        "quantity": ("quantity",),
    },
    needs=("order", "placed_at", "updated_at", "status", "sku", "quantity", "amount", "currency"),
    status=status_cell,
    prepare=_without_cancelled,
    refuses=_refused,
)
REPORTS: Final = (UNSHIPPED, NEW, ALL)
