"""Keys of programs: making them, naming them, ending them. What a key lets do is read anew at each use: see core.staff.

A key answers to whoever made it. When that person loses a role or an account, the key loses it with the same click; while
they are gone, it opens nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from tradewind.core.models import ApiToken, Staff, StaffAccount
from tradewind.core.staff import SCOPES, KeyLimits, create_token, may
from tradewind.core.trail import write_audit

LONGEST_NAME: Final = 80
LONGEST_REASON: Final = 200
MOST: Final = 100
# Whoever made a key, and every owner, is told so long before it ends.
WARNED_BEFORE: Final = timedelta(days=7)


class NameTaken(Exception):
    """Another living key has this name: nobody could tell them apart."""

    def __init__(self, other: ApiToken) -> None:
        super().__init__(other.name)
        self.other = other


class TooManyKeys(Exception):
    """More living keys than anybody can look after."""


class NotWithinReach(Exception):
    """Accounts that whoever asks may not see themselves."""


class NoSuchKey(LookupError):
    """No key within reach has this number."""


class KeyState(StrEnum):
    WORKS = "works"
    ENDING = "ending"  # within WARNED_BEFORE
    LESS = "less"  # whoever made it may no longer do all that its scopes name
    ASLEEP = "asleep"  # whoever made it has left
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class WantedKey:
    """What a key is to be. `account_ids`: None for all that whoever makes it may see."""

    name: str
    scopes: Sequence[str]
    account_ids: Sequence[int] | None = None
    expires_at: datetime | None = None
    per_minute: int | None = None


def make_key(wanted: WantedKey, *, by: Staff, at: datetime, actor: str = "") -> tuple[ApiToken, str]:
    """The key and its secret, which is not kept. Raises NotValid for the scopes, NotWithinReach, NameTaken, TooManyKeys."""
    if wanted.account_ids is not None and not all(by.reach.holds(pk) for pk in wanted.account_ids):
        raise NotWithinReach(wanted.account_ids)
    with transaction.atomic():
        # Whoever counts holds their own row: of two clicks, the second finds what the first has made.
        Staff.objects.select_for_update().get(pk=by.pk)
        _refuse_taken(wanted.name, at=at)
        if living_keys(at=at).count() >= MOST:
            raise TooManyKeys(MOST)
        return create_token(
            name=wanted.name,
            scopes=wanted.scopes,
            by=by,
            at=at,
            expires_at=wanted.expires_at,
            limits=KeyLimits(wanted.account_ids, wanted.per_minute),
            actor=actor,
        )


def rename_key(key: ApiToken, *, name: str, by: str, at: datetime) -> None:
    """Raises NameTaken."""
    with transaction.atomic():
        held = ApiToken.objects.select_for_update().get(pk=key.pk)
        if held.name == name:
            return
        _refuse_taken(name, at=at, but=held.pk)
        before, held.name = {"name": held.name}, name
        held.save(update_fields=["name"])
        write_audit("token.renamed", subject=("token", held.pk), by=by, at=at, before=before, after={"name": name})


def revoke_key(key: ApiToken, *, reason: str, by: str, at: datetime) -> bool:
    """It opens nothing from the next request on, and never again. False where somebody else has ended it."""
    with transaction.atomic():
        moved = ApiToken.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_because=reason)
        if moved:
            write_audit("token.revoked", subject=("token", key.pk), by=by, at=at, after={"reason": reason})
    return bool(moved)


def living_keys(*, at: datetime) -> QuerySet[ApiToken]:
    """Neither revoked nor expired."""
    return ApiToken.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


def keys_within(viewer: Staff) -> list[ApiToken]:
    """One's own, and those that work for no account out of reach; the newest first. The same statements for one as for many."""
    rows = list(ApiToken.objects.prefetch_related("created_by").order_by("-pk"))
    accounts: dict[int, dict[int, str]] = {}
    for staff_id, pk, channel in StaffAccount.objects.values_list("staff_id", "account_id", "account__channel"):
        accounts.setdefault(staff_id, {})[pk] = channel
    for row in rows:
        # One person is one object in all their rows.
        row.created_by.__dict__.setdefault("reach", row.created_by.reach_with(accounts.get(row.created_by_id, {})))
    return [row for row in rows if _is_within(row, viewer)]


def key_within(viewer: Staff, key_id: int) -> ApiToken:
    """Raises NoSuchKey, also where it is out of reach."""
    row = ApiToken.objects.select_related("created_by").filter(pk=key_id).first()
    if row is None or not _is_within(row, viewer):
        raise NoSuchKey(key_id)
    return row


def state_of(key: ApiToken, *, at: datetime) -> KeyState:
    """The worst that can be said of it."""
    if key.revoked_at is not None:
        return KeyState.REVOKED
    if key.expires_at is not None and key.expires_at <= at:
        return KeyState.EXPIRED
    if not key.created_by.is_active:
        return KeyState.ASLEEP
    if scopes_lost(key) or accounts_lost(key):
        return KeyState.LESS
    is_ending = key.expires_at is not None and key.expires_at - at <= WARNED_BEFORE
    return KeyState.ENDING if is_ending else KeyState.WORKS


def scopes_lost(key: ApiToken) -> list[str]:
    """Scopes that open nothing, because whoever made the key may not do this any more."""
    return [scope for scope in key.scopes if not may(key.created_by, SCOPES[scope])]


def accounts_lost(key: ApiToken) -> bool:
    """Does it name accounts that whoever made it may not see any more?"""
    return not all(key.created_by.reach.holds(pk) for pk in key.account_ids or ())


def scopes_for(staff: Staff) -> list[str]:
    """Those that somebody may give to a key."""
    return [scope for scope, ability in SCOPES.items() if may(staff, ability)]


def _is_within(key: ApiToken, viewer: Staff) -> bool:
    if key.created_by_id == viewer.pk or viewer.reach.is_whole:
        return True
    named = key.created_by.reach.account_ids if key.account_ids is None else key.account_ids
    return named is not None and all(viewer.reach.holds(pk) for pk in named)


def _refuse_taken(name: str, *, at: datetime, but: int = 0) -> None:
    other = living_keys(at=at).filter(name__iexact=name).exclude(pk=but).order_by("pk").first()
    if other is not None:
        raise NameTaken(other)
