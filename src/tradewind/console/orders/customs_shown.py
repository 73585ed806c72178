"""What the page of an order shows for customs: the declaration, what is missing with the way to where it is filled in, a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tradewind.console.customs_words import gap_words
from tradewind.core import words
from tradewind.lib.recipient_numbers import number_of
from tradewind.orders.erasing import NEEDED
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.shipping.customs import Declaration, Gap, Where, Why
from tradewind.shipping.customs_filling import seen_of
from tradewind.shipping.customs_words import WHY, number_name, scheme_name
from tradewind.shipping.declaring import by_parcel, declaration_of, kept_with
from tradewind.shipping.models import Parcel

# What can be said of one line by hand, and the longest text of each.
PARTS: Mapping[str, int] = {"value": 20, "hs_code": 20, "origin": 2, "en": 100, "zh": 100, "weight_g": 9}


@dataclass(frozen=True, slots=True)
class GapRow:
    """What is missing in words, and the address where it is filled in; "" for the form below."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """What customs are told of one parcel, or of what no parcel holds; then without an id and a number."""

    parcel_id: int
    number: str
    declaration: Declaration


def customs_shown(order_id: int) -> dict[str, Any]:
    """Values for the page's template; `declaration` is None where no border is crossed, or nothing will be sent."""
    order = Order.objects.get(pk=order_id)
    declaration, kept, language = _of_interest(order), kept_with(order_id), words.spoken()
    return {
        "declaration": declaration,
        "customs_parts": _parts(order, declaration) if declaration else [],
        "customs_gaps": gap_rows(declaration.gaps, language) if declaration else [],
        "customs_kept": kept,
        "customs_seen": seen_of(kept),
        "customs_whys": [(why.value, words.say(language, WHY[why])) for why in Why],
        "customs_why": words.say(language, WHY[Why(kept.why)]),
        "customs_scheme": _scheme(declaration, language),
        "customs_number": number_name(order.country, language) if number_of(order.country) else "",
    }


def _of_interest(order: Order) -> Declaration | None:
    """Gaps of what has left long ago, or never will, are nobody's work."""
    if order.kind != Order.Kind.SALE or order.state in {OrderState.CANCELLED, OrderState.MERGED}:
        return None
    declaration = declaration_of(order)
    return None if declaration and declaration.gaps and order.state not in NEEDED else declaration


def _parts(order: Order, whole: Declaration) -> list[Part]:
    """As the papers are divided."""
    found = by_parcel({order.pk: whole})[order.pk]
    rows = Parcel.objects.filter(ref__in=[ref for ref, _ in found if ref]).values_list("ref", "pk", "tracking_number")
    known = {ref: (pk, number) for ref, pk, number in rows}
    return [Part(*known.get(ref, (0, "")), part) for ref, part in found]


def gap_rows(gaps: tuple[Gap, ...], language: str) -> list[GapRow]:
    return [GapRow(gap_words(gap, language), _address(gap)) for gap in gaps]


def _address(gap: Gap) -> str:
    if gap.where is Where.PRODUCT:
        return reverse("console:product-variants", kwargs={"product_id": gap.place_id})
    pages = {Where.UNMATCHED: "console:unmatched", Where.SHOP: "console:shop", Where.MARKETS: "console:markets"}
    return reverse(pages[gap.where]) if gap.where in pages else ""


def _scheme(declaration: Declaration | None, language: str) -> str:
    return scheme_name(declaration.scheme.key, language) if declaration and declaration.scheme else ""
