"""Search in the shop: what goods are findable by, and what a buyer's words mean.

All of it is made in Python and compared by the database as it is, so both databases find the same. A token begins with
its language and with whether it stands in the name (`t`) or only in the description (`d`): lists of hits stay short.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tradewind.catalog.list_statements import Order, Part, Source
from tradewind.catalog.models import Product, PublishedVersion, SearchWord
from tradewind.catalog.synonyms import SYNONYMS, Groups
from tradewind.core import search
from tradewind.core.words import LOCALES, pick
from tradewind.lib.spelling import nearest, tolerance
from tradewind.lib.stemming import NEARLY_EVERYWHERE, stem
from tradewind.lib.text import QueryToken, fold, query_tokens, search_tokens

LONGEST_QUERY: Final = 100
_NAME, _TEXT = "t", "d"
_READINGS: Final = 8
_TERMS: Final = 12
_SHORTEST_BEGINNING: Final = 3
# What was typed found in the name, then its synonyms there, then any of these in the description.
RELEVANCE: Final = Order("relevance", "l.recommended", by_tier=True)


def make_findable(product: Product) -> None:
    """Index what buyers read of the product, or nothing while it is not on sale; in the transaction that changes it."""
    is_live = Product.objects.filter(pk=product.pk, state=Product.State.LIVE).exists()
    rows = list(PublishedVersion.objects.filter(product=product, is_current=True)) if is_live else []
    search.forget({_kind(language) for language in LOCALES} - {_kind(row.language) for row in rows}, product.pk)
    codes = [product.slug, *product.variants.order_by("position", "id").values_list("sku", flat=True)] if rows else []
    documents = []
    for row in rows:
        name, rest = _texts(row)
        name.append(pick(product.category.name, row.language))
        _learn(row.language, name)
        tokens = [*_tokens([*name, *codes], row.language, _NAME), *_tokens(rest, row.language, _TEXT)]
        documents.append((_kind(row.language), product.pk, tokens))
    search.store(documents)


def search_source(readings: search.Readings, *, market_id: int, language: str, in_names_only: bool = False) -> Source:
    """What is found by one of the readings, of those that a market lists."""
    if not readings:
        return Source(market_id, language, ())
    own = _in_fields(readings[:1], language, (_NAME,))
    named = _in_fields(readings, language, (_NAME,))
    anywhere = _in_fields(readings, language, (_NAME, _TEXT))
    tiers = [(own, ()), (named, own), (anywhere, named)]
    parts = [
        _hits(search.query_of(wanted, but_not), language, tier)
        for tier, (wanted, but_not) in enumerate(tiers[:2] if in_names_only else tiers)
        if wanted != but_not
    ]
    return Source(market_id, language, tuple(parts))


def readings_of(text: str, language: str) -> search.Readings:
    """What the words may mean: as they stand, and with each of their synonyms. Two statements at most."""
    texts = _with_synonyms(text[:LONGEST_QUERY], SYNONYMS.read().get(language, ()), language)
    readings = [_terms(one, language) for one in texts]
    return [reading for reading in readings if reading]


def any_word_of(text: str, language: str) -> search.Readings:
    """For when nothing has all of the words: each of them alone."""
    return [[term] for term in _terms(text[:LONGEST_QUERY], language)]


def corrected(text: str, language: str) -> str | None:
    """The text with each unknown word replaced by the nearest that goods are called by; None where none is near."""
    asked = text[:LONGEST_QUERY]
    words = [token.text for token in query_tokens(asked) if token.text.isalpha() and tolerance(token.text)]
    if not words:
        return None
    known = sorted(SearchWord.objects.filter(language=language).values_list("word", flat=True))
    stems = {stem(word, language) for word in known}
    better = fold(asked)
    for word in words:
        near = [] if stem(word, language) in stems else nearest(word, known, most=1)
        if near:
            better = re.sub(rf"\b{re.escape(word)}\b", near[0], better)
    return None if better == fold(asked) else better


def _hits(query: str, language: str, tier: int) -> Part:
    kind = _kind(language)
    return Part(
        "f.kind = %s",
        (kind,),
        join=f"JOIN {search.hits()} f ON f.subject_id = l.product_id",
        join_parameters=(query,),
        tier=tier,
        test=Part(search.test_of("l.product_id"), (kind, query)),
    )


def _kind(language: str) -> str:
    return f"goods.{language}"


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
    words = sorted(word[:40] for word in tokens if tolerance(word))
    known = set(SearchWord.objects.filter(language=language, word__in=words).values_list("word", flat=True))
    new = [SearchWord(language=language, word=word) for word in words if word not in known]
    SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def _with_synonyms(text: str, groups: Groups, language: str) -> list[str]:
    folded = fold(text)
    found = [text]
    for group in groups:
        phrases = [fold(phrase) for phrase in group]
        for phrase in phrases:
            parts = _parted_by(phrase, folded, language)
            if parts is not None:
                found += [other.join(parts) for other in phrases if other != phrase]
    return list(dict.fromkeys(found))[:_READINGS]


def _parted_by(phrase: str, text: str, language: str) -> tuple[str, str] | None:
    """What stands before and after the phrase, in whichever number it stands; None where it does not stand at all."""
    if not phrase.isascii():  # nothing parts words there, and they have no plural
        before, there, after = text.partition(phrase)
        return (before, after) if there else None
    words, wanted = text.split(), [stem(word, language) for word in phrase.split()]
    for start in range(len(words) - len(wanted) + 1):
        end = start + len(wanted)
        if [stem(word, language) for word in words[start:end]] == wanted:
            return " ".join([*words[:start], ""]), " ".join(["", *words[end:]])
    return None


def _terms(text: str, language: str) -> Sequence[Sequence[QueryToken]]:
    """What must be found: a word as it stands, or its stem. Words that nearly every text has are no help in finding."""
    tokens = [token for token in query_tokens(text) if token.text not in NEARLY_EVERYWHERE.get(language, ())]
    return [
        list(dict.fromkeys([QueryToken(token.text, _is_beginning(token)), QueryToken(stem(token.text, language))]))
        for token in tokens[:_TERMS]
    ]


def _is_beginning(token: QueryToken) -> bool:
    """One or two letters begin a word of nearly every text; a Chinese or Japanese character says much more."""
    return token.is_prefix and (len(token.text) >= _SHORTEST_BEGINNING or not token.text.isascii())


def _in_fields(readings: search.Readings, language: str, fields: Iterable[str]) -> search.Readings:
    return [
        [
            [QueryToken(f"{language}{field}{token.text}", token.is_prefix) for token in term for field in fields]
            for term in reading
        ]
        for reading in readings
    ]
