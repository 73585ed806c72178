"""The amounts of an order as a paper lists them, kept with it, so that a later credit note is reckoned from what was invoiced."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Final

from tradewind.lib.money import Money, half_up
from tradewind.orders.models import Order, OrderLine

# Tax that a sales channel told for the order as a whole: on no line, and at no rate that is known.
TAX: Final = "tax"
# A part of the price that went back while the goods stayed.
REFUND: Final = "refund"
_SHOWN_AS_LINES: Final = frozenset({OrderLine.Kind.GOODS, OrderLine.Kind.MANUAL, REFUND})


class NotAddingUp(Exception):
    """The amounts that are known of an order are not all of its amounts."""


@dataclass(frozen=True, slots=True)
class Item:
    """One amount. `total` is in the form in which the order shows prices, `rate` is percent as text, "" for none known.

    `key` is what it was when the paper was written; `thing` says what is the same on two papers.
    """

    key: str
    kind: str
    title: str
    details: str
    quantity: int
    unit: str
    total: int
    rate: str
    tax: int

    @property
    def is_line(self) -> bool:
        """Is it shown as a position? Where goods were taken off, a cent of tax moves between lines that stay: that is none."""
        return self.kind in _SHOWN_AS_LINES and bool(self.total or self.quantity) and not self.is_before

    @property
    def is_sum(self) -> bool:
        return (self.kind not in _SHOWN_AS_LINES and bool(self.total)) or self.is_before

    @property
    def is_before(self) -> bool:
        """Is it what an earlier credit note has said of goods that are credited now?"""
        return self.kind == REFUND and self.total < 0


@dataclass(frozen=True, slots=True)
class Group:
    """What one rate comes to, in minor units."""

    rate: str
    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax


def items_of(order: Order, lines: Sequence[OrderLine]) -> list[Item]:
    """Everything that makes up the total of an order. Raises NotAddingUp."""
    items = [_item(line) for line in lines]
    kinds = {item.kind for item in items}
    for kind, amount in ((OrderLine.Kind.DELIVERY, order.delivery), (OrderLine.Kind.DISCOUNT, order.discount)):
        if amount and kind not in kinds:
            items.append(Item(kind, kind, "", "", 1, "", amount, "", 0))
    rest = order.tax - sum(item.tax for item in items)
    if rest and any(item.tax for item in items):
        raise NotAddingUp
    if rest:
        items.append(Item(TAX, TAX, "", "", 1, "", 0, "", rest))
        # What is taxed at which rate is not known: no line may say that its rate is zero.
        items = [replace(item, rate="") for item in items]
    if gross_of(items, tax_included=order.tax_included) != order.total:
        raise NotAddingUp
    return items


def gross_of(items: Iterable[Item], *, tax_included: bool) -> int:
    return sum(item.total + (0 if tax_included else item.tax) for item in items)


def thing(item: Item) -> tuple[str, ...]:
    """What makes two items the same, also in another order: lines of goods get other numbers when orders are split and merged."""
    if item.kind in (OrderLine.Kind.GOODS, OrderLine.Kind.MANUAL):
        return item.kind, item.title, item.details, item.unit
    return (item.key,)


def negated(item: Item) -> Item:
    return replace(item, quantity=-item.quantity, total=-item.total, tax=-item.tax)


def groups_of(items: Iterable[Item], *, tax_included: bool) -> list[Group]:
    """By rate, the highest first and what has none last; without groups that came to nothing."""
    sums: dict[str, tuple[int, int]] = {}
    for item in items:
        net, tax = sums.get(item.rate, (0, 0))
        sums[item.rate] = net + item.total - (item.tax if tax_included else 0), tax + item.tax
    rates = sorted(sums, key=lambda rate: Decimal(rate or -1), reverse=True)
    return [Group(rate, *sums[rate]) for rate in rates if any(sums[rate])]


def difference(one: Iterable[Item], other: Iterable[Item]) -> list[Item]:
    """`one` less `other`, thing by thing and rate by rate, without what is the same in both."""
    left: dict[tuple[tuple[str, ...], str], Item] = {}
    for sign, items in ((1, one), (-1, other)):
        for item in items:
            place = (thing(item), item.rate)
            was = left.get(place) or replace(item, quantity=0, total=0, tax=0)
            left[place] = replace(
                was,
                title=was.title if item.title in was.title else f"{was.title}, {item.title}",
                quantity=was.quantity + sign * item.quantity,
                total=was.total + sign * item.total,
                tax=was.tax + sign * item.tax,
            )
    return [item for item in left.values() if item.total or item.tax or item.is_line]


def share_of(items: Iterable[Item], amount: Money, *, tax_included: bool) -> list[Item]:
    """A part of what these items cost, with its tax, divided by rate as they are. At most their whole."""
    groups = [group for group in groups_of(items, tax_included=tax_included) if group.gross > 0]
    left, whole = amount.amount, sum(group.gross for group in groups)
    parts = []
    for group in groups:
        gross = half_up(left * group.gross, whole)
        left, whole = left - gross, whole - group.gross
        tax = half_up(gross * group.tax, group.gross)
        total = gross if tax_included else gross - tax
        parts.append(Item(REFUND, REFUND, "", "", 0, "", total, group.rate, tax))
    return [part for part in parts if part.total or part.tax]


def as_data(items: Iterable[Item]) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def read_items(data: Iterable[dict[str, Any]]) -> list[Item]:
    return [Item(**each) for each in data]


def _item(line: OrderLine) -> Item:
    # Duties are written anew when goods are taken off, so a line of theirs is no key.
    is_goods = line.kind in (OrderLine.Kind.GOODS, OrderLine.Kind.MANUAL)
    rate = line.tax_rate.normalize()
    return Item(
        key=f"{line.kind}:{line.pk}" if is_goods else f"{line.kind}:{line.sku}",
        kind=line.kind,
        title=line.title,
        details=" · ".join(part for part in (line.options, line.sku) if part) if is_goods else "",
        quantity=line.quantity,
        unit=f"{line.unit:f}",
        total=line.total,
        rate=f"{rate:f}",
        tax=line.tax,
    )
