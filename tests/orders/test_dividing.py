"""Dividing an order: whatever goes, both parts together are what it was, to the minor unit."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradewind.orders.dividing import divide, sums_of, whole
from tradewind.orders.models import OrderLine

AMOUNTS = st.integers(0, 10**7)


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[OrderLine], dict[int, int]]:
    lines, moved = [], {}
    for pk in range(1, draw(st.integers(1, 4)) + 1):
        quantity, unit = draw(st.integers(1, 9)), draw(AMOUNTS)
        discount = -draw(st.integers(0, unit * quantity))
        lines.append(_line("goods", pk, unit * quantity, draw(AMOUNTS), quantity=quantity, discount=discount))
        moved[pk] = draw(st.integers(0, quantity))
    if draw(st.booleans()):
        lines.append(_line("discount", 91, sum(line.discount for line in lines), -draw(AMOUNTS)))
    lines.append(_line("delivery", 92, draw(AMOUNTS), draw(AMOUNTS)))
    charges = draw(st.lists(st.integers(-(10**6), 10**6), max_size=2))
    lines += [_line("charge", pk, total, draw(AMOUNTS)) for pk, total in enumerate(charges, start=93)]
    return lines, moved


def _line(kind: str, pk: int, total: int, tax: int, *, quantity: int = 1, discount: int = 0) -> OrderLine:
    unit = Decimal(total) / quantity
    return OrderLine(
        pk=pk, kind=kind, position=pk, quantity=quantity, unit=unit, total=total, tax=tax, discount=discount
    )


@given(orders(), st.booleans())
def test_both_parts_together_are_what_it_was(order: tuple[list[OrderLine], dict[int, int]], tax_included: bool) -> None:
    lines, moved = order

    shares = divide(lines, moved, "EUR")

    before = sums_of([(line.kind, whole(line)) for line in lines], tax_included=tax_included)
    stays, goes = (
        sums_of([(line.kind, shares[line.pk][side]) for line in lines], tax_included=tax_included) for side in (0, 1)
    )
    for name in ("goods", "delivery", "discount", "tax", "total"):
        assert getattr(stays, name) + getattr(goes, name) == getattr(before, name), name
    for line in lines:
        both = shares[line.pk]
        for name in ("total", "tax", "discount"):
            parts = [getattr(each, name) for each in both]
            assert sum(parts) == getattr(line, name)
            # Nothing goes one way so that more can go the other.
            assert all(part * getattr(line, name) >= 0 for part in parts)
        if line.kind == "goods":
            assert [each.quantity for each in both] == [line.quantity - moved[line.pk], moved[line.pk]]
            # A unit costs what it cost.
            assert all(each.total * line.quantity == line.total * each.quantity for each in both)


def test_what_belongs_to_all_goods_goes_by_what_they_cost() -> None:
    lines = [
        _line("goods", 1, 3000, 479, quantity=3, discount=-300),
        _line("goods", 2, 1000, 160, discount=-100),
        _line("delivery", 3, 690, 110),
        _line("discount", 4, -400, -64),
    ]

    shares = divide(lines, {1: 1}, "EUR")

    assert [shares[pk][1].total for pk in (1, 2, 3, 4)] == [1000, 0, 172, -100]
    assert [shares[pk][0].total for pk in (1, 2, 3, 4)] == [2000, 1000, 518, -300]
