"""What goes with a parcel: the packing list in the buyer's language, and the address label. For one order or for hundreds, in one PDF.

They are made anew each time from the order as it is, and not kept: whoever sends something says what is in it now.
"""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
import typst
from babel.dates import format_date
from babel.numbers import format_decimal
from django.db.models import F

from tradewind.catalog.models import Variant
from tradewind.core.addresses import address_lines
from tradewind.core.words import TAGS, locale_of, say
from tradewind.lib.code128 import bars
from tradewind.lib.countries import COUNTRIES, country_name
from tradewind.markets.shop import ShopProfile, shop_profile
from tradewind.orders.models import Order, OrderLine
from tradewind.papers.composing import language_of
from tradewind.papers.fonts import families, fonts
from tradewind.papers.paper import Party
from tradewind.papers.rendering import REGIONS, plain
from tradewind.papers.seller import seller_of

# One PDF holds so many orders: a few seconds, while somebody waits.
MOST: Final = 300
_LAYOUT: Final = Path(__file__).resolve().parent / "layout"
_GRAMS: Final = 1000
_ENGLISH: Final = "en"


def packing_lists(orders: Sequence[Order], *, at: datetime) -> bytes:
    """A4, a page or more for each order. Orders have their accounts with them."""
    shop, goods = shop_profile(), _goods(orders)
    day = at.astimezone(ZoneInfo(shop.zone)).date()
    in_part = _in_part(orders)
    lists = [
        _packing_list(order, goods.get(order.pk, []), shop, day) | {"is_part": order.pk in in_part} for order in orders
    ]
    return _set("packing_list.typ", lists, at)


def address_labels(orders: Sequence[Order], *, at: datetime) -> bytes:
    """100 × 150 mm each. Orders have their accounts with them."""
    shop, goods = shop_profile(), _goods(orders)
    weights = _weights([line for lines in goods.values() for line in lines])
    labels = [_label(order, goods.get(order.pk, []), shop, weights) for order in orders]
    return _set("address_label.typ", labels, at)


def _set(layout: str, pages: Sequence[Mapping[str, Any]], at: datetime) -> bytes:
    compiler = typst.Compiler(_LAYOUT / layout, root=_LAYOUT, font_paths=fonts(), ignore_system_fonts=True)
    made = compiler.compile(format="pdf", sys_inputs={"pages": json.dumps(pages)}, timestamp=at.replace(microsecond=0))
    if not isinstance(made, bytes):
        msg = f"a PDF was to be made, not {type(made).__name__}"
        raise TypeError(msg)
    return made


def _goods(orders: Sequence[Order]) -> dict[int, list[OrderLine]]:
    """What is still here of each order; of one that has left, all of it."""
    rows = OrderLine.objects.filter(order__in=[order.pk for order in orders], kind=OrderLine.Kind.GOODS)
    found: dict[int, list[OrderLine]] = {}
    for line in rows.order_by("position", "pk"):
        found.setdefault(line.order_id, []).append(line)
    here = {pk: [line for line in lines if line.quantity > line.dispatched] for pk, lines in found.items()}
    return {pk: lines or found[pk] for pk, lines in here.items()}


def _in_part(orders: Sequence[Order]) -> set[int]:
    """Those of which something has left and something is here."""
    rows = OrderLine.objects.filter(order__in=[order.pk for order in orders], kind=OrderLine.Kind.GOODS)
    here, gone = rows.filter(quantity__gt=F("dispatched")), rows.filter(dispatched__gt=0)
    return set(here.values_list("order_id", flat=True)) & set(gone.values_list("order_id", flat=True))


def _units(line: OrderLine) -> int:
    return line.quantity - line.dispatched or line.quantity


def _packing_list(order: Order, lines: Sequence[OrderLine], shop: ShopProfile, day: date) -> dict[str, Any]:
    """Without prices: whoever gets the parcel as a gift reads it too."""
    language = language_of(order)
    locale = locale_of(language)
    words = {
        "title": say(language, "Packing list"),
        "item": say(language, "Item"),
        "quantity": say(language, "Quantity"),
        "total": say(language, "Pieces altogether"),
        "ship_to": say(language, "Delivered to"),
        "part": say(language, "This parcel holds a part of your order. The rest comes in a parcel of its own."),
    }
    return {
        **_head(order, language),
        "words": words,
        "sender": _party(seller_of(order, shop, language)),
        "recipient": [plain(text) for text in address_lines(order.ship_to, language)],
        "facts": [
            [say(language, "Order"), plain(order.external_id or order.ref)],
            [say(language, "Packed on"), str(format_date(day, "long", locale=locale))],
        ],
        "lines": [_line(line, locale) for line in lines],
        "total": str(format_decimal(sum(map(_units, lines)), locale=locale)),
    }


def _line(line: OrderLine, locale: str) -> dict[str, str]:
    parts = [f"{units} × {sku}" for sku, units in line.parts]
    details = " · ".join(part for part in (line.options, line.sku, ", ".join(parts)) if part)
    return {
        "title": plain(line.title),
        "details": plain(details),
        "quantity": str(format_decimal(_units(line), locale=locale)),
    }


def _label(order: Order, lines: Sequence[OrderLine], shop: ShopProfile, weights: Mapping[str, int]) -> dict[str, Any]:
    """In English beside the country's own writing: it passes through hands of several countries."""
    grams = sum(_grams(line, weights) for line in lines)
    lines_of_address = [plain(text) for text in address_lines(order.ship_to, _ENGLISH)]
    return {
        **_head(order, language_of(order)),
        "sender": _party(seller_of(order, shop, _ENGLISH)),
        "recipient": lines_of_address,
        "phone": plain(str(order.ship_to.get("phone") or "")),
        "country": _country(order.country, _ENGLISH),
        "country_zh": _country(order.country, "zh"),
        "code": order.country,
        "way": plain(str(order.delivery_option.get("code", ""))),
        "weight": f"{grams / _GRAMS:.3f} kg" if grams else "",
        "pieces": str(sum(map(_units, lines))),
    }


def _grams(line: OrderLine, weights: Mapping[str, int]) -> int:
    of_parts = sum(weights.get(str(sku), 0) * int(units) for sku, units in line.parts)
    return _units(line) * (weights.get(line.sku, 0) or of_parts)


def _weights(lines: Sequence[OrderLine]) -> dict[str, int]:
    skus = {line.sku for line in lines} | {str(sku) for line in lines for sku, _ in line.parts}
    return dict(Variant.objects.filter(sku__in=skus).values_list("sku", "weight_g"))


def _country(code: str, language: str) -> str:
    return country_name(code, locale_of(language)) if code in COUNTRIES else code


def _head(order: Order, language: str) -> dict[str, Any]:
    """What every page has: its language and the order's reference, to be read by eye and by scanner."""
    drawn = io.BytesIO()
    segno.make(order.ref, error="m", micro=False).save(drawn, kind="svg", border=0, svgclass=None, lineclass=None)
    return {
        "language": {"code": TAGS[language].partition("-")[0], "region": REGIONS.get(language, "")},
        "families": families(language),
        "ref": order.ref,
        "bars": bars(order.ref),
        "qr": drawn.getvalue().decode(),
    }


def _party(party: Party) -> dict[str, Any]:
    return {"name": plain(party.name), "lines": [plain(line) for line in party.lines if line.strip()]}
