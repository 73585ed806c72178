"""When a photo or film of packing is asked for: many fragile goods, or valuable ones. An owner sets the bounds."""

import re
from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.core.panel_parts import Kind, Part, WrongPart
from tradewind.core.panels import Panel, Step, Values, in_force
from tradewind.lib.money import Money, TooManyDigits, UnreadableAmount
from tradewind.orders.models import Order

# What some 150 EUR are, so that a shop begins with something sensible.
_VALUABLE: Final = "EUR 150\nUSD 160\nGBP 130\nCNY 1200\nJPY 25000\nBRL 900\nCAD 230\nAUD 250\nMXN 3000"
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
_WRONG: Final = gettext_noop("Please write one currency and amount a line, like EUR 150. This line is not so: {line}")


def valuable_from(values: Values) -> dict[str, Money]:
    """By currency, from which value on. Raises WrongPart."""
    bounds = {}
    for line in values.get("valuable", "").splitlines():
        currency, _, amount = line.strip().partition(" ")
        if not currency:
            continue
        if not _CURRENCY.fullmatch(currency):
            raise WrongPart("valuable", _WRONG, line=line.strip()[:40])
        try:
            bounds[currency.upper()] = Money.of(amount.strip()[:20], currency.upper())
        except (UnreadableAmount, TooManyDigits):
            raise WrongPart("valuable", _WRONG, line=line.strip()[:40]) from None
    return bounds


def _check(values: Values) -> None:
    valuable_from(values)


def _summary(values: Values) -> Step:
    return Step(
        gettext_noop("From {fragile} fragile pieces on, or from a value that is set for each currency."), values
    )


RULES: Final = Panel(
    key="packing",
    title=gettext_noop("Photos of packing"),
    purpose=gettext_noop(
        "Which parcels are photographed or filmed while they are packed, as evidence if something breaks."
    ),
    parts=(
        Part(
            "fragile",
            gettext_noop("Fragile pieces"),
            gettext_noop("from so many in one order on"),
            kind=Kind.NUMBER,
            default="3",
            least=1,
            most=9_999,
            longest=4,
        ),
        Part(
            "valuable",
            gettext_noop("Valuable from"),
            gettext_noop("one currency a line, like EUR 150; orders in other currencies are not asked about"),
            kind=Kind.LIST,
            default=_VALUABLE,
            longest=2_000,
        ),
    ),
    check=_check,
    summary=_summary,
)


def asks_for_proof(order: Order, fragile: Iterable[int]) -> bool:
    """Is a photo or film of packing asked for? `fragile`: units of each fragile item."""
    values = in_force(RULES)
    bound = valuable_from(values).get(order.currency)
    return sum(fragile) >= int(values["fragile"]) or (bound is not None and Money(order.goods, order.currency) >= bound)
