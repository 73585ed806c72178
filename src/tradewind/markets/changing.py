"""Changing markets. Whatever alters what a market's pages say raises its version, and with it every page's key."""

from django.db.models import F

from tradewind.core.rows import hold_all
from tradewind.markets.models import Market


def touch(market_id: int) -> None:
    """Say that offers or rules of a market have changed, in the transaction of the change."""
    Market.objects.filter(pk=market_id).update(version=F("version") + 1)


def touch_all() -> None:
    """Say that something shown in every market has changed: a warehouse's calendar, the shop's own address."""
    # Held in the order of their keys, as whoever holds several does: of two, neither waits for what the other waits for.
    hold_all(Market, Market.objects.values_list("pk", flat=True))
    Market.objects.update(version=F("version") + 1)
