"""The form of a draft: what stands in its fields, and what they say. Everything typed may be incomplete but nothing unreadable."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.products.reading import Form
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.money import Money
from tradewind.markets.queries import MarketView
from tradewind.quotations.drafting import (
    ADDRESS,
    MOST_LINES,
    MOST_OF_ONE,
    DraftContent,
    DraftLine,
    content_of_draft,
)
from tradewind.quotations.models import Quotation
from tradewind.shipping.agreeing import AGREED

LONGEST_NOTE: Final = 2000
_LONGEST: Final = 254
_MOST_DAYS: Final = 200
_ADD: Final = "add-"
_LARGEST: Final = typed.LARGEST_AMOUNT
_TOO_LARGE: Final = gettext_noop("The amount is too large to be true.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the form as its fields are called."""

    number: int

    def __getitem__(self, part: str) -> str:
        return f"line.{self.number}.{part}"


def fields_of(draft: Quotation) -> dict[str, str]:
    """As it was saved last."""
    content = content_of_draft(draft)
    fields = {name: str(content.ship_to.get(name, "")) for name in ADDRESS}
    fields |= {
        "email": content.email,
        "language": content.language,
        "option": content.option,
        "delivery_price": _shown(content.delivery_price, draft.currency),
        "discount": _shown(content.discount or None, draft.currency),
        "note": content.note,
        "internal_note": content.internal_note,
        "valid_until": content.valid_until.isoformat() if content.valid_until else "",
        "lines": str(len(content.lines)),
        **_agreed_fields(content.agreed),
    }
    for place, line in enumerate(content.lines):
        row = Row(place)
        fields[row["variant"]] = str(line.variant_id or "")
        fields[row["title"]] = line.title
        fields[row["quantity"]] = str(line.quantity)
        fields[row["price"]] = _shown(line.price, draft.currency)
    return fields


def read_content(form: Form, market: MarketView, *, action: str = "") -> DraftContent:
    """What the fields say; complaints are in `form.errors`. The action "add-17" adds one of that article."""
    option = form.text("option", longest=30)
    # The first way stands until somebody chooses: that it was ticked by us is no choice.
    option = "" if option == form.fields.get("usual_option") else option
    agreed = _read_agreed(form) if option == AGREED or form.fields.get("agreed.name", "").strip() else {}
    language = form.text("language", longest=8)
    # For a way that no market has, nobody else says what it costs.
    delivery_price = _amount(form, "delivery_price", market.currency, is_needed=option == AGREED)
    return DraftContent(
        email=form.text("email", longest=_LONGEST),
        ship_to=_read_address(form),
        language=language if language in market.languages else market.languages[0],
        lines=tuple(_read_lines(form, market.currency, typed.read_id({"id": action.removeprefix(_ADD)}, "id"))),
        option=option,
        agreed=agreed,
        delivery_price=delivery_price,
        discount=_amount(form, "discount", market.currency) or 0,
        note=_long(form, "note"),
        internal_note=_long(form, "internal_note"),
        valid_until=form.take("valid_until", lambda: typed.read_day(form.fields, "valid_until"), None),
    )


def _read_address(form: Form) -> dict[str, str]:
    """Those that were filled in. What the country asks for is looked at when it is sent."""
    found = {name: form.text(name, longest=_LONGEST) for name in ADDRESS}
    if found["country"] and found["country"] not in COUNTRIES:
        form.complain("country", gettext_noop("Please choose a country from the list."))
    return {name: value for name, value in found.items() if value}


def _read_lines(form: Form, currency: str, added: int) -> Iterator[DraftLine]:
    is_there = False
    for number in range(form.count("lines", most=MOST_LINES)):
        row = Row(number)
        if form.fields.get(row["out"]):
            continue
        variant_id = typed.read_id(form.fields, row["variant"]) or None
        more = 1 if added and variant_id == added else 0
        is_there = is_there or bool(more)
        line = _read_line(form, row, variant_id, currency)
        yield DraftLine(line.quantity + more, line.variant_id, line.title, line.price)
    if added and not is_there:
        yield DraftLine(1, added)
    if form.fields.get("own.title", "").strip():
        title = form.text("own.title", longest=200)
        price = _amount(form, "own.price", currency, is_needed=True)
        yield DraftLine(_quantity(form, "own.quantity", price), None, title, price)


def _read_line(form: Form, row: Row, variant_id: int | None, currency: str) -> DraftLine:
    price = _amount(form, row["price"], currency, is_needed=variant_id is None)
    title = "" if variant_id else form.text(row["title"], longest=200, is_needed=True)
    return DraftLine(_quantity(form, row["quantity"], price), variant_id, title, price)


def _quantity(form: Form, name: str, price: int | None) -> int:
    quantity = form.number(name, is_needed=True) or 1
    if quantity > MOST_OF_ONE:
        form.complain(name, gettext_noop("At most {most} of one thing."), most=MOST_OF_ONE)
    elif (price or 0) * quantity > _LARGEST:
        form.complain(name, _TOO_LARGE)
    return quantity


def _read_agreed(form: Form) -> Mapping[str, Any]:
    name = form.text("agreed.name", longest=80, is_needed=True)
    first, last = (form.number(f"agreed.{part}", is_needed=True) or 1 for part in ("first", "last"))
    if not first <= last <= _MOST_DAYS and "agreed.last" not in form.errors:
        form.complain("agreed.last", gettext_noop("The longest time is not below the shortest, and at most 200 days."))
    return {"name": name, "warehouse": form.text("agreed.warehouse", longest=30), "days": [first, last]}


def _agreed_fields(agreed: Mapping[str, Any]) -> dict[str, str]:
    if not agreed:
        return {}
    first, last = agreed["days"]
    fields = {"name": agreed["name"], "warehouse": agreed["warehouse"], "first": str(first), "last": str(last)}
    return {f"agreed.{name}": value for name, value in fields.items()}


def _amount(form: Form, name: str, currency: str, *, is_needed: bool = False) -> int | None:
    """Zero or above in minor units, None where it is empty."""
    if not is_needed and not form.fields.get(name, "").strip():
        return None
    amount = form.take(
        name, lambda: typed.read_amount(form.fields, name, currency=currency, is_zero_allowed=True), None
    )
    return amount.amount if amount is not None else None


def _long(form: Form, name: str) -> str:
    text = form.long_text(name).strip()
    if len(text) > LONGEST_NOTE:
        form.complain(name, gettext_noop("At most {longest} characters, please."), longest=LONGEST_NOTE)
    return text


def _shown(amount: int | None, currency: str) -> str:
    return "" if amount is None else f"{Money(amount, currency).decimal:f}"
