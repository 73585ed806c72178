"""Tables of rates as people write them, and what is told of those that cannot be read."""

import csv

import pytest

from tradewind.lib.freight import Step
from tradewind.shipping.rate_rows import NoHeadings, Row, read_rows, rows_from, rows_of

CHINESE = """\
报价表,,,,,
分区,国家,邮编,重量段(KG),运费/KG(RMB),处理费/票
欧洲一区,"德国,法国",,0<W≤0.3,65,19.5
,,,0.3-2,¥68.50,20
其他,其他,,2,"1,090",25
"""


def table(text: str) -> list[Row]:
    return rows_of(csv.reader(text.splitlines()))


def test_a_forwarders_sheet_is_read_as_it_is() -> None:
    rates, mistakes = read_rows(table(CHINESE.replace("运费/KG", "运费kg")), "CNY", must_rise=False)

    assert mistakes == []
    assert rates is not None
    europe, others = rates.zones
    assert (europe.name, europe.countries) == ("欧洲一区", {"DE", "FR"})
    assert europe.steps == (Step(300, per_kg=6500, fee=1950), Step(2000, per_kg=6850, fee=2000))
    assert (others.countries, others.steps) == (frozenset(), (Step(2000, per_kg=109000, fee=2500),))


def test_what_is_written_out_is_read_again() -> None:
    rates, _ = read_rows(table(CHINESE.replace("运费/KG", "运费kg")), "CNY", must_rise=False)
    assert rates is not None

    assert read_rows(rows_from(rates), "CNY", must_rise=False) == (rates, [])


def test_every_mistake_is_told_by_row_and_column() -> None:
    text = """\
zone,countries,postcodes,up to,first weight,first price,further step,further price
,DE,,1,,5,,
A,Narnia,,1,,5,,
B,DE,,2,,5,,
B,,,2,,6,,
C,DE,,heavy,,5,,
D,,99,1,,5.005,0.5,
E,FR,,5,,,,
F,AT,,1,,9,,
,,,2,,8,,
"""
    rates, mistakes = read_rows(table(text), "EUR", must_rise=True)

    assert rates is None
    assert [(each.line, each.column, each.value) for each in mistakes] == [
        (2, "zone", ""),
        (3, "countries", "Narnia"),
        (5, "up_to", ""),
        (6, "countries", "DE"),
        (6, "up_to", "heavy"),
        (7, "countries", ""),
        (7, "first", "5.005"),
        (8, "first", ""),
        (10, "first", ""),
    ]


def test_a_carrier_may_ask_less_for_more() -> None:
    text = "zone,up to,first price\nA,1,9\n,2,8\n"

    assert read_rows(table(text), "EUR", must_rise=False)[1] == []


def test_a_table_without_its_headings_is_none() -> None:
    with pytest.raises(NoHeadings):
        table("A,DE,5\n")
