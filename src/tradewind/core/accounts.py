"""Shop accounts: the own shop, and one per account on each sales channel."""

from datetime import datetime

from tradewind.core.models import ShopAccount

OWN_SHOP = "own shop"


def own_shop(*, at: datetime) -> ShopAccount:
    """The account of the shop's own pages, made when first asked for."""
    return account_named(OWN_SHOP, channel=ShopAccount.Channel.OWN, at=at)


def account_named(name: str, *, channel: str, at: datetime) -> ShopAccount:
    account, _ = ShopAccount.objects.get_or_create(name=name, defaults={"channel": channel, "created_at": at})
    return account
