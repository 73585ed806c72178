"""The rows that lists are made of, kept right in the transaction that changes a price, a text, or what can be sold.

Callers hold the product (an UPDATE of it, or select_for_update) before they come here: what is read afterwards then
includes what others have committed, and nobody waits for a row of these without holding its product.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

from django.db import transaction
from django.db.models import F, Max, Q

from tradewind.catalog.models import Listing, ListingChange, Price, Product
from tradewind.core.rows import first_row, update_each
from tradewind.core.schedule import every
from tradewind.markets.changing import touch
from tradewind.markets.models import Market

# Added to a product's place while it is sold out.
_BEHIND_ALL: Final = 2**40
# How far what sells is lifted at the most (catalog.ranking): by so many times the largest place of a product.
STRONGEST: Final = 255
_A_STEP: Final = 2**31
_PINNED: Final = -(STRONGEST + 1) * _A_STEP
_Place: TypeAlias = tuple[int, int]  # product, market
_Shelf: TypeAlias = tuple[int, int]  # market, category
_COMPARED: Final = (
    "category_id",
    "lowest",
    "highest",
    "currency",
    "net_content",
    "is_available",
    "recommended",
    "newest",
)
# As text, for the same reason as catalog.queries.page_key: this is all that a list costs which was rendered before.
_LISTS_KEY: Final = f"""
    SELECT market.id, market.version, COUNT(change.id), CAST(SUM(change.id) AS bigint)
    FROM {Market._meta.db_table} market
    LEFT JOIN {ListingChange._meta.db_table} change ON change.market_id = market.id
    WHERE market.code = %s
    GROUP BY market.id, market.version
"""  # noqa: S608  # names of our own tables


class _Offer(NamedTuple):
    amount: int
    currency: str
    net_content: str
    available: int


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


def relist(product_id: int, *, market_id: int | None = None, has_news: bool = False) -> None:
    """Bring a product's rows in line with its state, prices and stock, in one market or all. See above for the lock.

    `has_news`: lists or their filters read differently although no row tells: new texts, or a variant that costs something
    else, is sold out, or is back.
    """
    markets = None if market_id is None else [market_id]
    relist_many([product_id], market_ids=markets, has_news=has_news)


def relist_many(
    product_ids: Collection[int], *, market_ids: Collection[int] | None = None, has_news: bool = False
) -> None:
    """The same for many products, in as many statements as for one."""
    rows = Listing.objects.filter(product_id__in=product_ids)
    present = {(row.product_id, row.market_id): row for row in _in(market_ids, rows)}
    wanted = _wanted(product_ids, market_ids)
    gone = [row for place, row in present.items() if place not in wanted]
    new = [Listing(product_id=p, market_id=m, **wanted[p, m]) for p, m in wanted if (p, m) not in present]
    other = [
        row
        for place, row in present.items()
        if place in wanted and (has_news or any(getattr(row, n) != wanted[place][n] for n in _COMPARED))
    ]
    before = {(row.market_id, row.category_id) for row in present.values()}
    after = {(market_id, fields["category_id"]) for (_, market_id), fields in wanted.items()}
    turned = after - before - _filled(after - before)
    Listing.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Listing.objects.bulk_create(new)
    fields = [
        [row.version + 1, *(wanted[row.product_id, row.market_id][n] for n in _COMPARED), row.pk] for row in other
    ]
    update_each(Listing, ("version", *_COMPARED), fields)
    note_changes({row.market_id for row in (*gone, *new, *other)})
    turned |= before - after - _filled(before - after)
    # The frame of every page leads to the shelves that have something on them. Last: markets are held after products.
    for market_id in sorted({market_id for market_id, _ in turned}):
        touch(market_id)


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


def _filled(shelves: Collection[_Shelf]) -> set[_Shelf]:
    """Those of the shelves that have something on them. No statement for none."""
    if not shelves:
        return set()
    places = Q()
    for market_id, category_id in sorted(shelves):
        places |= Q(market_id=market_id, category_id=category_id)
    return set(Listing.objects.filter(places).values_list("market_id", "category_id").distinct())


def _in(market_ids: Collection[int] | None, rows: Any) -> Any:
    return rows if market_ids is None else rows.filter(market_id__in=market_ids)


def _place(product: Any, *, is_available: bool) -> int:
    """Smaller is earlier: what is pinned, then what sells, then by position; of each, what is sold out behind the rest."""
    lifted = product.position - (product.strength or 0) * _A_STEP
    own = lifted if product.pin is None else _PINNED + product.pin
    return int(own + (0 if is_available else _BEHIND_ALL))


def _wanted(product_ids: Collection[int], market_ids: Collection[int] | None) -> dict[_Place, Mapping[str, Any]]:
    """The fields of each row that there should be, by product and market, in the order of their keys."""
    live = Product.objects.filter(pk__in=product_ids, state=Product.State.LIVE)
    ranked = live.annotate(pin=F("ranking__pin"), strength=F("ranking__strength"))
    products = {product.pk: product for product in ranked.only("id", "category_id", "position", "created_at")}
    asked: dict[_Place, list[_Offer]] = {}
    prices = _in(market_ids, Price.objects.filter(variant__product_id__in=products, variant__is_offered=True))
    named = ("variant__product_id", "market_id", "amount", "currency", "variant__net_content", "variant__available")
    for product_id, market_id, *offer in prices.order_by("variant__product_id", "market_id", "id").values_list(*named):
        asked.setdefault((product_id, market_id), []).append(_Offer(*offer))
    found: dict[_Place, Mapping[str, Any]] = {}
    for (product_id, market_id), offers in asked.items():
        product, is_available = products[product_id], any(offer.available > 0 for offer in offers)
        cheapest = min(offers, key=lambda offer: offer.amount)
        found[product_id, market_id] = {
            "category_id": product.category_id,
            "lowest": cheapest.amount,
            "highest": max(offer.amount for offer in offers),
            "currency": cheapest.currency,
            "net_content": cheapest.net_content,
            "is_available": is_available,
            "recommended": _place(product, is_available=is_available),
            "newest": -int(product.created_at.timestamp()),
        }
    return found
