"""Singular and plural share a form; different words do not."""

import pytest

from tradewind.lib.stemming import stem
from tradewind.lib.text import fold


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "mug mugs"),
        ("en", "box boxes"),
        ("en", "dish dishes"),
        ("en", "glass glasses"),
        ("en", "candy candies"),
        ("en", "vase vases"),
        ("en", "knife knives"),
        ("en", "leaf leaves"),
        ("en", "bookshelf bookshelves"),
        ("en", "scarf scarves"),
        ("en", "olive olives"),
        ("de", "Becher Bechern Bechers"),
        ("de", "Tasse Tassen"),
        ("de", "Glas Gläser Gläsern"),
        ("de", "Lampe Lampen"),
        ("de", "Vase Vasen"),
        ("de", "Teller Tellern"),
        ("de", "Uhr Uhren"),
        ("de", "Kerzenhalter Kerzenhaltern"),
        ("fr", "tasse tasses"),
        ("fr", "bateau bateaux"),
        ("fr", "cheval chevaux"),
        ("fr", "lampe lampes"),
        ("es", "taza tazas"),
        ("es", "flor flores"),
        ("es", "luz luces"),
        ("es", "cojín cojines"),
        ("pt", "caneca canecas"),
        ("pt", "botão botões"),
        ("pt", "lençol lençóis"),
        ("pt", "flor flores"),
    ],
)
def test_the_forms_of_a_word_share_their_stem(language: str, forms: str) -> None:
    assert len({stem(fold(form), language) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "mug mud"), ("en", "bus bud"), ("de", "Tasse Tasche"), ("de", "Becher Bach"), ("fr", "tasse table")],
)
def test_different_words_stay_different(language: str, words: str) -> None:
    one, other = (stem(fold(word), language) for word in words.split())
    assert one != other


@pytest.mark.parametrize("word", ["马克杯", "30cm", "s", "ss", "", "マグ", "38"])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt", "zh", "ja"])
def test_what_is_no_word_stays_as_it_is(language: str, word: str) -> None:
    assert stem(word, language) == word
