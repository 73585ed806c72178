"""The rows that lists are made of, kept right in the transaction that changes a price, a text, or what can be sold.

Callers hold the product (an UPDATE of it, or select_for_update) before they come here: what is read afterwards then
includes what others have committed, and nobody waits for a row of these without holding its product.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import F, Max

from tradewind.catalog.models import Listing, ListingChange, Price, Product
from tradewind.core.rows import first_row
from tradewind.core.schedule import every
from tradewind.markets.models import Market

# Added to a product's place while it is sold out.
_BEHIND_ALL: Final = 2**40
# How far what sells is lifted at the most (catalog.ranking): by so many times the largest place of a product.
STRONGEST: Final = 255
_A_STEP: Final = 2**31
_PINNED: Final = -(STRONGEST + 1) * _A_STEP
_COMPARED: Final = ("category_id", "lowest", "highest", "currency", "is_available", "recommended", "newest")
# As text, for the same reason as catalog.queries.page_key: this is all that a list costs which was rendered before.
_LISTS_KEY: Final = f"""
    SELECT market.id, market.version, COUNT(change.id), CAST(SUM(change.id) AS bigint)
    FROM {Market._meta.db_table} market
    LEFT JOIN {ListingChange._meta.db_table} change ON change.market_id = market.id
    WHERE market.code = %s
    GROUP BY market.id, market.version
"""  # noqa: S608  # names of our own tables


class ListsKey(NamedTuple):
    """Everything that decides what lists of a market say. Equal keys, equal lists."""

    market_id: int
    market_version: int
    changes: int
    sum_of_changes: int | None

    def __str__(self) -> str:
        return ".".join(str(part) for part in self)


def lists_key(market: str) -> ListsKey | None:
    """The version of a market's lists, or None where there is no such market. One statement."""
    row = first_row(_LISTS_KEY, [market])
    return None if row is None else ListsKey(*row)


def relist(
    product_id: int, *, market_id: int | None = None, has_new_texts: bool = False, has_new_offers: bool = False
) -> None:
    """Bring a product's rows in line with its state, prices and stock, in one market or all. See above for the lock.

    `has_new_offers`: a variant costs something else, is sold out, or is back. No row need tell, and filters do.
    """
    products = Product.objects.only("id", "category_id", "state", "position", "created_at")
    product = products.annotate(pin=F("ranking__pin"), strength=F("ranking__strength")).get(pk=product_id)
    present = {row.market_id: row for row in _in(market_id, Listing.objects.filter(product_id=product_id))}
    wanted = _wanted(product, market_id) if product.state == Product.State.LIVE else {}
    changed = {market for market, row in present.items() if market not in wanted}
    Listing.objects.filter(pk__in=[present[market].pk for market in changed]).delete()
    for market, fields in wanted.items():
        if market not in present:
            Listing.objects.create(product_id=product_id, market_id=market, **fields)
        elif (
            has_new_texts or has_new_offers or any(getattr(present[market], name) != fields[name] for name in _COMPARED)
        ):
            version = present[market].version + 1
            Listing.objects.filter(pk=present[market].pk).update(version=version, **fields)
        else:
            continue
        changed.add(market)
    note_changes(changed)


def note_changes(market_ids: Iterable[int]) -> None:
    """Say that lists of these markets read differently, in the transaction that makes them so."""
    ListingChange.objects.bulk_create(ListingChange(market_id=market_id) for market_id in sorted(market_ids))


@every(timedelta(minutes=10), name="catalog.forget_listing_changes")
def forget_listing_changes(now: datetime) -> int:  # noqa: ARG001  # all that are there may go
    """Replace the changes of each market by one new one, so that counting them stays cheap. Returns how many went."""
    gone = 0
    with transaction.atomic():
        last = ListingChange.objects.values("market_id").annotate(last=Max("id")).order_by("market_id")
        for row in list(last):
            old = ListingChange.objects.filter(market_id=row["market_id"], id__lte=row["last"])
            if old.count() > 1:
                note_changes([row["market_id"]])
                gone += old.delete()[0]
    return gone


def _in(market_id: int | None, rows: Any) -> Any:
    return rows if market_id is None else rows.filter(market_id=market_id)


def _place(product: Any, *, is_available: bool) -> int:
    """Smaller is earlier: what is pinned, then what sells, then by position; of each, what is sold out behind the rest."""
    lifted = product.position - (product.strength or 0) * _A_STEP
    own = lifted if product.pin is None else _PINNED + product.pin
    return int(own + (0 if is_available else _BEHIND_ALL))


def _wanted(product: Product, market_id: int | None) -> dict[int, Mapping[str, Any]]:
    """The fields of each row that there should be, by market, in the order of their keys."""
    asked: dict[int, list[tuple[int, str, int]]] = {}
    prices = _in(market_id, Price.objects.filter(variant__product_id=product.pk, variant__is_offered=True)).order_by(
        "market_id", "id"
    )
    for market, *price in prices.values_list("market_id", "amount", "currency", "variant__available"):
        asked.setdefault(market, []).append(tuple(price))
    found: dict[int, Mapping[str, Any]] = {}
    for market, offers in asked.items():
        is_available = any(available > 0 for _, _, available in offers)
        found[market] = {
            "category_id": product.category_id,
            "lowest": min(amount for amount, _, _ in offers),
            "highest": max(amount for amount, _, _ in offers),
            "currency": offers[0][1],
            "is_available": is_available,
            "recommended": _place(product, is_available=is_available),
            "newest": -int(product.created_at.timestamp()),
        }
    return found
