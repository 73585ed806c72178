"""Customs declarations that double as commercial invoices, for parcels: in English for where they go, in Chinese for where
they leave. Made anew each time, and never kept: they name the recipient and their tax number.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import typst
from babel.numbers import format_decimal
from django.utils.translation import gettext_noop

from tradewind.core.addresses import address_lines
from tradewind.core.words import say
from tradewind.lib.countries import COUNTRIES, country_name
from tradewind.lib.money_words import format_money
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.orders.models import Order
from tradewind.papers.fonts import families, fonts
from tradewind.papers.rendering import LAYOUT, plain
from tradewind.papers.seller import seller_of
from tradewind.shipping.customs import Declaration, Piece
from tradewind.shipping.customs_words import WHY, number_name, scheme_name
from tradewind.shipping.declaring import declarations_by_parcel

_BOTH: Final = ("en", "zh")
_TITLE: Final = gettext_noop("Customs declaration and commercial invoice")
_HEADS: Final = (
    gettext_noop("No."),
    gettext_noop("Description of goods"),
    gettext_noop("HS code"),
    gettext_noop("Origin"),
    gettext_noop("Quantity"),
    gettext_noop("Net weight"),
    gettext_noop("Unit value"),
    gettext_noop("Line value"),
)
_STATEMENT: Final = gettext_noop(
    "I declare that what is said above is true and complete, and that the parcel holds no goods that law or post forbid."
)


class NothingToDeclare(Exception):
    """None of the orders crosses a customs border, or all have gaps."""


@dataclass(frozen=True, slots=True)
class CustomsPapers:
    """One file for several orders. `left_out` are those with gaps, `no_border` those that need none."""

    content: bytes
    refs: tuple[str, ...]
    left_out: tuple[str, ...]
    no_border: tuple[str, ...]


def customs_papers(orders: Sequence[Order], *, at: datetime) -> CustomsPapers:
    """For orders with their accounts. Not to be called in a transaction: setting takes its time. Raises NothingToDeclare."""
    declared = declarations_by_parcel(orders)
    ready = [(order, ref, found) for order in orders for ref, found in declared[order.pk] if not found.gaps]
    if not ready:
        raise NothingToDeclare
    shop = shop_profile()
    day = at.astimezone(ZoneInfo(shop.zone)).date()
    return CustomsPapers(
        content=_set([_paper(order, ref, found, shop) for order, ref, found in ready], shop, day),
        refs=tuple(dict.fromkeys(order.ref for order, _, _ in ready)),
        left_out=tuple(order.ref for order in orders if any(found.gaps for _, found in declared[order.pk])),
        no_border=tuple(order.ref for order in orders if not declared[order.pk]),
    )


def both(message: str) -> str:
    """English and Chinese, one behind the other."""
    return " ".join(dict.fromkeys(say(language, message) for language in _BOTH))


def _set(papers: list[dict[str, Any]], shop: ShopProfile, day: date) -> bytes:
    content = {
        "words": {
            "title": both(_TITLE),
            "sender": both(gettext_noop("Sender")),
            "recipient": both(gettext_noop("Recipient")),
            "heads": [both(head) for head in _HEADS],
            "statement": both(_STATEMENT),
            "date": both(gettext_noop("Date")),
            "signature": both(gettext_noop("Signature of the sender")),
        },
        "author": plain(next(iter(shop.manufacturer.name.values()), "")),
        "families": families("zh"),
        "papers": papers,
    }
    compiler = typst.Compiler(LAYOUT / "customs.typ", root=LAYOUT, font_paths=fonts(), ignore_system_fonts=True)
    moment = datetime.combine(day, time(), tzinfo=UTC)
    made = compiler.compile(format="pdf", sys_inputs={"papers": json.dumps(content)}, timestamp=moment)
    if not isinstance(made, bytes):
        msg = f"a PDF was to be made, not {type(made).__name__}"
        raise TypeError(msg)
    return made


def _paper(order: Order, parcel: str, found: Declaration, shop: ShopProfile) -> dict[str, Any]:
    facts = [
        (both(gettext_noop("Order")), order.external_id or order.ref),
        (both(gettext_noop("Reason")), both(WHY[found.why])),
        (both(gettext_noop("Sent from")), _country(found.origin)),
        (both(gettext_noop("Sent to")), _country(found.destination)),
        ("Incoterm", found.incoterm),
    ]
    if found.number and found.scheme:
        facts.append((scheme_name(found.scheme.key, "en"), found.number))
    if found.eori:
        facts.append(("EORI", found.eori))
    if found.tax_number:
        facts.append((number_name(found.destination, "en"), found.tax_number))
    seller = seller_of(order, shop, "en")
    return {
        "number": plain(f"{order.ref} · {parcel}" if parcel else order.ref),
        "sender": [plain(line) for line in (*seller.lines, shop.phone) if line],
        "recipient": [plain(line) for line in (*address_lines(order.ship_to, "en"), _phone(order)) if line],
        "facts": [[plain(name), plain(value)] for name, value in facts],
        "lines": [_line(place, piece) for place, piece in enumerate(found.pieces, start=1)],
        "sums": [
            [both(gettext_noop("Net weight")), _weight(found.weight_g)],
            [both(gettext_noop("Total value")), format_money(found.total, "en")],
        ],
    }


def _phone(order: Order) -> str:
    return str(order.ship_to.get("phone") or "")


def _country(code: str) -> str:
    return f"{country_name(code, 'en')} ({code})" if code in COUNTRIES else code


def _line(place: int, piece: Piece) -> list[str]:
    names = " ".join(piece.names.get(language, "") for language in _BOTH)
    unit = piece.unit or Decimal(0)
    value = "" if piece.value is None else format_money(piece.value, "en")
    return [
        str(place),
        plain(names),
        piece.hs_code,
        piece.origin,
        str(piece.quantity),
        _weight(piece.weight_g * piece.quantity),
        str(format_decimal(unit, "#,##0.00##", locale="en")),
        value,
    ]


def _weight(grams: int) -> str:
    return f"{format_decimal(Decimal(grams) / 1000, '#,##0.000', locale='en')} kg"
