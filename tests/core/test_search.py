"""Search finds the same on both databases."""

import pytest

from tradewind.core import search

pytestmark = pytest.mark.django_db


def test_two_character_chinese_words_are_found_inside_longer_ones() -> None:
    search.index("product", 1, ["森林绿雨靴 女款"])
    search.index("product", 2, ["牛津布雨伞"])

    assert search.find("雨靴", kinds=["product"]) == [("product", 1)]
    assert search.find("雨", kinds=["product"]) == [("product", 2), ("product", 1)]


def test_every_word_must_match_and_the_last_may_be_unfinished() -> None:
    search.index("order", 7, ["TW-1042", "Jörg Größe", "Hamburg"])
    search.index("order", 8, ["TW-1043", "Jorge", "Hamburg"])

    assert search.find("hamburg jörg", kinds=["order"]) == [("order", 8), ("order", 7)]
    assert search.find("jörg hamb", kinds=["order"]) == [("order", 7)]
    assert search.find("nobody", kinds=["order"]) == []


def test_indexing_again_forgets_the_old_words() -> None:
    search.index("order", 7, ["Hamburg"])
    search.index("order", 7, ["Lübeck"])

    assert search.find("hamburg", kinds=["order"]) == []
    assert search.find("lubeck", kinds=["order"]) == [("order", 7)]


def test_signs_of_the_query_language_are_only_text() -> None:
    search.index("order", 7, ["plain"])

    for text in ['"', "plain' OR", "a & | ! b", "NEAR(", "*", "'; --", "%", "\\"]:
        search.find(text, kinds=["order"])
    assert search.find("plain", kinds=["order"]) == [("order", 7)]
