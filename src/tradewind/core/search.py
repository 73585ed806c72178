"""Search over everything that staff look for: words, and bigrams for Chinese and Japanese, on both databases.

Tokens are made in Python, so SQLite (FTS5) and PostgreSQL (tsvector, "simple") find the same things.
"""

from collections.abc import Iterable

from django.db import connection

from tradewind.core.models import SearchDocument
from tradewind.lib.text import query_tokens, search_tokens


def index(kind: str, subject_id: int, texts: Iterable[str]) -> None:
    """Make a subject findable by these texts, in the transaction that changes them."""
    tokens = " ".join(dict.fromkeys(token for text in texts for token in search_tokens(text)))
    SearchDocument.objects.update_or_create(kind=kind, subject_id=subject_id, defaults={"tokens": tokens})


def index_many(kind: str, texts_by_id: dict[int, Iterable[str]]) -> None:
    """Index many new subjects at once. Subjects that are indexed already are replaced."""
    SearchDocument.objects.bulk_create(
        [
            SearchDocument(
                kind=kind,
                subject_id=subject_id,
                tokens=" ".join(dict.fromkeys(token for text in texts for token in search_tokens(text))),
            )
            for subject_id, texts in texts_by_id.items()
        ],
        update_conflicts=True,
        unique_fields=["kind", "subject_id"],
        update_fields=["tokens"],
    )


def find(text: str, *, kinds: Iterable[str], limit: int = 50) -> list[tuple[str, int]]:
    """(kind, id) of what holds every word of the query, newest first. The last word may be unfinished."""
    tokens = query_tokens(text)
    if not tokens:
        return []
    wanted = list(kinds)
    if connection.vendor == "sqlite":
        query = " ".join(f'"{token.text}"*' if token.is_prefix else f'"{token.text}"' for token in tokens)
        match = "d.id IN (SELECT rowid FROM core_search_index WHERE core_search_index MATCH %s)"
    else:
        query = " & ".join(f"'{token.text}':*" if token.is_prefix else f"'{token.text}'" for token in tokens)
        match = "to_tsvector('simple', d.tokens) @@ to_tsquery('simple', %s)"
    marks = ", ".join(["%s"] * len(wanted))
    sql = (
        f"SELECT d.kind, d.subject_id FROM core_searchdocument d WHERE {match} AND d.kind IN ({marks})"  # noqa: S608
        " ORDER BY d.subject_id DESC, d.kind LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [query, *wanted, limit])
        return [(row[0], row[1]) for row in cursor.fetchall()]
