import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewind.lib.text import (
    QueryToken,
    fold,
    in_katakana,
    query_tokens,
    query_words,
    search_tokens,
    slugify,
    to_ascii,
    without_digraphs,
    without_honorific,
)

CHINESE = st.text("森林绿雨靴防水儿童男女鞋々", min_size=1, max_size=12)
MIXED = st.text("aZ19 -_/.@,äöÜßéø森林雨靴ガデン한국मिไท'\u0301", max_size=40)
REFERENCES = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=10, max_size=10).map(lambda random: f"TW-{random}")


def finds(query: str, text: str) -> bool:
    """What a database does with both lists."""
    stored = set(search_tokens(text))
    return all(
        any(token.startswith(asked.text) for token in stored) if asked.is_prefix else asked.text in stored
        for asked in query_tokens(query)
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("森林绿雨靴", ["森林", "林绿", "绿雨", "雨靴", "靴"]),
        ("靴", ["靴"]),
        ("Größe 38, wasserdicht!", ["grosse", "38", "wasserdicht"]),
        ("TW-1042", ["tw1042", "tw", "1042"]),
        ("C536370", ["c536370", "c", "536370"]),
        ("雨靴TW-1042", ["雨靴", "靴", "tw1042", "tw", "1042"]),
        ("38-39 / 19.99", ["38", "39", "19", "99"]),
        ("T-Shirt", ["tshirt", "t", "shirt"]),
        ("ﾚｲﾝﾌﾞｰﾂ", ["レイ", "イン", "ンブ", "ブー", "ーツ", "ツ"]),
        ("レイン・ブーツ", ["レイ", "イン", "ン", "ブー", "ーツ", "ツ"]),
        ("장화 고무", ["장화", "화", "고무", "무"]),
        ("हिन्दी", ["हिन्दी"]),
        ("１２３ＡＢＣ", ["123abc", "123", "abc"]),
        ("--- !? ", []),
        ("", []),
    ],
)
def test_text_is_cut_into_tokens(text: str, tokens: list[str]) -> None:
    assert search_tokens(text) == tokens


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("雨靴", "森林绿雨靴"),
        ("绿雨靴", "森林绿雨靴"),
        ("靴", "森林绿雨靴"),
        ("林", "森林绿雨靴"),
        ("雨靴 森林", "森林绿雨靴"),
        ("grösse", "Größe 38"),
        ("GROSSE", "Größe 38"),
        ("größe", "Grosse"),
        ("lodz", "Łódź"),
        ("istanbul", "İSTANBUL"),
        ("cafe", "Cafe\u0301"),
        ("gummi", "Gummistiefel grün"),
        ("gummistiefel gru", "Gummistiefel grün"),
        ("tw-1042", "Bestellung TW-1042 von gestern"),
        ("TW1042", "TW-1042"),
        ("tw 1042", "TW-1042"),
        ("1042", "TW-1042"),
        ("TW-10", "TW-1042"),
        ("C536370", "C536370"),
        ("536370", "C536370"),
        ("30cm", "30 cm"),
        ("30 cm", "30cm"),
        ("TW-7K3M9Q2XVB", "TW-7K3M9Q2XVB"),
        ("tw7k3m9q2xvb", "TW-7K3M9Q2XVB"),
        ("7K3M9Q2XVB", "TW-7K3M9Q2XVB"),
        ("TW-7K3M9", "TW-7K3M9Q2XVB"),
        ("t shirt", "T-Shirt"),
        ("tshirt", "T-Shirt"),
        ("anna@firma.de", "Anna <anna@firma.de>"),
        ("", "anything"),
    ],
)
def test_a_query_finds_what_a_person_means(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("雨鞋", "森林绿雨靴"),
        ("靴雨", "雨靴"),
        ("stiefel", "Gummistiefel"),
        ("gummi rot", "Gummistiefel grün"),
        ("rot gummi", "Gummistiefel grün"),
        ("TW-1043", "TW-1042"),
        ("3839", "38-39"),
        ("TW-7K3M9Q2XVB", "TW-2QVX B9M3K7, TW 7 K 3 M 9 Q 2 XVB"),
    ],
)
def test_a_query_does_not_find_what_it_does_not_name(query: str, text: str) -> None:
    assert not finds(query, text)


def test_only_the_last_word_may_be_unfinished() -> None:
    assert query_tokens("gummi stie") == [QueryToken("gummi"), QueryToken("stie", is_prefix=True)]
    assert query_tokens("stie, stie") == [QueryToken("stie", is_prefix=True)]


def test_a_single_chinese_character_begins_pairs_wherever_it_stands_in_the_query() -> None:
    assert query_tokens("靴 gummi") == [QueryToken("靴", is_prefix=True), QueryToken("gummi", is_prefix=True)]


@given(CHINESE, st.data())
def test_every_part_of_a_chinese_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert finds(text[start:end], f"新款{text}A1")


@given(MIXED)
def test_every_text_finds_itself(text: str) -> None:
    assert finds(text, text)


@given(st.lists(st.text("abcäöüß", min_size=1, max_size=8), min_size=1, max_size=4), st.data())
def test_a_text_is_found_while_it_is_being_typed(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    assert finds(text[: data.draw(st.integers(0, len(text)))], text)


@given(REFERENCES, st.integers(1, 13))
def test_a_reference_is_found_while_it_is_being_typed(reference: str, length: int) -> None:
    assert finds(reference[:length].lower(), f"Order {reference}.")


@given(MIXED | st.text(max_size=40))
def test_every_token_can_be_stored_unquoted_and_is_folded(text: str) -> None:
    for token in search_tokens(text):
        assert token
        assert not set(token) & set(" -_/.@,'\"*:()&|!<>\\\0")
        assert fold(token) == token


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_accents_outside_latin_stay_because_they_are_letters_there() -> None:
    assert [fold(text) for text in ("ガ", "й", "हि")] == ["ガ", "й", "हि"]


@pytest.mark.parametrize(
    ("text", "language", "ascii_text"),
    [
        ("Größe", "", "Grosse"),
        ("Größe", "de", "Groesse"),
        ("ÄÖÜ", "de-AT", "AeOeUe"),
        ("Smörgås", "sv", "Smorgas"),
        ("Ærø", "da", "Aeroe"),
        ("Łódź – café’s ﬁn", "", "Lodz - cafe's fin"),
        ("½", "", "1/2"),
        ("雨靴", "", ""),
    ],
)
def test_text_becomes_ascii_as_its_language_writes_it(text: str, language: str, ascii_text: str) -> None:
    assert to_ascii(text, language) == ascii_text


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Grüne Gummistiefel, Größe 38!", "gruene-gummistiefel-groesse-38"),
        ("  Kid's -- Boots ", "kids-boots"),
        ("雨靴 Boots", "boots"),
        ("雨靴", ""),
    ],
)
def test_a_slug_is_words_and_hyphens(text: str, slug: str) -> None:
    assert slugify(text, "de") == slug


def test_a_long_slug_is_cut_between_words() -> None:
    assert slugify("rain boots for children", max_length=14) == "rain-boots-for"
    assert slugify("rain boots for children", max_length=13) == "rain-boots"
    assert slugify("gummistiefel", max_length=5) == "gummi"


@given(st.text(max_size=200), st.integers(1, 50))
def test_a_slug_is_always_safe_in_an_address(text: str, max_length: int) -> None:
    slug = slugify(text, max_length=max_length)
    assert len(slug) <= max_length
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug == slug.strip("-")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("blue mug-2", [["blue"], ["mug"], ["2"]]),
        ("ウールの毛布", [["ウー", "ール"], ["の毛", "毛布"]]),
        ("蓝色 水壶", [["蓝色"], ["水壶"]]),
        ("の", [["の"]]),
        ("", []),
    ],
)
def test_a_query_is_taken_apart_into_words(text: str, words: list[list[str]]) -> None:
    found = query_words(text)

    assert [[token.text for token in word] for word in found] == words
    assert [token.is_prefix for word in found for token in word] == [False] * (sum(map(len, words)) - 1) + [True] * (
        1 if words else 0
    )


def test_words_are_written_in_other_ways() -> None:
    assert [without_honorific(text) for text in ("お皿", "白い ご飯", "おもちゃ", "おサラ", "皿お皿")] == [
        "皿",
        "白い 飯",
        "おもちゃ",
        "サラ",
        "皿お皿",
    ]
    assert in_katakana("まぐかっぷ・ぷれーと 皿") == "マグカップ・プレート 皿"
    assert [without_digraphs(text) for text in ("kopfhoerer", "schuessel", "blaue", "neue", "quelle")] == [
        "kopfhorer",
        "schussel",
        "blaue",
        "neue",
        "quelle",
    ]
