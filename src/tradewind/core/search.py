"""Search over everything that staff look for: words, and bigrams for Chinese and Japanese, on both databases.

Tokens are made in Python and taken by both indexes as they are, so SQLite (FTS5) and PostgreSQL (tsvector) find the same
things: neither database's idea of a word comes in.
"""

from collections.abc import Iterable
from typing import Final

from django.db import connection
from django.db.models.expressions import RawSQL

from tradewind.core.models import SearchDocument
from tradewind.lib.text import query_tokens, search_tokens

# A longer word is found by its beginning. PostgreSQL takes words of up to 2,046 bytes and about a megabyte in all.
LONGEST_TOKEN: Final = 100
MOST_TOKENS: Final = 10_000


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


def find(text: str, *, kinds: Iterable[str], limit: int = 50) -> list[tuple[str, int]]:
    """(kind, id) of what holds every word of the query, newest first. The last word may be unfinished."""
    wanted = list(kinds)
    match = _match(text)
    if match is None or not wanted:
        return []
    condition, query = match
    marks = ", ".join(["%s"] * len(wanted))
    sql = (
        f"SELECT d.kind, d.subject_id FROM core_searchdocument d WHERE {condition} AND d.kind IN ({marks})"  # noqa: S608
        " ORDER BY d.subject_id DESC, d.kind LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, *wanted, limit])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def ids_holding(text: str, *, kind: str) -> RawSQL | tuple[()]:
    """What `find` would find of one kind, all of it: for `pk__in`, inside of the list's own statement."""
    match = _match(text)
    if match is None:
        return ()
    condition, query = match
    sql = f"SELECT d.subject_id FROM core_searchdocument d WHERE {condition} AND d.kind = %s"  # noqa: S608
    return RawSQL(sql, [query, kind])  # noqa: S611  # the texts of this module; what was typed is a parameter


def _match(text: str) -> tuple[str, str] | None:
    """The condition on `core_searchdocument d` and its parameter; None for a text without any word."""
    tokens = query_tokens(text)
    if not tokens:
        return None
    if connection.vendor == "sqlite":
        query = " ".join(f'"{token.text[:LONGEST_TOKEN]}"{"*" if token.is_prefix else ""}' for token in tokens)
        return "d.id IN (SELECT rowid FROM core_search_index WHERE core_search_index MATCH %s)", query
    query = " & ".join(f"'{token.text[:LONGEST_TOKEN]}'{':*' if token.is_prefix else ''}" for token in tokens)
    return "array_to_tsvector(string_to_array(d.tokens, ' ')) @@ %s::tsquery", query


def _tokens(texts: Iterable[str]) -> str:
    tokens = dict.fromkeys(token[:LONGEST_TOKEN] for text in texts for token in search_tokens(text))
    return " ".join(list(tokens)[:MOST_TOKENS])
