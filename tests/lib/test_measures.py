"""Lengths as people type and read them; inches are worked out, never typed."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.measures import UnreadableLength, in_centimetres, in_inches, inches, read_lengths, write_lengths


@given(st.integers(0, 10**9))
def test_inches_are_the_millimetres_by_25_4_rounded_half_up_to_one_decimal(millimetres: int) -> None:
    exact = Decimal(millimetres) * 10 / Decimal(254)

    assert inches(millimetres) == exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    assert abs(inches(millimetres) * 254 - Decimal(millimetres) * 10) <= Decimal("12.7")


@pytest.mark.parametrize(
    ("millimetres", "words"),
    [(127, "5.0"), (635, "25.0"), (1, "0.0"), (2, "0.1"), (500, "19.7"), (205, "8.1"), (230, "9.1")],
)
def test_inches_of_everyday_lengths(millimetres: int, words: str) -> None:
    assert str(inches(millimetres)) == words


@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=2, unique=True).map(sorted))
def test_what_is_written_is_read_again_as_it_was(lengths: list[int]) -> None:
    assert read_lengths(write_lengths(lengths)) == lengths


@pytest.mark.parametrize(
    ("typed", "lengths"),
    [
        ("50", [500]),
        (" 50.5 cm", [505]),
        ("50,5", [505]),
        ("86-90", [860, 900]),
        ("86 – 90,5", [860, 905]),
        ("８６〜９０", [860, 900]),
        ("", []),
        ("0.1", [1]),
    ],
)
def test_centimetres_are_read_as_people_type_them(typed: str, lengths: list[int]) -> None:
    assert read_lengths(typed) == lengths


@pytest.mark.parametrize("typed", ["abc", "50.55", "5O", "0", "-5", "90-86", "86-86", "1-2-3", "12345", "50 in", "٥٠"])
def test_what_is_no_length_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableLength):
        read_lengths(typed)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert (in_centimetres([505], "de"), in_inches([505], "de")) == ("50,5", "19,9")
    assert (in_centimetres([860, 900], "en"), in_inches([860, 900], "en")) == ("86–90", "33.9–35.4")
    assert in_inches([254], "pt_BR") == "10"
