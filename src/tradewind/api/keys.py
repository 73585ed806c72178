"""Who asks: a key in the Authorization header, and nothing else. There are no sessions and no cookies here."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from django.db import transaction
from django.http import HttpRequest
from ninja.security import HttpBearer

from tradewind.api import limits
from tradewind.api.problems import Refusal
from tradewind.core.models import ApiToken
from tradewind.core.staff import SCOPES, may, token_for
from tradewind.lib.clock import utc_now

READ_ORDERS: Final = "orders:read"
WRITE_ORDERS: Final = "orders:write"
WRITE_REFUNDS: Final = "refunds:write"
READ_PRODUCTS: Final = "products:read"
WRITE_PRODUCTS: Final = "products:write"
PUBLISH_PRODUCTS: Final = "products:publish"
WRITE_PRICES: Final = "prices:write"
READ_STOCK: Final = "stock:read"
WRITE_STOCK: Final = "stock:write"
WRITE_MEDIA: Final = "media:write"
READ_BUYERS: Final = "buyers:read"
READ_HOOKS: Final = "webhooks:read"
WRITE_HOOKS: Final = "webhooks:write"
# The last use is written down at most this often, so that reading does not become writing.
NOTED_EVERY: Final = timedelta(minutes=1)

_REALM: Final = 'Bearer realm="tradewind"'


class NoKey(Refusal):
    def __init__(self) -> None:
        words = (
            "This address needs a key. Send it in the header Authorization: Bearer <key>. "
            "The owner of the shop makes one with: tradewind token create NAME --scope orders:read"
        )
        super().__init__(HTTPStatus.UNAUTHORIZED, "no_key", words, headers={"WWW-Authenticate": _REALM})


class UnusableKey(Refusal):
    """One answer for all keys that do not open, so that nobody learns which keys there were."""

    def __init__(self) -> None:
        words = (
            "This key does not open anything: it is mistyped, was revoked, or has expired. Check it, or ask the owner "
            "of the shop for a new one: tradewind token create NAME --scope orders:read"
        )
        headers = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        super().__init__(HTTPStatus.UNAUTHORIZED, "unusable_key", words, headers=headers)


class ScopeMissing(Refusal):
    def __init__(self, scope: str) -> None:
        words = (
            f"This key opens, but without the scope {scope}, which this address needs. Ask the owner of the shop for "
            f"one that has it: tradewind token create NAME --scope {scope}"
        )
        headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'}
        super().__init__(HTTPStatus.FORBIDDEN, "scope_missing", words, headers=headers)


class NotYours(Refusal):
    """The key has the scope, and whoever answers for it may no longer do this themselves."""

    def __init__(self, scope: str) -> None:
        words = (
            f"This key has the scope {scope}, but the person who answers for it may not do this, and a key may do no more "
            "than they. Ask the owner of the shop for a key of somebody who may: tradewind token create NAME --by EMAIL"
        )
        headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'}
        super().__init__(HTTPStatus.FORBIDDEN, "not_allowed", words, headers=headers)


class Key(HttpBearer):
    """A key that has this scope; without a scope, any key that opens. `ability`: another than the one that goes with it."""

    def __init__(self, scope: str = "", *, ability: str = "") -> None:
        super().__init__()
        self.scope = scope
        self.ability = ability or SCOPES.get(scope, "")

    def __call__(self, request: HttpRequest) -> ApiToken:
        """Raises NoKey, UnusableKey, TooManyRequests, ScopeMissing, NotYours."""
        kind, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if kind.lower() != self.openapi_scheme:
            raise NoKey
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        now = utc_now()
        key = token_for(token, at=now)
        if key is None:
            raise UnusableKey
        note_use(key, at=now)
        request.allowance = limits.take(key, at=now)  # type: ignore[attr-defined]  # said in the headers of every answer
        if self.scope and self.scope not in key.scopes:
            raise ScopeMissing(self.scope)
        if self.ability and not may(key.created_by, self.ability):
            raise NotYours(self.scope)
        return key


def key_of(request: HttpRequest) -> ApiToken:
    """The key that opened this address."""
    key = getattr(request, "auth", None)
    if not isinstance(key, ApiToken):
        raise NoKey
    return key


def program_of(request: HttpRequest) -> str:
    """Who acts, as facts and the audit trail name them."""
    return f"token:{key_of(request).pk}"


def note_use(key: ApiToken, *, at: datetime) -> None:
    """Write down that the key was used, unless that was done less than NOTED_EVERY ago."""
    if key.last_used_at is not None and at - key.last_used_at < NOTED_EVERY:
        return
    with transaction.atomic():
        ApiToken.objects.filter(pk=key.pk).update(last_used_at=at)
