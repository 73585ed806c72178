"""Search over everything that staff look for: words, and bigrams for Chinese and Japanese, on both databases.

Tokens are made in Python and taken by both indexes as they are, so SQLite (FTS5) and PostgreSQL (tsvector) find the same
things: neither database's idea of a word comes in.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

from django.db import connection

from tradewind.core.models import SearchDocument
from tradewind.core.rows import one_by_one, rows_planned_anew
from tradewind.lib.text import QueryToken, query_tokens, search_tokens

# A longer word is found by its beginning. PostgreSQL takes words of up to 2,046 bytes and about a megabyte in all.
LONGEST_TOKEN: Final = 100
MOST_TOKENS: Final = 10_000
# So many hits are looked up to be sorted; more are many.
FEW: Final = 1_000

# One of the readings must be met: all of its terms, of each term one of its tokens.
Readings: TypeAlias = Sequence[Sequence[Sequence[QueryToken]]]


def index(kind: str, subject_id: int, texts: Iterable[str]) -> None:
    """Make a subject findable by these texts, in the transaction that changes them."""
    index_many(kind, {subject_id: texts})


def index_many(kind: str, texts_by_id: dict[int, Iterable[str]]) -> None:
    """Index many new subjects at once. Subjects that are indexed already are replaced."""
    SearchDocument.objects.bulk_create(
        [
            SearchDocument(kind=kind, subject_id=subject_id, tokens=_tokens(texts))
            for subject_id, texts in texts_by_id.items()
        ],
        update_conflicts=True,
        unique_fields=["kind", "subject_id"],
        update_fields=["tokens"],
    )


def store(documents: Iterable[tuple[str, int, Iterable[str]]]) -> None:
    """Index (kind, subject, tokens) whose tokens the caller has made: letters, digits and their marks only."""
    SearchDocument.objects.bulk_create(
        [
            SearchDocument(kind=kind, subject_id=subject_id, tokens=" ".join(dict.fromkeys(_cut(tokens))))
            for kind, subject_id, tokens in documents
        ],
        update_conflicts=True,
        unique_fields=["kind", "subject_id"],
        update_fields=["tokens"],
    )


def forget(kinds: Iterable[str], subject_id: int) -> None:
    """Make a subject unfindable."""
    SearchDocument.objects.filter(kind__in=list(kinds), subject_id=subject_id).delete()


def find(text: str, *, kinds: Iterable[str], limit: int = 50) -> list[tuple[str, int]]:
    """(kind, id) of what holds every word of the query, newest first. The last word may be unfinished.

    What few hold is looked up; what many hold is asked of one document after the other, the newest first.
    """
    found: list[tuple[str, int]] = []
    for kind in kinds:
        few = ids_if_few(text, kind=kind, most=max(limit, FEW))
        found += [(kind, pk) for pk in (_newest(text, kind, limit) if few is None else few)]
    return sorted(found, key=lambda each: (-each[1], each[0]))[:limit]


def ids_if_few(text: str, *, kind: str, most: int) -> list[int] | None:
    """All subjects of a kind that `find` would find, in no order; None where they are more than `most`. One statement."""
    match = _match(text)
    if match is None:
        return []
    condition, query = match
    if connection.vendor == "sqlite":
        statement = f"SELECT subject_id FROM {hits()} WHERE kind = %s LIMIT %s"  # noqa: S608  # texts of this module
    else:
        # For the few first rows of many, PostgreSQL would rather look at one document after the other; of a list that it makes
        # for itself, it does not know that we want only the first, and makes no more of it than we read.
        found = f"SELECT d.subject_id FROM core_searchdocument d WHERE {condition} AND d.kind = %s"  # noqa: S608
        statement = f"WITH f AS MATERIALIZED ({found}) SELECT subject_id FROM f LIMIT %s"  # noqa: S608
    rows = rows_planned_anew(statement, [query, kind, most + 1])
    return [subject_id for (subject_id,) in rows] if len(rows) <= most else None


def held_by(text: str, subject: str, *, kind: str) -> tuple[str, list[str]]:
    """The condition that a subject, a column, holds every word: asked for one row after the other. For words that many hold."""
    match = _match(text)
    if match is None:
        return "1 = 0", []
    return test_of(subject), [kind, match[1]]


def query_of(readings: Readings, but_not: Readings = ()) -> str:
    """The parameter of `held` and `hits`: one of the readings is met, and none of the others."""
    is_sqlite = connection.vendor == "sqlite"
    signs = (" OR ", " AND ", '"{}"', '"{}"*') if is_sqlite else (" | ", " & ", "'{}'", "'{}':*")
    query = _expression(readings, *signs)
    if not but_not:
        return query
    return f"({query}) {'NOT' if is_sqlite else '& !'} ({_expression(but_not, *signs)})"


def held() -> str:
    """The condition on `core_searchdocument d` that it meets a query, for one document after the other."""
    if connection.vendor == "sqlite":
        return "d.id IN (SELECT rowid FROM core_search_index WHERE core_search_index MATCH %s)"
    return "d.vector @@ %s::tsquery"


def test_of(subject: str) -> str:
    """The condition that the document of a subject meets a query: its parameters are the kind and the query."""
    document = f"core_searchdocument d WHERE d.subject_id = {subject} AND d.kind = %s"
    return one_by_one(f"SELECT 1 FROM {document} AND {held()}")  # noqa: S608  # a column's name


def hits() -> str:
    """(kind, subject_id) of what meets a query, as a table for those who begin with it."""
    if connection.vendor == "sqlite":
        found = "core_search_index x JOIN core_searchdocument d ON d.id = x.rowid WHERE x.core_search_index MATCH %s"
        return f"(SELECT d.kind, d.subject_id FROM {found})"  # noqa: S608  # what was typed is a parameter
    return f"(SELECT d.kind, d.subject_id FROM core_searchdocument d WHERE {held()} OFFSET 0)"  # noqa: S608  # see one_by_one


def _newest(text: str, kind: str, limit: int) -> list[int]:
    """Those that were made last, of many."""
    condition, query = _match(text) or ("1 = 0", "")
    sql = (
        f"SELECT d.subject_id FROM core_searchdocument d WHERE {condition} AND d.kind = %s"  # noqa: S608  # as above
        " ORDER BY d.subject_id DESC LIMIT %s"
    )
    return [subject_id for (subject_id,) in rows_planned_anew(sql, [query, kind, limit])]


def _expression(readings: Readings, either: str, both: str, whole: str, beginning: str) -> str:
    def said(token: QueryToken) -> str:
        return (beginning if token.is_prefix else whole).format(token.text[:LONGEST_TOKEN])

    return either.join(
        "(" + both.join("(" + either.join(said(token) for token in term) + ")" for term in reading) + ")"
        for reading in readings
    )


def _match(text: str) -> tuple[str, str] | None:
    """The condition and its parameter; None for a text without any word."""
    tokens = query_tokens(text)
    return (held(), query_of([[[token] for token in tokens]])) if tokens else None


def _cut(tokens: Iterable[str]) -> Iterable[str]:
    return islice((token[:LONGEST_TOKEN] for token in tokens), MOST_TOKENS)


def _tokens(texts: Iterable[str]) -> str:
    tokens = dict.fromkeys(token[:LONGEST_TOKEN] for text in texts for token in _tokens_of(text))
    return " ".join(list(tokens)[:MOST_TOKENS])


# Thousands of orders go to the same countries and hold the same articles.
@lru_cache(maxsize=2048)
def _tokens_of(text: str) -> tuple[str, ...]:
    return tuple(search_tokens(text))
