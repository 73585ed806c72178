"""What a description of a channel's file says: which columns mean what, which status is which state, and little else.

A description is data. What differs beyond that (several lines in one cell, a status made of two columns) is a pure
function from cells to cells; reading, gathering, building and storing are the same for all.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tradewind.core.models import ShopAccount
from tradewind.orders.states import OrderState

# Part -> what stands in its column. Parts without a column, or empty ones, are missing.
Cells: TypeAlias = dict[str, str]

# What can be said of an order, on one of its rows or on each.
ADDRESS: Final = (
    "name",
    "company",
    "line1",
    "line2",
    "line3",
    "city",
    "region",
    "postcode",
    "country",
    "phone",
    "tax_id",
)
MOMENTS: Final = ("paid_at", "dispatched_at", "delivered_at", "cancelled_at", "ship_by")
OF_ORDER: Final = frozenset(
    {"order", "status", "fulfilment", "placed_at", "updated_at", "currency", "delivery", "discount", "tax", "total"}
    | {"other_tax", "is_tax_in_total", "goods", "refunded", "buyer", "email", "first_name", "last_name", "service"}
    | {"tracking", "fulfilled_by", "sales_channel", "products", "customs_number", "customs_scheme"}
    | {*ADDRESS, *MOMENTS}
)
# What can be said of one line. Amounts are of the whole line, `unit` of one piece.
OF_LINE: Final = frozenset(
    {"sku", "title", "options", "quantity", "dispatched", "unit", "amount", "line_discount", "line_tax", "line_status"}
    | {"line_delivery", "line_delivery_tax", "line_delivery_discount", "gift_wrap", "gift_wrap_tax"}
)
MONEY_OF_ORDER: Final = ("delivery", "discount", "tax", "other_tax", "total", "goods", "refunded")


def as_it_is(cells: Cells) -> Cells:
    return cells


def one_line(cells: Cells) -> list[Cells]:
    return [cells]


def first_told(rows: Sequence[Cells]) -> Cells:
    """What the order's rows say together: of each part the first that is not empty."""
    head: Cells = {}
    for row in rows:
        for part, text in row.items():
            if text and part not in head:
                head[part] = text
    return head


def status_cell(head: Cells) -> str:
    return head.get("status", "")


def nothing_wrong(_cells: Cells) -> str:
    return ""


def never(_cells: Sequence[str]) -> bool:
    return False


def not_on_top(_head: Cells) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One kind of file.

    `columns` gives each part its headings, the first of which that a file has is used; `needs` are the parts without which
    a file is not of this kind. `states` knows every status, in small letters; None
    says nothing of how far the order is. `zone` is that of times without one.
    """

    code: str
    name: str
    channel: ShopAccount.Channel
    columns: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    states: Mapping[str, OrderState | None]
    status: Callable[[Cells], str] = status_cell
    prepare: Callable[[Cells], Cells] = as_it_is
    head: Callable[[Sequence[Cells]], Cells] = first_told
    lines: Callable[[Cells], list[Cells]] = one_line
    is_below_table: Callable[[Sequence[str]], bool] = never
    # Why a row is no line of this account's sales, as a message id; empty where it is one.
    refuses: Callable[[Cells], str] = nothing_wrong
    # Only where the file gives no total of the order from which this can be seen.
    is_tax_on_top: Callable[[Cells], bool] = not_on_top
    # Whether `unit` may be the amount of the whole line: then the total decides.
    is_unit_sure: bool = True
    zone: str = "UTC"
    times: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ("cp1252",)
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is known, and cannot be imported as orders. `advice` is a message id."""

    name: str
    headings: frozenset[str] = field(default_factory=frozenset)
    advice: str = ""


def heading_key(heading: str) -> str:
    """One spelling of a heading: small letters, without what stands below it in the same cell."""
    return re.sub(r"\s+", " ", heading.replace("\ufeff", "").strip().partition("\n")[0]).strip().casefold()
