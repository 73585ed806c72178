"""Subscribing: who wants to hear of what, at which address. The secret is shown when it is made, and never again."""

import secrets
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from tradewind.core import todos
from tradewind.core.models import Staff
from tradewind.core.reach import Reach
from tradewind.core.sealing import seal
from tradewind.core.strangers import check_url
from tradewind.core.trail import write_audit
from tradewind.lib.refs import new_ref
from tradewind.webhooks.models import Subscription
from tradewind.webhooks.wording import KINDS

MOST: Final = 50
# After a new secret, notices are signed with the old one as well for so long.
BOTH_HOLD: Final = timedelta(hours=24)
SWITCHED_OFF: Final = "webhook.switched_off"
_BYTES: Final = 32


class TooMany(Exception):
    """More subscriptions than anybody can look after."""


class NameTaken(Exception):
    """Another one has this name: nobody could tell them apart."""

    def __init__(self, other: Subscription) -> None:
        super().__init__(other.name)
        self.other = other


class NotWithinReach(Exception):
    """Accounts that whoever asks may not see themselves."""


class UnknownKind(Exception):
    """There is no such kind of event, or none was named."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscription is to be. `account_ids`: None for all within reach."""

    name: str
    address: str
    kinds: Sequence[str]
    account_ids: Sequence[int] | None = None


def subscribe(*, wanted: Wanted, reach: Reach, answers: Staff, by: str, at: datetime) -> tuple[Subscription, str]:
    """The subscription and its secret. Raises AddressRefused, UnknownKind, NotWithinReach, NameTaken, TooMany."""
    told = _checked(wanted, reach)
    secret = _new_secret()
    with transaction.atomic():
        # Whoever counts holds the row of who answers: of two at once, the second counts the first.
        Staff.objects.select_for_update().get(pk=answers.pk)
        _refuse_taken(wanted.name)
        if Subscription.objects.count() >= MOST:
            raise TooMany(MOST)
        with _naming(wanted.name):
            made = Subscription.objects.create(
                ref=new_ref("WH"), created_by=answers, created_at=at, sealed_secret=seal(secret), **told
            )
        write_audit("hook.made", subject=("hook", made.pk), by=by, at=at, after=told)
    return made, secret


def change(*, subscription: Subscription, wanted: Wanted, reach: Reach, by: str, at: datetime) -> Subscription:
    """Raises AddressRefused, UnknownKind, NotWithinReach, NameTaken."""
    told = _checked(wanted, reach)
    with transaction.atomic():
        held = _held(subscription)
        before = {name: getattr(held, name) for name in told}
        if before == told:
            return held
        _refuse_taken(wanted.name, but=held.pk)
        with _naming(wanted.name):
            Subscription.objects.filter(pk=held.pk).update(**told)
        write_audit("hook.changed", subject=("hook", held.pk), by=by, at=at, before=before, after=told)
    return _held(subscription)


def switch(*, subscription: Subscription, on: bool, by: str, at: datetime) -> Subscription:
    """On or off; again is nothing. What happens while it is off is not told later."""
    with transaction.atomic():
        moved = Subscription.objects.filter(pk=subscription.pk, is_active=not on)
        if moved.update(is_active=on, failing_since=None, off_because=""):
            write_audit("hook.switched", subject=("hook", subscription.pk), by=by, at=at, after={"is_active": on})
            todos.settle_by_fact(SWITCHED_OFF, subject=("hook", subscription.pk), at=at)
    return _held(subscription)


def renew_secret(*, subscription: Subscription, by: str, at: datetime) -> str:
    """A new secret; for a day, notices are signed with the old one as well, so that none is refused meanwhile."""
    secret = _new_secret()
    with transaction.atomic():
        held = Subscription.objects.select_for_update().get(pk=subscription.pk)
        held.sealed_before, held.before_until = held.sealed_secret, at + BOTH_HOLD
        held.sealed_secret = seal(secret)
        held.save(update_fields=["sealed_before", "before_until", "sealed_secret"])
        write_audit("hook.secret_renewed", subject=("hook", held.pk), by=by, at=at)
    return secret


def remove(*, subscription: Subscription, by: str, at: datetime) -> None:
    """With its log. What was planned for it is sent no more."""
    with transaction.atomic():
        told = {"name": subscription.name, "address": subscription.address}
        write_audit("hook.removed", subject=("hook", subscription.pk), by=by, at=at, before=told)
        todos.settle_by_fact(SWITCHED_OFF, subject=("hook", subscription.pk), at=at)
        Subscription.objects.filter(pk=subscription.pk).delete()


def _checked(wanted: Wanted, reach: Reach) -> dict[str, Any]:
    kinds = [kind for kind in KINDS if kind in wanted.kinds]
    if not kinds or set(wanted.kinds) - set(KINDS):
        raise UnknownKind(sorted(set(wanted.kinds) - set(KINDS)))
    accounts = None if wanted.account_ids is None else frozenset(wanted.account_ids)
    if reach.account_ids is not None:
        accounts = reach.account_ids if accounts is None else accounts
        if not accounts <= reach.account_ids:
            raise NotWithinReach(sorted(accounts - reach.account_ids))
    address = check_url(wanted.address, may_stay_here=settings.WEBHOOKS_MAY_STAY_HERE)
    ids = None if accounts is None else sorted(accounts)
    return {"name": wanted.name, "address": address, "kinds": kinds, "account_ids": ids}


def _refuse_taken(name: str, *, but: int = 0) -> None:
    other = Subscription.objects.filter(name=name).exclude(pk=but).first()
    if other is not None:
        raise NameTaken(other)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Of two who take a name at the same moment, the constraint decides. Raises NameTaken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _refuse_taken(name)
        raise


def _held(subscription: Subscription) -> Subscription:
    return Subscription.objects.select_related("created_by").get(pk=subscription.pk)


def _new_secret() -> str:
    """As the Standard Webhooks specification writes them."""
    return f"whsec_{b64encode(secrets.token_bytes(_BYTES)).decode()}"
