"""WooCommerce: what its usual export plugins write, with a row for each order or for each of its lines.

Columns: "Customer/Order/Coupon Export" and "Import Export Suite" (small letters with underscores), "Advanced Order Export"
(headings in words). Statuses: those of the REST API's orders, read in November 2026.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tradewind.core.models import ShopAccount
from tradewind.orders.importing.marketplaces.reports import Cells, Report
from tradewind.orders.states import OrderState

STATES: Final[Mapping[str, OrderState | None]] = {
    "pending": OrderState.AWAITING_PAYMENT,
    "pending payment": OrderState.AWAITING_PAYMENT,
    "on-hold": OrderState.AWAITING_PAYMENT,
    "on hold": OrderState.AWAITING_PAYMENT,
    "checkout-draft": OrderState.AWAITING_PAYMENT,
    "draft": OrderState.AWAITING_PAYMENT,
    "processing": OrderState.PAID,
    "completed": OrderState.COMPLETED,
    # Nothing is left to be done, whether or not the goods had gone; the amount is kept.
    "refunded": OrderState.COMPLETED,
    "cancelled": OrderState.CANCELLED,
    "failed": OrderState.CANCELLED,
    "trash": OrderState.CANCELLED,
}
_ITEMS: Final = re.compile(r";(?=\s*(?:id|name|product_id|sku):)")
_FIELDS: Final = re.compile(r"\|(?=[a-z_]+:)")


def _status(head: Cells) -> str:
    return head.get("status", "").removeprefix("wc-")


def _prepare(cells: Cells) -> Cells:
    name = " ".join(filter(None, (cells.get("first_name"), cells.get("last_name"))))
    # Some files are without the customer's own number, and visitors without an account have 0.
    buyer = cells.get("buyer", "")
    return {**cells, "name": cells.get("name") or name, "buyer": cells.get("email") or ("" if buyer == "0" else buyer)}


def _items(cells: Cells) -> list[Cells]:
    """One cell with all lines: fields joined by bars, lines by semicolons; or a list in JSON."""
    told = cells.get("products", "").strip()
    try:
        found = json.loads(told) if told.startswith("[") else [_fields(part) for part in _ITEMS.split(told)]
    except ValueError:
        found = []
    return [_item(item) for item in found if isinstance(item, dict) and item]


def _fields(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in _FIELDS.split(text.strip()))
    return {key.strip(): value.strip() for key, colon, value in pairs if colon}


def _item(item: Mapping[str, object]) -> Cells:
    def one(*keys: str) -> str:
        return next((str(item[key]).strip() for key in keys if item.get(key) not in (None, "")), "")

    return {
        "title": one("name"),
        "sku": one("sku"),
        "quantity": one("quantity"),
        "amount": one("subtotal", "sub_total", "total"),
    }


_PLACE: Final = {
    "first_name": ("shipping_first_name",),
    "last_name": ("shipping_last_name",),
    "company": ("shipping_company",),
    "line1": ("shipping_address_1",),
    "line2": ("shipping_address_2",),
    "city": ("shipping_city",),
    "region": ("shipping_state_full", "shipping_state"),
    "postcode": ("shipping_postcode",),
    "country": ("shipping_country", "shipping_country_full"),
    "phone": ("shipping_phone", "billing_phone"),
    "tax_id": ("billing_cpf", "billing_cnpj"),
}
_HEAD: Final = {
    **_PLACE,
    "order": ("order_number_formatted", "order_number", "order_id"),
    "status": ("status", "order_status"),
    "placed_at": ("date", "order_date", "date_created"),
    "paid_at": ("paid_date", "date_paid"),
    "updated_at": ("modified_date", "date_modified"),
    "currency": ("order_currency", "currency"),
    "delivery": ("shipping_total",),
    "tax": ("tax_total", "order_tax_total"),
    "discount": ("discount_total", "cart_discount"),
    "total": ("order_total",),
    "refunded": ("refunded_total",),
    "buyer": ("customer_id", "customer_user"),
    "email": ("billing_email", "customer_email"),
    "service": ("shipping_method",),
}

PER_ORDER: Final = Report(
    code="woocommerce.orders",
    name="WooCommerce, a row for each order",
    channel=ShopAccount.Channel.WOOCOMMERCE,
    columns={**_HEAD, "products": ("line_items",)},
    needs=("order", "status", "placed_at", "total", "products"),
    states=STATES,
    status=_status,
    prepare=_prepare,
    lines=_items,
    times=("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"),
)
PER_LINE: Final = replace(
    PER_ORDER,
    code="woocommerce.lines",
    name="WooCommerce, a row for each line",
    columns={
        **_HEAD,
        "sku": ("item_sku",),
        "title": ("item_name",),
        "options": ("item_meta",),
        "quantity": ("item_quantity",),
        "amount": ("item_subtotal", "item_total"),
    },
    needs=("order", "status", "placed_at", "total", "title", "quantity", "amount"),
    lines=lambda cells: [cells] if cells.get("title") or cells.get("sku") else [],
)
IN_WORDS: Final = replace(
    PER_LINE,
    code="woocommerce.words",
    name="WooCommerce, Advanced Order Export",
    columns={
        "order": ("order number", "order id"),
        "status": ("order status",),
        "placed_at": ("order date",),
        "paid_at": ("paid date",),
        "updated_at": ("modified date", "modification date"),
        "currency": ("currency", "order currency"),
        "delivery": ("order shipping amount",),
        "tax": ("order total tax amount", "order tax amount"),
        "discount": ("cart discount amount",),
        "total": ("order total amount",),
        "refunded": ("order refund amount",),
        "buyer": ("customer user id", "user id"),
        "email": ("email (billing)",),
        "service": ("shipping method title",),
        "sku": ("sku",),
        "title": ("item name", "name", "product name"),
        "options": ("product variation",),
        "quantity": ("quantity",),
        "unit": ("item cost",),
        "name": ("full name (shipping)",),
        "first_name": ("first name (shipping)",),
        "last_name": ("last name (shipping)",),
        "company": ("company (shipping)",),
        "line1": ("address 1&2 (shipping)", "address 1 (shipping)"),
        "line2": ("address 2 (shipping)",),
        "city": ("city (shipping)",),
        "region": ("state name (shipping)", "state code (shipping)"),
        "postcode": ("postcode (shipping)", "zip (shipping)"),
        "country": ("country code (shipping)", "country name (shipping)"),
        "phone": ("phone (shipping)", "phone (billing)"),
    },
    needs=("order", "status", "placed_at", "total", "title", "quantity", "unit"),
)
REPORTS: Final = (PER_LINE, PER_ORDER, IN_WORDS)
