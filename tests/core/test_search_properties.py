"""Search against a model of it in Python: what both databases find is what the tokens say, whatever the texts are."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tradewind.core import search
from tradewind.core.models import SearchDocument
from tradewind.lib.text import query_tokens, search_tokens

pytestmark = pytest.mark.django_db

WORDS = [
    "Größe",
    "ŒUVRE",
    "雨靴",
    "牛津布雨伞",
    "TW-7K3M9Q2XVB",
    "38-39",
    "30cm",
    "1e5",
    "กิน",
    "हिन्दी",
    "ΟΔΟΣ",
    "naïve",
    "x" * 3000,
]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TEXTS = st.lists(st.one_of(ANY_TEXT, st.sampled_from(WORDS)), min_size=1, max_size=4)
CORPORA = st.lists(TEXTS, min_size=1, max_size=5)
# The database is one for all examples of a test: each begins by emptying the table.
unhurried = settings(
    max_examples=60, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def index(corpus: list[list[str]]) -> None:
    SearchDocument.objects.all().delete()
    search.index_many("text", dict(enumerate(corpus)))


def found(text: str) -> list[int]:
    return [subject_id for _, subject_id in search.find(text, kinds=["text"])]


def expected(corpus: list[list[str]], query: str) -> list[int]:
    asked = query_tokens(query)
    cut = search.LONGEST_TOKEN
    stored = [{token[:cut] for text in texts for token in search_tokens(text)} for texts in corpus]

    def holds(tokens: set[str], text: str, *, is_prefix: bool) -> bool:
        return any(token.startswith(text) for token in tokens) if is_prefix else text in tokens

    return [
        number
        for number in reversed(range(len(corpus)))
        if asked and all(holds(stored[number], token.text[:cut], is_prefix=token.is_prefix) for token in asked)
    ]


@unhurried
@given(CORPORA)
def test_what_was_indexed_is_found_by_each_of_its_words(corpus: list[list[str]]) -> None:
    index(corpus)

    words = [(number, word) for number, texts in enumerate(corpus) for text in texts for word in text.split()]

    assert [(number, word) for number, word in words if query_tokens(word) and number not in found(word)] == []


@unhurried
@given(CORPORA, ANY_TEXT)
@example([["雨靴"], ["雨"]], "雨")
@example([["1e5 1.5e3"], ["-7"]], "1e5")
@example([["กิน"], ["กนิ"]], "กิน")
def test_both_databases_find_what_the_tokens_say(corpus: list[list[str]], query: str) -> None:
    index(corpus)

    for asked in [query, *[text for texts in corpus for text in texts]]:
        assert found(asked) == expected(corpus, asked)


def test_a_search_in_no_kind_of_thing_finds_nothing() -> None:
    search.index("text", 1, ["Hamburg"])

    assert search.find("hamburg", kinds=[]) == []


def test_a_text_longer_than_any_database_indexes_is_found_by_its_beginning() -> None:
    search.index("text", 1, [" ".join(f"word{number}x" for number in range(50_000)), "x" * 100_000])

    assert (found("word7x"), found("x" * 100_000)) == ([1], [])
    search.index("text", 2, ["x" * 100_000])
    assert found("x" * 100_000) == [2]
