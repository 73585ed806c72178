"""Search in the shop: what goods are findable by, and what a buyer's words mean.

All of it is made in Python and compared by the database as it is, so both databases find the same. A token begins with
its language and with whether it stands in the name (`t`) or only in the description (`d`): lists of hits stay short.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from tradewind.catalog.list_statements import Order, Part, Source
from tradewind.catalog.models import Category, Product, PublishedVersion, SearchWord
from tradewind.catalog.synonyms import SYNONYMS, Groups
from tradewind.core import search
from tradewind.core.words import LOCALES, pick
from tradewind.lib.spelling import can_be_mended, nearest
from tradewind.lib.stemming import NEARLY_EVERYWHERE, stem
from tradewind.lib.text import (
    QueryToken,
    fold,
    has_cjk,
    in_katakana,
    query_tokens,
    query_words,
    search_tokens,
    without_digraphs,
    without_honorific,
)

LONGEST_QUERY: Final = 100
_NAME, _TEXT = "t", "d"
_READINGS: Final = 12
_TERMS: Final = 12
_SHORTEST_BEGINNING: Final = 3
_POLITE: Final = frozenset({"ja"})
_WITH_UMLAUTS: Final = frozenset({"de"})
_HAN: Final = re.compile("[々-〇㐀-䶿一-鿿]+")
# What was typed found in the name, then its synonyms and beginnings there, then any of these in the description.
RELEVANCE: Final = Order("relevance", "l.recommended", by_tier=True)


def make_findable(product: Product) -> None:
    """Index what buyers read of the product, or nothing while it is not on sale; in the transaction that changes it.

    Language after language in one order: of two products that add the same words at once, neither waits for the other.
    """
    is_live = Product.objects.filter(pk=product.pk, state=Product.State.LIVE).exists()
    published = PublishedVersion.objects.filter(product=product, is_current=True).order_by("language")
    rows = list(published) if is_live else []
    search.forget({_kind(language) for language in LOCALES} - {_kind(row.language) for row in rows}, product.pk)
    codes = [product.slug, *product.variants.order_by("position", "id").values_list("sku", flat=True)] if rows else []
    shelves = _shelf_names(product.category) if rows else []
    documents = []
    for row in rows:
        name, rest = _texts(row)
        name += [pick(names, row.language) for names in shelves]
        _learn(row.language, name)
        tokens = [*_tokens([*name, *codes], row.language, _NAME), *_tokens(rest, row.language, _TEXT)]
        documents.append((_kind(row.language), product.pk, tokens))
    search.store(documents)


def search_source(readings: search.Readings, *, market_id: int, language: str, in_names_only: bool = False) -> Source:
    """What is found by one of the readings, of those that a market lists: a whole word before the beginning of one."""
    if not readings:
        return Source(market_id, language, ())
    whole = _whole(readings)
    texts = [] if in_names_only else [whole, readings]
    return _source([whole[:1], whole, readings], texts, market_id=market_id, language=language)


def loose_source(text: str, *, market_id: int, language: str) -> Source:
    """For when nothing has all of the words: what has one of them, and of those in Chinese and Japanese most of one."""
    words = [_terms_of(word, language) for word in query_words(text[:LONGEST_QUERY])]
    words = [word for word in words if word][:_TERMS]
    nearly = [window for word in words for window in _windows(word, max(_most_of(word), len(word) - 1))]
    most = [window for word in words for window in _windows(word, _most_of(word))]
    if not words:
        return Source(market_id, language, ())
    return _source([nearly, most], [nearly, most], market_id=market_id, language=language)


def readings_of(text: str, language: str) -> search.Readings:
    """What the words may mean: as they stand, spelled otherwise, and with each of their synonyms. Two statements at most."""
    texts = _spelled(text[:LONGEST_QUERY], language)
    groups = SYNONYMS.read().get(language, ())
    texts += [other for one in texts for other in _with_synonyms(one, groups, language)]
    if language in _POLITE:
        texts += [without_honorific(one) for one in texts]
    readings = [_terms(one, language) for one in list(dict.fromkeys(texts))[:_READINGS]]
    return [reading for reading in readings if reading]


def corrected(text: str, language: str) -> str | None:
    """The text with each unknown word replaced by the nearest that goods are called by; None where none is near."""
    asked = text[:LONGEST_QUERY]
    words = [token.text for token in query_tokens(asked) if token.text.isalpha() and can_be_mended(token.text)]
    if not words:
        return None
    known = sorted(SearchWord.objects.filter(language=language).values_list("word", flat=True))
    stems = {stem(word, language) for word in known}
    better = fold(asked)
    for word in words:
        near = [] if stems.intersection(_stems(word, language)) else nearest(word, known, most=1)
        if near:
            better = re.sub(rf"\b{re.escape(word)}\b", near[0], better)
    return None if better == fold(asked) else better


def _source(
    names: Sequence[search.Readings], texts: Sequence[search.Readings], *, market_id: int, language: str
) -> Source:
    """Of both the readings go from the strictest to the widest, which has what all the others have."""
    widest = _in_fields(texts[-1], language, (_NAME, _TEXT)) if texts else _in_fields(names[-1], language, (_NAME,))
    parts = tuple(_parts(names, texts, language))
    return Source(market_id, language, parts, whole=_hits(search.query_of(widest), language, 0))


def _parts(names: Sequence[search.Readings], texts: Sequence[search.Readings], language: str) -> Iterator[Part]:
    """What is found in names, then what is found anywhere."""
    named = [_in_fields(readings, language, (_NAME,)) for readings in names]
    anywhere = [_in_fields(readings, language, (_NAME, _TEXT)) for readings in texts]
    found: search.Readings = ()
    for tier, wanted in enumerate(named):
        if wanted != found:
            yield _hits(search.query_of(wanted, found), language, tier)
        found = wanted
    before: search.Readings = ()
    for tier, wanted in enumerate(anywhere, len(named)):
        if wanted != before:
            yield _hits(search.query_of(wanted, [*found, *before]), language, tier)
        before = wanted


def _hits(query: str, language: str, tier: int) -> Part:
    kind = _kind(language)
    return Part(
        "f.kind = %s",
        (kind,),
        join=f"JOIN {search.hits()} f ON f.subject_id = l.product_id",
        join_parameters=(query,),
        tier=tier,
        turn=tier,
        test=Part(search.test_of("l.product_id"), (kind, query)),
    )


def _kind(language: str) -> str:
    return f"goods.{language}"


def _shelf_names(category: Category | None) -> list[dict[str, str]]:
    """By language: of the product's own category, and of those that this stands in."""
    names = []
    while category is not None:
        names.append(category.name)
        category = category.parent
    return names


def _texts(row: PublishedVersion) -> tuple[list[str], list[str]]:
    """What stands in the name and choices, and what stands elsewhere."""
    content = row.content
    name = [content["title"], *(value["name"] for option in content["options"] for value in option["values"])]
    facts = [value for _, value in content["facts"]]
    rest = [content["subtitle"], *content["points"], *content["description"], *facts, *content["box"]]
    return name, rest


def _tokens(texts: Iterable[str], language: str, field: str) -> list[str]:
    tokens = [token for text in texts for token in search_tokens(text)]
    both = dict.fromkeys(form for token in tokens for form in (token, stem(token, language)))
    return [f"{language}{field}{token}" for token in both]


def _learn(language: str, texts: Iterable[str]) -> None:
    """Keep the words, in the order of the alphabet: of two that add the same at once, neither then waits for the other."""
    tokens = {token for text in texts for token in search_tokens(text) if token.isascii() and token.isalpha()}
    words = sorted(word[:40] for word in tokens if can_be_mended(word))
    known = set(SearchWord.objects.filter(language=language, word__in=words).values_list("word", flat=True))
    new = [SearchWord(language=language, word=word) for word in words if word not in known]
    SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def _spelled(text: str, language: str) -> list[str]:
    """As it stands, and as it could have been written."""
    if language not in _POLITE:
        return [text]
    return list(dict.fromkeys([text, without_honorific(fold(text)), in_katakana(fold(text))]))


def _with_synonyms(text: str, groups: Groups, language: str) -> list[str]:
    folded = fold(text)
    found = []
    for group in groups:
        phrases = [fold(phrase) for phrase in group]
        # The longest: a mug is no mug of mugs where both are words for it.
        for phrase in sorted(phrases, key=len, reverse=True):
            parts = _parted_by(phrase, folded, language)
            if parts is not None:
                found += [other.join(parts) for other in phrases if other != phrase]
                break
    return found


def _parted_by(phrase: str, text: str, language: str) -> tuple[str, str] | None:
    """What stands before and after the phrase, in whichever number it stands; None where it does not stand at all."""
    if not phrase.isascii():  # nothing parts words there, and they have no plural
        before, there, after = text.partition(phrase)
        return (before, after) if there else None
    words, wanted = text.split(), [_stems(word, language) for word in phrase.split()]
    for start in range(len(words) - len(wanted) + 1):
        end = start + len(wanted)
        asked = [_stems(word, language) for word in words[start:end]]
        if all(not one.isdisjoint(other) for one, other in zip(asked, wanted, strict=True)):
            return " ".join([*words[:start], ""]), " ".join(["", *words[end:]])
    return None


def _terms(text: str, language: str) -> Sequence[Sequence[QueryToken]]:
    return _terms_of(query_tokens(text), language)[:_TERMS]


def _terms_of(tokens: Iterable[QueryToken], language: str) -> list[Sequence[QueryToken]]:
    """What must be found: a word as it stands, or its stem. Words that nearly every text has are no help in finding."""
    return [
        list(
            dict.fromkeys(
                asked
                for form in _forms(token.text, language)
                for asked in (QueryToken(form, _is_beginning(token)), QueryToken(stem(form, language)))
            )
        )
        for token in tokens
        if token.text not in NEARLY_EVERYWHERE.get(language, ())
    ]


def _forms(word: str, language: str) -> list[str]:
    """As it stands, and with umlauts where it may have been written without any."""
    return list(dict.fromkeys([word, without_digraphs(word)])) if language in _WITH_UMLAUTS else [word]


def _stems(word: str, language: str) -> set[str]:
    return {stem(form, language) for form in _forms(word, language)}


def _is_beginning(token: QueryToken) -> bool:
    """One or two letters begin a word of nearly every text; a Chinese or Japanese character says much more, and a pair
    is as long as a token gets.
    """
    if not token.is_prefix:
        return False
    return len(token.text) == 1 if has_cjk(token.text) else len(token.text) >= _SHORTEST_BEGINNING


def _whole(readings: search.Readings) -> list[list[list[QueryToken]]]:
    """Without words that only begin so. A single character has no other way to be found."""
    return [
        [
            list(dict.fromkeys(QueryToken(token.text, token.is_prefix and has_cjk(token.text)) for token in term))
            for term in reading
        ]
        for reading in readings
    ]


def _windows(word: Sequence[Sequence[QueryToken]], size: int) -> list[Sequence[Sequence[QueryToken]]]:
    """So many neighbouring pairs of a word, wherever they stand in it."""
    return [word[start : start + size] for start in range(len(word) - size + 1)]


def _most_of(word: Sequence[Sequence[QueryToken]]) -> int:
    """How many pairs of a word say that it is meant. A pair of kana is in every other text. Han say more, and in a row
    they are several words, mostly of two characters: half of these.
    """
    if all(_HAN.fullmatch(term[0].text) for term in word):
        return max(1, (len(word) + 4) // 4)
    return min(len(word), max(2, (len(word) + 1) // 2))


def _in_fields(readings: search.Readings, language: str, fields: Iterable[str]) -> search.Readings:
    return [
        [
            [QueryToken(f"{language}{field}{token.text}", token.is_prefix) for token in term for field in fields]
            for term in reading
        ]
        for reading in readings
    ]
