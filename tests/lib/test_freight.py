"""What a parcel counts for on the scales, and what a table of rates asks for it."""

from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.freight import (
    Measured,
    Rates,
    Step,
    Zone,
    counted_g,
    measured,
    read_rates,
    volumetric_g,
    write_rates,
)
from tradewind.lib.money import Money

GRAMS = st.integers(0, 60_000)
AMOUNTS = st.integers(0, 50_000)


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    """Steps as a table that was read for buyers has them: heavier never costs less at a border."""
    steps: list[Step] = []
    to_g = 0
    for _ in range(draw(st.integers(1, 4))):
        to_g += draw(st.integers(1, 15_000))
        step_g = draw(st.sampled_from([0, 1, 100, 500, 1000]))
        step = Step(
            to_g,
            first_g=draw(st.sampled_from([0, 100, 500])),
            first=draw(AMOUNTS),
            step_g=step_g,
            step=draw(AMOUNTS) if step_g else 0,
            per_kg=draw(AMOUNTS),
            fee=draw(AMOUNTS),
        )
        last = steps[-1] if steps else None
        if last is None or step.asks(last.to_g + 1) >= last.asks(last.to_g):
            steps.append(step)
    return Zone("all", frozenset(), (), tuple(steps))


@given(zones(), GRAMS, GRAMS)
def test_more_weight_never_costs_less(zone: Zone, one: int, other: int) -> None:
    light, heavy = (zone.asks(grams) for grams in sorted((one, other)))
    if heavy is not None:
        assert light is not None
        assert light <= heavy


@given(zones(), GRAMS)
def test_every_weight_up_to_the_last_step_has_a_price_and_none_beyond(zone: Zone, grams: int) -> None:
    assert (zone.asks(grams) is not None) == (grams <= zone.steps[-1].to_g)


@given(
    st.builds(Measured, GRAMS, st.integers(0, 10**8), GRAMS),
    st.sampled_from([0, 5000, 6000, 8000]),
    st.sampled_from([1, 10, 500]),
)
def test_what_counts_is_never_below_the_weight_and_a_whole_number_of_steps(
    goods: Measured, divisor: int, step: int
) -> None:
    counted = counted_g(goods, divisor, step)

    least = max(goods.weight_g, volumetric_g(goods, divisor))
    assert (counted % step, least <= counted < least + step) == (0, True)
    assert counted_g(Measured(goods.weight_g + 1, goods.volume_mm3, goods.unmeasured_g + 1), divisor, step) >= counted


@given(zones())
def test_what_was_written_is_read_again(zone: Zone) -> None:
    rates = Rates("CNY", (zone, Zone("far", frozenset({"DE"}), ("27498",), zone.steps)))

    assert read_rates(write_rates(rates)) == rates


def test_first_weight_further_steps_price_per_kilogram_and_fee() -> None:
    steps = Step(30_000, first_g=500, first=8000, step_g=500, step=2500)
    kilos = Step(2_000, per_kg=6400, fee=1700)

    assert [steps.asks(grams) for grams in (1, 500, 501, 1000, 1001)] == [8000, 8000, 10500, 10500, 13000]
    assert [kilos.asks(grams) for grams in (0, 100, 1500)] == [1700, 2340, 11300]


def test_a_large_light_box_counts_by_its_volume_and_what_nobody_measured_by_its_weight() -> None:
    # 40 x 30 x 20 cm by 6000 is 4 kg
    goods = measured([(500, (400, 300, 200), 1), (700, None, 2)])

    assert goods == Measured(1900, 24_000_000, 1400, 400, 900)
    assert [volumetric_g(goods, divisor) for divisor in (0, 5000, 6000, 8000)] == [0, 6200, 5400, 4400]
    assert counted_g(measured([(500, None, 3)]), 6000) == 1500


def test_the_narrowest_zone_counts() -> None:
    def zone(name: str, countries: str, *postcodes: str) -> Zone:
        return Zone(name, frozenset(countries.split()), postcodes, (Step(1000, first=len(name)),))

    rates = Rates(
        "EUR", (zone("rest", ""), zone("gb", "GB DE"), zone("north", "GB", "BT", "IV"), zone("town", "GB", "BT1"))
    )

    def of(country: str, postcode: str = "") -> str:
        found = rates.zone_to(country, postcode)
        return found.name if found else ""

    assert [of("US"), of("GB"), of("GB", "bt1 1aa"), of("GB", "BT2 2BB"), of("GB", "SW1")] == [
        "rest",
        "gb",
        "town",
        "north",
        "gb",
    ]
    # a postcode of another country is no sign
    assert of("DE", "BT1") == "gb"
    assert rates.asks(1001, "GB") is None
    assert rates.asks(1000, "GB") == Money(2, "EUR")
