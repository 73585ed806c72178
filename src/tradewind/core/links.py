"""Signed links: random tokens for one purpose, stored as digests, revocable."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tradewind.core.models import SignedLink
from tradewind.core.rows import insert_each


class LinkInvalid(Exception):
    """No such link: never made, mistyped, or revoked."""


class LinkExpired(Exception):
    """The link was good once."""


def make_link(purpose: str, *, subject: tuple[str, int], at: datetime, expires_at: datetime | None = None) -> str:
    """Make a link and return its token, which is not stored and cannot be shown again."""
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        SignedLink.objects.create(
            purpose=purpose,
            subject_kind=subject[0],
            subject_id=subject[1],
            digest=_digest(token),
            created_at=at,
            expires_at=expires_at,
        )
    return token


def make_links(purpose: str, subjects: Sequence[tuple[str, int]], *, at: datetime) -> list[str]:
    """Links to many subjects in one statement: their tokens in the same order. In the caller's transaction."""
    tokens = [secrets.token_urlsafe(24) for _ in subjects]
    names = ("purpose", "subject_kind", "subject_id", "digest", "created_at", "expires_at", "revoked_at")
    rows = (
        (purpose, kind, subject_id, _digest(token), at, None, None)
        for (kind, subject_id), token in zip(subjects, tokens, strict=True)
    )
    insert_each(SignedLink, names, rows)
    return tokens


def open_link(purpose: str, token: str, *, at: datetime) -> tuple[str, int]:
    """The subject that the token opens. Raises LinkInvalid or LinkExpired."""
    link = SignedLink.objects.filter(digest=_digest(token), purpose=purpose, revoked_at=None).first()
    if link is None:
        raise LinkInvalid
    if link.expires_at is not None and link.expires_at <= at:
        raise LinkExpired
    return link.subject_kind, link.subject_id


def revoke_links(*, subject: tuple[str, int], at: datetime) -> int:
    """Revoke every link to a subject, whatever its purpose. Returns how many there were."""
    with transaction.atomic():
        links = SignedLink.objects.filter(subject_kind=subject[0], subject_id=subject[1], revoked_at=None)
        return links.update(revoked_at=at)


def _digest(token: str) -> str:
    # A mangled address may hold what is no text; it opens nothing, like any other wrong token.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
