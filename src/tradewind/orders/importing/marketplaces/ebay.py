"""eBay: the orders report of Seller Hub. It has no status; what happened is read from its dates.

Lines stand above the headings and below the table. An order of several articles is a row with the order's money and
address, followed by a row for each article. Dates are those of the site's country, most without an hour.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from tradewind.core.models import ShopAccount
from tradewind.orders.importing.marketplaces.amounts import currency_of, plain_amount
from tradewind.orders.importing.marketplaces.reports import MONEY_OF_ORDER, Cells, Report, first_told
from tradewind.orders.states import OrderState

STATES: Final[Mapping[str, OrderState | None]] = {
    "sold": OrderState.AWAITING_PAYMENT,
    "paid": OrderState.PAID,
    "shipped": OrderState.DISPATCHED,
}


def _status(head: Cells) -> str:
    if head.get("dispatched_at"):
        return "shipped"
    return "paid" if head.get("paid_at") else "sold"


def _prepare(cells: Cells) -> Cells:
    """Tax that eBay keeps is part of the order only where it is part of the total. Of its numbers, that of the German VAT goes to
    no border.
    """
    if cells.get("customs_scheme", "").upper() == "OSS":
        cells = {**cells, "customs_number": ""}
    if cells.get("is_tax_in_total", "").casefold() == "no":
        return {**cells, "other_tax": ""}
    return cells


def _is_summary(cells: Cells) -> bool:
    return not (cells.get("title") or cells.get("sku"))


def _head(rows: Sequence[Cells]) -> Cells:
    head = first_told(rows)
    if len(rows) > 1 and not any(map(_is_summary, rows)):
        # Without a row for the whole, each row has its own part of the money.
        for part in MONEY_OF_ORDER:
            told = [row[part] for row in rows if row.get(part)]
            if len(told) > 1:
                head[part] = str(sum(map(plain_amount, told), Decimal(0)))
                head["currency"] = currency_of(told[0])
    return head


def _lines(cells: Cells) -> list[Cells]:
    return [] if _is_summary(cells) else [cells]


def _is_below(cells: Sequence[str]) -> bool:
    told = " ".join(cells[:3]).casefold()
    return "record(s) downloaded" in told or told.strip().startswith("seller id")


ORDERS: Final = Report(
    code="ebay.orders",
    name="eBay, orders report",
    channel=ShopAccount.Channel.EBAY,
    columns={
        "order": ("order number",),
        "buyer": ("buyer username",),
        "email": ("buyer email",),
        "name": ("ship to name", "post to name"),
        "phone": ("ship to phone", "post to phone"),
        "line1": ("ship to address 1", "post to address 1"),
        "line2": ("ship to address 2", "post to address 2"),
        "city": ("ship to city", "post to city"),
        "region": ("ship to state", "ship to province/region/state", "post to county", "post to state"),
        "postcode": ("ship to zip", "ship to postcode", "post to postcode"),
        "country": ("ship to country", "post to country"),
        "title": ("item title",),
        "sku": ("custom label", "custom label (sku)"),
        "options": ("variation details",),
        "quantity": ("quantity",),
        "unit": ("sold for",),
        "delivery": ("shipping and handling", "postage and packaging", "postage and handling"),
        "tax": ("seller collected tax", "included vat"),
        "other_tax": ("ebay collected tax",),
        "is_tax_in_total": ("ebay collected tax included in total",),
        "total": ("total price",),
        "placed_at": ("sale date",),
        "paid_at": ("paid on date",),
        "ship_by": ("ship by date", "post by date", "dispatch by date"),
        "dispatched_at": ("shipped on date", "posted on date", "dispatched on date"),
        "service": ("shipping service", "postage service", "delivery service"),
        "tracking": ("tracking number",),
        "tax_id": ("buyer tax identifier value",),
        "customs_scheme": ("ebay reference name",),
        "customs_number": ("ebay reference value",),
    },
    needs=("order", "title", "quantity", "unit", "total", "placed_at"),
    states=STATES,
    status=_status,
    prepare=_prepare,
    head=_head,
    lines=_lines,
    is_below_table=_is_below,
    is_unit_sure=False,
    zone="America/Los_Angeles",
    times=("%b-%d-%y", "%b-%d-%y %H:%M:%S", "%d-%b-%y", "%d-%b-%y %H:%M:%S", "%b-%d-%Y", "%d-%b-%Y"),
)
REPORTS: Final = (ORDERS,)
