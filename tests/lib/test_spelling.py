"""Which word a mistyped one may have meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.spelling import nearest, slips_between, tolerance

KNOWN = ["kettle", "kitchen", "mug", "gum", "teapot", "tablecloth", "settle"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ketle", ["kettle"]),
        ("kettel", ["kettle"]),
        ("kettlr", ["kettle"]),
        ("kkettle", ["kettle"]),
        ("vettle", ["kettle", "settle"]),
        ("tablecloht", ["tablecloth"]),
        ("tblecloht", ["tablecloth"]),
        ("mgu", ["mug"]),
        ("mog", []),
        ("gu", []),
        ("aeroplane", []),
        ("kettle", ["kettle"]),
    ],
)
def test_the_nearest_words_are_found(typed: str, expected: list[str]) -> None:
    assert nearest(typed, KNOWN) == expected


def test_the_same_beginning_goes_first() -> None:
    assert nearest("kettke", ["settke", "kettle"]) == ["kettle", "settke"]


@pytest.mark.parametrize(("word", "slips"), [("mug", 0), ("vase", 1), ("teapot", 1), ("teapots", 1), ("teapotss", 2)])
def test_short_words_forgive_less(word: str, slips: int) -> None:
    assert tolerance(word) == slips


WORDS = st.text("abc", max_size=6)


@given(one=WORDS, other=WORDS)
def test_slips_are_the_same_both_ways_and_none_only_between_equals(one: str, other: str) -> None:
    assert slips_between(one, other) == slips_between(other, one)
    assert (slips_between(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips_between(one, other) <= max(len(one), len(other))


@given(word=st.text("abcdefgh", min_size=4, max_size=9), at=st.integers(0, 8))
def test_a_word_with_a_letter_less_is_still_found(word: str, at: int) -> None:
    shorter = word[: at % len(word)] + word[at % len(word) + 1 :]
    if tolerance(shorter):
        assert word in nearest(shorter, [word])
