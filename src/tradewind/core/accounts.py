"""Shop accounts: the own shop, and one per account on each sales channel.

An account is never deleted, because its orders name it. It is closed, and opened again.
"""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from tradewind.core.models import ShopAccount
from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit

OWN_SHOP: Final = "own shop"
LONGEST_NAME: Final = 80
# The own shop has its account by itself.
OFFERED_CHANNELS: Final = tuple(channel for channel in ShopAccount.Channel if channel != ShopAccount.Channel.OWN)
_TAKEN: Final = gettext_noop("There is an account of this name already. Please choose another.")
_RESERVED: Final = gettext_noop("This is the name of your own shop. Please choose another.")
_CHANNEL: Final = gettext_noop("Please choose the sales channel.")


class OwnShopStays(Exception):
    """The own shop keeps its name and is not closed: pages sell in it at this moment."""


def own_shop(*, at: datetime) -> ShopAccount:
    """The account of the shop's own pages, made when first asked for."""
    return account_named(OWN_SHOP, channel=ShopAccount.Channel.OWN, at=at)


def account_named(name: str, *, channel: str, at: datetime) -> ShopAccount:
    account, _ = ShopAccount.objects.get_or_create(name=name, defaults={"channel": channel, "created_at": at})
    return account


def make_account(*, name: str, channel: str, by: str, at: datetime) -> ShopAccount:
    """Raises NotValid for a name that is taken, and for a channel that nobody can choose."""
    if channel not in OFFERED_CHANNELS:
        raise NotValid("channel", _CHANNEL)
    try:
        with transaction.atomic():
            _check_name(name)
            account = ShopAccount.objects.create(name=name, channel=channel, created_at=at)
            after = {"name": name, "channel": str(channel)}
            write_audit("account.made", subject=("account", account.pk), by=by, at=at, after=after)
    except IntegrityError:  # somebody else took the name in this moment
        raise NotValid("name", _TAKEN) from None
    return account


def rename_account(account_id: int, *, name: str, by: str, at: datetime) -> None:
    """Its orders carry the new name from now on, those of the past too. Raises NotValid, OwnShopStays, DoesNotExist."""
    try:
        with transaction.atomic():
            account = _held(account_id)
            if name == account.name:
                return
            _check_name(name, but_not=account.pk)
            before, account.name = {"name": account.name}, name
            account.save(update_fields=["name"])
            subject = ("account", account.pk)
            write_audit("account.renamed", subject=subject, by=by, at=at, before=before, after={"name": name})
    except IntegrityError:
        raise NotValid("name", _TAKEN) from None


def close_account(account_id: int, *, by: str, at: datetime) -> bool:
    """No file brings orders into it any more. False where it is closed already. Raises OwnShopStays, DoesNotExist."""
    return _switch(account_id, "account.closed", closed_at=at, by=by, at=at)


def open_account(account_id: int, *, by: str, at: datetime) -> bool:
    """Files bring orders into it again. False where it is open. Raises OwnShopStays, DoesNotExist."""
    return _switch(account_id, "account.opened", closed_at=None, by=by, at=at)


def _switch(account_id: int, action: str, *, closed_at: datetime | None, by: str, at: datetime) -> bool:
    with transaction.atomic():
        account = _held(account_id)
        if (account.closed_at is None) == (closed_at is None):
            return False
        account.closed_at = closed_at
        account.save(update_fields=["closed_at"])
        write_audit(action, subject=("account", account.pk), by=by, at=at, after={"name": account.name})
    return True


def _held(account_id: int) -> ShopAccount:
    account = ShopAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    if account.channel == ShopAccount.Channel.OWN:
        raise OwnShopStays
    return account


def _check_name(name: str, *, but_not: int = 0) -> None:
    if name.casefold() == OWN_SHOP:
        raise NotValid("name", _RESERVED)
    # Two names that differ in capitals only would be taken for each other.
    if ShopAccount.objects.filter(name__iexact=name).exclude(pk=but_not).exists():
        raise NotValid("name", _TAKEN)
