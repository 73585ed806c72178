"""Which ways are proposed, in which order, and what is said for it."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.money import Money
from tradewind.shipping.margins import Sale, Stated, left_of, reached, thresholds
from tradewind.shipping.weighing import Prices, Reach, Reason, Say, Way, weigh

PRICES = Prices(day=100, late=1000, lost=5000)
AIR = Way("air", 2000, 690, (8, 12), is_tracked=True, parcels=50, late=4)
COURIER = Way("courier", 4100, 1990, (4, 6), is_tracked=True, parcels=50, late=1)
WAYS = st.lists(
    st.builds(
        Way,
        code=st.sampled_from("abcdefgh"),
        takes=st.none() | st.integers(0, 9000),
        asks=st.integers(0, 9000),
        days=st.tuples(st.integers(1, 20), st.integers(20, 40)),
        is_tracked=st.booleans(),
        parcels=st.integers(20, 60),
        late=st.integers(0, 10),
        lost=st.integers(0, 10),
    ),
    unique_by=lambda way: way.code,
    min_size=1,
)


def test_the_cheaper_way_is_first_until_a_day_is_worth_more() -> None:
    first, second = weigh([COURIER, AIR], PRICES)

    assert [each.way.code for each in (first, second)] == ["air", "courier"]
    assert first.parts == {"cost": 2000, "days": 1000, "late": 83, "lost": 8}
    assert first.score == 3091
    assert first.reasons[:3] == (
        Reason(Say.FIRST),
        Reason(Say.SLOWER_CHEAPER, "courier", 5, 2100),
        Reason(Say.LATE, number=4, of=50),
    )
    assert second.reasons[0] == Reason(Say.FASTER_DEARER, "air", 5, 2100)
    hurried = weigh([COURIER, AIR], replace(PRICES, day=1000))
    assert hurried[0].way.code == "courier"


def test_a_way_that_another_beats_in_everything_is_not_worth_offering() -> None:
    worse = replace(AIR, code="post", takes=2500, days=(9, 12), late=5)

    found = {each.way.code: each for each in weigh([worse, AIR, COURIER], PRICES)}

    assert [code for code, each in found.items() if each.is_proposed] == ["air", "courier"]
    assert Reason(Say.BEATEN, "air") in found["post"].reasons
    # but what only it carries, nothing else can
    alone = replace(worse, reach=Reach(refuses=frozenset()))
    refusing = replace(AIR, reach=Reach(refuses=frozenset({"battery"})))
    assert all(each.is_proposed for each in weigh([alone, refusing], PRICES))


def test_few_parcels_an_unknown_cost_and_no_tracking_are_said() -> None:
    (only,) = weigh([Way("mail", None, 290, (10, 20), is_tracked=False)], PRICES)

    assert only.parts["cost"] == 290
    assert [each.say for each in only.reasons] == [Say.FIRST, Say.NONE_YET, Say.UNTRACKED, Say.COST_UNKNOWN]


@given(WAYS)
def test_something_is_always_proposed_the_lowest_first(ways: list[Way]) -> None:
    found = weigh(ways, PRICES)

    proposed = [each for each in found if each.is_proposed]
    assert proposed
    assert found == [*proposed, *(each for each in found if not each.is_proposed)]
    assert proposed == sorted(proposed, key=lambda each: each.score)
    assert sorted(each.way.code for each in found) == sorted(way.code for way in ways)
    assert all(each.score == sum(each.parts.values()) for each in found)


def test_free_delivery_tells_the_average_and_the_worst() -> None:
    def sale(number: int, goods: int, carrier: int) -> Sale:
        return Sale(number, *(Money(each, "EUR") for each in (goods, goods, goods, carrier)))

    stated = Stated(Decimal(50), Decimal(2), Money(30, "EUR"))
    sales = [sale(1, 1000, 700), sale(2, 5000, 800), sale(3, 9000, 5000)]

    assert left_of(sales[0], stated) == Money(500 - 20 - 30 - 700, "EUR")
    found = reached(sales, Money(5000, "EUR"), stated)
    assert (found.sales, found.mean, found.lowest, found.lowest_order, found.below_zero) == (
        2,
        Money(430, "EUR"),
        Money(-710, "EUR"),
        3,
        1,
    )
    assert reached(sales, Money(9001, "EUR"), stated).lowest is None
    assert [each.amount for each in thresholds(sales, [Money(70, "EUR")])] == [0, 70, 5000, 9000]
