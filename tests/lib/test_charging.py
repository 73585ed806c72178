"""Taxes and duties of a whole order: golden cases, limits, and what holds for all amounts."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.charging import Base, Bill, Charge, Collected, Good, Kind, Sort, bill, headings_of, is_import
from tradewind.lib.money import Money, sum_of

NAME = {"en": "name"}


def eur(text: str) -> Money:
    return Money.of(text, "EUR")


VAT = Charge(
    "vat",
    NAME,
    Sort.TAX,
    Kind.PERCENT,
    Collected.IN_PRICE,
    rate=Decimal(20),
    base=Base.GOODS_AND_DELIVERY,
    up_to=eur("150.00"),
)
PER_HEADING = Charge(
    "duty",
    NAME,
    Sort.DUTY,
    Kind.PER_HEADING,
    Collected.AT_CHECKOUT,
    amount=eur("3.00"),
    up_to=eur("150.00"),
    is_taxable=True,
    imports_only=True,
)
IMPORT_DUTY = Charge(
    "import_duty",
    NAME,
    Sort.DUTY,
    Kind.PERCENT,
    Collected.AT_IMPORT,
    rate=Decimal(10),
    above=eur("150.00"),
    is_taxable=True,
)
IMPORT_VAT = Charge(
    "import_vat",
    NAME,
    Sort.TAX,
    Kind.PERCENT,
    Collected.AT_IMPORT,
    rate=Decimal(20),
    base=Base.GOODS_AND_DELIVERY,
    above=eur("150.00"),
)
FRANCE = (VAT, PER_HEADING, IMPORT_DUTY, IMPORT_VAT)
SHIRTS = Good(eur("12.00"), 2, "6109.10.00")
SHOES = Good(eur("24.00"), 1, "640299")


def test_two_shirts_and_shoes_to_france_owe_six_euros_and_twenty_percent_on_them() -> None:
    due = bill([SHIRTS, SHOES], eur("6.00"), FRANCE, imported=True)

    (duty,) = due.lines
    assert (duty.amount, duty.tax, duty.with_tax, duty.headings) == (eur("6.00"), eur("1.20"), eur("7.20"), 2)
    assert (due.tax, due.total) == (eur("10.20"), eur("61.20"))
    assert due.at_door == ()


def test_goods_that_cross_no_border_owe_the_tax_alone_however_dear_they_are() -> None:
    due = bill([Good(eur("1200.00"), 1, "9403")], None, FRANCE, imported=False)

    assert (due.lines, due.at_door, due.tax, due.total) == ((), (), eur("200.00"), eur("1200.00"))


def test_above_the_limit_the_tax_leaves_the_price_and_the_door_is_named_with_an_estimate() -> None:
    due = bill([Good(eur("240.00"), 1, "9403")], eur("12.00"), FRANCE, imported=True)

    (relief,) = due.lines
    assert (relief.charge.key, relief.amount) == ("vat", eur("-42.00"))
    assert (due.tax, due.total, due.tax_charge) == (eur("0.00"), eur("210.00"), None)
    # Duty on 200.00; tax on goods, delivery and that duty.
    assert [(d.charge.key, d.estimate) for d in due.at_door] == [
        ("import_duty", eur("20.00")),
        ("import_vat", eur("46.00")),
    ]


def test_the_limit_is_compared_with_the_goods_without_their_tax_and_belongs_to_the_lower_side() -> None:
    at_limit = bill([Good(eur("180.00"), 1)], None, FRANCE, imported=True)
    beyond = bill([Good(eur("180.02"), 1)], None, FRANCE, imported=True)

    assert [line.charge.key for line in at_limit.lines] == ["duty"]
    assert [line.charge.key for line in beyond.lines] == ["vat"]


def test_a_tax_on_top_of_the_prices_is_added_to_goods_delivery_and_taxable_duties() -> None:
    on_top = replace(VAT, collected=Collected.AT_CHECKOUT, rate=Decimal(10), up_to=None)
    due = bill([SHOES], eur("6.00"), (on_top, PER_HEADING), imported=True)

    assert (due.tax, due.total) == (eur("3.30"), eur("36.30"))
    assert due.shown(due.lines[0]) == eur("3.00")


def test_a_percentage_duty_is_counted_on_goods_without_their_tax_and_where_so_meant_on_delivery() -> None:
    duty = replace(IMPORT_DUTY, collected=Collected.AT_CHECKOUT, above=None, is_taxable=False)
    on_goods = bill([SHOES], eur("6.00"), (VAT, duty), imported=True)
    on_both = bill([SHOES], eur("6.00"), (VAT, replace(duty, base=Base.GOODS_AND_DELIVERY)), imported=True)

    assert [line.amount for line in (*on_goods.lines, *on_both.lines)] == [eur("2.00"), eur("2.50")]


def test_without_charges_goods_and_delivery_are_all() -> None:
    due = bill([SHOES], eur("6.00"), (), imported=True)

    assert (due.total, due.tax, due.lines, due.at_door) == (eur("30.00"), eur("0.00"), (), ())


def test_headings_are_the_first_six_digits_however_a_code_is_written() -> None:
    goods = [Good(eur("1.00"), 1, code) for code in ("6109.10.0010", "610910", "6402 99", "", "")]

    assert headings_of(goods) == 3


def test_the_european_union_is_one_customs_territory() -> None:
    assert [is_import(a, b) for a, b in (("CN", "DE"), ("DE", "FR"), ("DE", "DE"), ("DE", "GB"), ("GB", "FR"))] == [
        True,
        False,
        False,
        True,
        True,
    ]


currencies = st.sampled_from(["EUR", "JPY", "JOD"])


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[Good], Money | None, tuple[Charge, ...], bool]:
    """Goods, delivery and charges in a currency of none, two or three digits."""
    currency = draw(currencies)
    amounts = st.integers(1, 60_000).map(lambda amount: Money(amount, currency))
    codes = st.sampled_from(["610910", "6109.10.00", "640299", "691110", ""])
    goods = draw(st.lists(st.builds(Good, amounts, st.integers(1, 9), codes), min_size=1, max_size=6))
    limit = draw(st.none() | amounts)
    rate = draw(st.sampled_from([Decimal(0), Decimal(19), Decimal("8.875"), Decimal("20.482")]))
    collected = draw(st.sampled_from([Collected.IN_PRICE, Collected.AT_CHECKOUT]))
    charges = (
        replace(VAT, rate=rate, collected=collected, up_to=limit),
        replace(PER_HEADING, amount=draw(amounts), up_to=limit, is_taxable=draw(st.booleans())),
        replace(IMPORT_DUTY, above=limit),
        replace(IMPORT_VAT, above=limit),
        replace(IMPORT_DUTY, key="tariff", collected=Collected.AT_CHECKOUT, above=None),
    )
    return goods, draw(st.none() | amounts), charges, draw(st.booleans())


@given(orders())
def test_the_lines_add_up_to_the_total_to_the_last_minor_unit(
    order: tuple[list[Good], Money | None, tuple[Charge, ...], bool],
) -> None:
    goods, delivery, charges, imported = order
    due = bill(goods, delivery, charges, imported=imported)
    currency = goods[0].unit.currency
    shown = [good.unit * good.quantity for good in goods] + ([delivery] if delivery else [])
    on_top = [] if due.is_tax_contained else [due.tax]

    assert sum_of([*shown, *(due.shown(line) for line in due.lines), *on_top], currency) == due.total
    assert due.tax == sum_of([*(t.tax for t in due.taxed), *(line.tax for line in due.lines)], currency)


@given(orders())
def test_nothing_is_below_zero_but_the_tax_that_is_taken_off(
    order: tuple[list[Good], Money | None, tuple[Charge, ...], bool],
) -> None:
    goods, delivery, charges, imported = order
    due = bill(goods, delivery, charges, imported=imported)

    assert due.tax.amount >= 0
    assert due.total.amount > 0
    assert all(line.amount.amount > 0 and line.tax.amount >= 0 for line in due.lines if line.charge.key != "vat")
    assert all(each.estimate.amount > 0 for each in due.at_door)
    assert bool(due.at_door) <= imported


@given(orders(), st.randoms(use_true_random=False))
def test_the_order_of_the_goods_and_of_the_rules_changes_no_amount(
    order: tuple[list[Good], Money | None, tuple[Charge, ...], bool], chance: object
) -> None:
    goods, delivery, charges, imported = order
    shuffled, rules = list(goods), list(charges)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    chance.shuffle(rules)  # type: ignore[attr-defined]

    def figures(due: Bill) -> tuple[object, ...]:
        return due.total, due.tax, sum_of((line.amount for line in due.lines), due.total.currency)

    assert figures(bill(goods, delivery, charges, imported=imported)) == figures(
        bill(shuffled, delivery, rules, imported=imported)
    )
