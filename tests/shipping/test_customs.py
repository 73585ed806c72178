"""What customs are told of goods, and what is missing for it: plain values in, a declaration out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tradewind.lib.money import Money
from tradewind.shipping.customs import Consignment, Declaration, Gap, Missing, Piece, Where, declare

IOSS, VOEC, EORI = "IM2760000742", "2024567", "DE123456789012345"
MUG = Piece(
    line_id=1,
    title="Mug · small",
    quantity=2,
    value=Money(8_000, "EUR"),
    weight_g=400,
    hs_code="691200",
    origin="CN",
    names={"en": "Ceramic mug", "zh": "陶瓷杯"},
    product_id=7,
)
PARCEL = Consignment(
    pieces=(MUG,),
    origin="CN",
    destination="DE",
    currency="EUR",
    sold_on=date(2026, 11, 28),
    registrations={"ioss": IOSS, "vat_gb": "GB123", "voec": VOEC},
    rates={"CNY": Decimal(1), "EUR": Decimal("0.125"), "NOK": Decimal("1.5")},
    is_tax_collected=True,
)


def declared(facts: Consignment) -> Declaration:
    found = declare(facts)
    assert found is not None
    return found


def test_goods_within_one_customs_territory_are_not_declared() -> None:
    assert declare(replace(PARCEL, origin="FR")) is None
    assert declare(replace(PARCEL, origin="DE")) is None
    assert declare(PARCEL) is not None


def test_a_complete_parcel_has_no_gap_and_carries_the_number_under_which_its_tax_is_settled() -> None:
    found = declared(PARCEL)

    assert found.gaps == ()
    assert (found.number, found.incoterm) == (IOSS, "DDP")
    assert (found.total, found.weight_g) == (Money(8_000, "EUR"), 800)


@pytest.mark.parametrize(
    ("destination", "value", "number"),
    [
        ("FR", Money(15_000, "EUR"), IOSS),  # exactly EUR 150 is within
        ("FR", Money(15_001, "EUR"), ""),
        ("GB", Money(13_500, "GBP"), "GB123"),
        ("GB", Money(13_501, "GBP"), ""),
        ("NO", Money(599_800, "NOK"), VOEC),  # two pieces of NOK 2,999: the limit is that of one piece
        ("NO", Money(600_000, "NOK"), ""),  # a piece of exactly NOK 3,000 is not under it
        ("NO", Money(24_000, "EUR"), VOEC),  # EUR 120 each are NOK 1,440
        ("NO", Money(60_000, "EUR"), ""),  # EUR 300 each are NOK 3,600
        ("US", Money(100, "USD"), ""),
    ],
)
def test_the_number_follows_the_limit_of_the_destination(destination: str, value: Money, number: str) -> None:
    facts = replace(PARCEL, destination=destination, currency=value.currency, pieces=(replace(MUG, value=value),))

    found = declared(facts)

    assert (found.number, found.gaps) == (number, ())


def test_rules_hold_from_their_day() -> None:
    assert declared(replace(PARCEL, sold_on=date(2021, 6, 30))).number == ""
    assert declared(replace(PARCEL, sold_on=date(2021, 7, 1))).number == IOSS


def test_an_order_of_a_marketplace_carries_the_marketplaces_number_and_never_ours() -> None:
    of_platform = replace(PARCEL, is_from_marketplace=True, is_tax_collected=False)

    assert declared(of_platform).gaps == (Gap(Missing.PLATFORM_NUMBER, Where.ORDER, "ioss"),)
    assert declared(of_platform).number == ""
    found = declared(replace(of_platform, platform_number="IM4420001234"))
    assert (found.number, found.is_number_of_platform, found.gaps) == ("IM4420001234", True, ())
    # In the United Kingdom the marketplace settles the tax, and no number is needed on the parcel.
    british = replace(of_platform, destination="GB", currency="GBP", pieces=(replace(MUG, value=Money(100, "GBP")),))
    assert (declared(british).number, declared(british).gaps) == ("", ())


def test_a_tax_that_was_taken_needs_a_number_and_one_that_was_not_needs_none() -> None:
    bare = replace(PARCEL, registrations={})

    assert declared(bare).gaps == (Gap(Missing.OWN_NUMBER, Where.SHOP, "ioss"),)
    untaxed = declared(replace(bare, is_tax_collected=False, is_due_at_door=True))
    assert (untaxed.gaps, untaxed.incoterm) == ((), "DAP")


def test_a_limit_in_an_unknown_currency_is_a_gap_and_no_guess() -> None:
    facts = replace(PARCEL, currency="THB", pieces=(replace(MUG, value=Money(100, "THB")),))

    assert declared(facts).gaps == (Gap(Missing.RATE, Where.MARKETS, "THB"),)
    assert declared(facts).number == ""


def test_each_gap_of_an_article_names_what_and_where() -> None:
    bare = replace(MUG, hs_code="6912", origin="", names={"en": " "}, weight_g=0, value=Money(0, "EUR"))

    gaps = declared(replace(PARCEL, pieces=(bare,))).gaps

    at_product = ["hs_code", "origin", "name_en", "name_zh", "weight"]
    assert [(gap.what, gap.where, gap.place_id) for gap in gaps] == [
        *((what, Where.PRODUCT, 7) for what in at_product),
        (Missing.VALUE, Where.ORDER, None),
    ]
    unmatched = replace(MUG, product_id=None, is_imported=True, hs_code="")
    assert declared(replace(PARCEL, pieces=(unmatched,))).gaps == (
        Gap(Missing.ARTICLE, Where.UNMATCHED, "Mug · small"),
    )


def test_who_sends_out_of_the_union_has_an_eori_number_of_the_union() -> None:
    out = replace(PARCEL, origin="DE", destination="CH")

    assert declared(out).gaps == (Gap(Missing.EORI, Where.SHOP, "DE"),)
    assert declared(replace(out, registrations={"eori": "GB999"})).gaps == (Gap(Missing.EORI, Where.SHOP, "DE"),)
    assert declared(replace(out, registrations={"eori": EORI})).eori == EORI
    assert declared(replace(out, origin="PL", registrations={"eori_de": EORI})).gaps == ()


@pytest.mark.parametrize(
    ("country", "good", "bad", "is_needed"),
    [
        ("BR", "390.533.447-05", "390.533.447-06", True),
        ("KR", "P123456789012", "P12345678901", True),
        ("CL", "76.086.428-5", "76.086.428-6", True),
        ("AR", "20-26756539-3", "20-26756539-4", True),
        ("MX", "GODE561231GR8", "GODE561299GR8", False),
        ("TR", "17291716060", "17291716061", False),
    ],
)
def test_the_recipients_number_is_checked_and_missed_where_it_is_needed(
    country: str,
    good: str,
    bad: str,
    is_needed: bool,  # a column of the table
) -> None:
    there = replace(PARCEL, destination=country)
    gap = (Gap(Missing.TAX_NUMBER, Where.ORDER, country),) if is_needed else ()

    assert (declared(replace(there, tax_number=good)).tax_number, declared(replace(there, tax_number=good)).gaps) == (
        good,
        (),
    )
    assert (declared(replace(there, tax_number=bad)).tax_number, declared(replace(there, tax_number=bad)).gaps) == (
        "",
        gap,
    )
    assert declared(there).gaps == gap
    assert declared(replace(there, tax_number="1" * 11)).tax_number == ""
