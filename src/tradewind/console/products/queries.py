"""Named reads of products for the staff: what is asked where, and what lies where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_noop

from tradewind.catalog.models import Media, Price, PriceChange, Product, Variant
from tradewind.core import search, words
from tradewind.inventory.models import StockLevel, StockMovement, Warehouse
from tradewind.inventory.stocktaking import LEFT_AFTER_ALL
from tradewind.lib.money import Money
from tradewind.markets.models import Market
from tradewind.messaging.queries import count_waiting

PAGE: Final = 50
FOUND_AT_MOST: Final = 1000
HISTORY: Final = 20

# What the system itself writes beside a price or a movement of stock; all else are somebody's own words.
_REASONS: Final = {
    "opening": gettext_noop("Opening of the shop"),
    "workbook": gettext_noop("From a workbook"),
    LEFT_AFTER_ALL: gettext_noop("More left than was counted"),
}

# Position and number of the last row: the list stands in the order of the shop.
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ProductRow:
    id: int
    slug: str
    title: str
    category: str
    state: str
    variants: int
    available: int
    picture: str
    key: Key


@dataclass(frozen=True, slots=True)
class ProductPage:
    rows: Sequence[ProductRow]
    older: Key | None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What a variant costs in a market now; None where it cannot be bought there."""

    market_id: int
    market: str
    currency: str
    price: Money | None


@dataclass(frozen=True, slots=True)
class MarketColumn:
    id: int
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class PriceTable:
    """`amounts` are in major units, as they are typed, by variant and market; missing where it is not sold."""

    variants: Sequence[Variant]
    markets: Sequence[MarketColumn]
    amounts: dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class StockRow:
    warehouse_id: int
    warehouse: str
    on_hand: int
    reserved: int
    is_on: bool
    shelf: str = ""

    @property
    def free(self) -> int:
        """What can be sold."""
        return max(self.on_hand - self.reserved, 0) if self.is_on else 0


@dataclass(frozen=True, slots=True)
class VariantRow:
    id: int
    sku: str
    options: str
    available: int
    prices: Sequence[PriceRow]
    stock: Sequence[StockRow]
    waiting: int  # people who want to hear when it is back


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """A line of the ledger of prices."""

    sku: str
    market: str
    before: Money | None
    price: Money
    valid_from: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class StockEntry:
    """A line of the ledger of stock."""

    sku: str
    warehouse: str
    kind: str
    quantity: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProductDetail:
    row: ProductRow
    titles: dict[str, str]
    variants: Sequence[VariantRow]
    price_history: Sequence[PriceEntry]
    stock_history: Sequence[StockEntry]


def product_list(*, text: str = "", state: str = "", after: Key | None = None, size: int = PAGE) -> ProductPage:
    """A page of products in the order of the shop."""
    found = Product.objects.all()
    if state:
        found = found.filter(state=state)
    if text:
        hits = search.find(text, kinds=["product"], limit=FOUND_AT_MOST)
        found = found.filter(pk__in=[subject_id for _, subject_id in hits])
    if after is not None:
        found = found.filter(Q(position__gt=after[0]) | Q(position=after[0], pk__gt=after[1]))
    rows = _rows(found.order_by("position", "id")[: size + 1])
    return ProductPage(rows[:size], rows[size - 1].key if len(rows) > size else None)


def products_by_id(ids: Sequence[int]) -> list[ProductRow]:
    return _rows(Product.objects.filter(pk__in=ids).order_by("position", "id"))


def product_detail(product_id: int) -> ProductDetail | None:
    """One product with prices, stock and their newest ledger lines, or None."""
    rows = _rows(Product.objects.filter(pk=product_id))
    if not rows:
        return None
    content = Product.objects.values_list("content", flat=True).get(pk=product_id)
    variants = list(Variant.objects.filter(product_id=product_id).order_by("position", "id"))
    markets = list(Market.objects.order_by("position", "id"))
    return ProductDetail(
        row=rows[0],
        titles=content.get("title", {}),
        variants=_variants(variants, content, markets),
        price_history=_price_history(product_id, markets),
        stock_history=_stock_history({variant.pk: variant.sku for variant in variants}),
    )


def price_table(product_id: int) -> PriceTable:
    """What each variant that is sold costs in each market."""
    variants = list(Variant.objects.filter(product_id=product_id, is_offered=True).order_by("position", "id"))
    markets = [
        MarketColumn(market.pk, _pick(market.name), market.currency)
        for market in Market.objects.order_by("position", "id")
    ]
    asked = Price.objects.filter(variant__product_id=product_id)
    amounts = {(row.variant_id, row.market_id): str(Money(row.amount, row.currency).decimal) for row in asked}
    return PriceTable(variants, markets, amounts)


def _rows(products: QuerySet[Product]) -> list[ProductRow]:
    counted = products.select_related("category")
    wanted = list(counted)
    ids = [product.pk for product in wanted]
    figures = {
        product_id: (number, available)
        for product_id, number, available in Variant.objects.filter(product_id__in=ids)
        .values_list("product_id")
        .annotate(Count("id"), Sum("available"))
        .order_by()
    }
    fronts = Media.objects.filter(product_id__in=ids, role=Media.Role.FRONT).order_by("-position", "-id")
    pictures = {medium.product_id: _smallest(medium.renditions) for medium in fronts}
    return [
        ProductRow(
            id=product.pk,
            slug=product.slug,
            title=_pick(product.content.get("title", {})) or product.slug,
            category=_pick(product.category.name),
            state=product.state,
            variants=figures.get(product.pk, (0, 0))[0],
            available=figures.get(product.pk, (0, 0))[1],
            picture=pictures.get(product.pk, ""),
            key=(product.position, product.pk),
        )
        for product in wanted
    ]


def _variants(variants: list[Variant], content: dict[str, Any], markets: list[Market]) -> list[VariantRow]:
    ids = [variant.pk for variant in variants]
    prices = {(price.variant_id, price.market_id): price for price in Price.objects.filter(variant_id__in=ids)}
    levels = {(level.variant_id, level.warehouse_id): level for level in StockLevel.objects.filter(variant_id__in=ids)}
    warehouses = list(Warehouse.objects.order_by("position", "id"))
    waiting = count_waiting(ids)
    return [
        VariantRow(
            id=variant.pk,
            sku=variant.sku,
            options=_options(content, variant.options),
            available=variant.available,
            prices=[_price(market, prices.get((variant.pk, market.pk))) for market in markets],
            stock=[_stock(warehouse, levels.get((variant.pk, warehouse.pk))) for warehouse in warehouses],
            waiting=waiting.get(variant.pk, 0),
        )
        for variant in variants
    ]


def _price(market: Market, price: Price | None) -> PriceRow:
    amount = None if price is None else Money(price.amount, price.currency)
    return PriceRow(market.pk, _pick(market.name), price.currency if price else market.currency, amount)


def _stock(warehouse: Warehouse, level: StockLevel | None) -> StockRow:
    on_hand, reserved = (level.on_hand, level.reserved) if level else (0, 0)
    shelf = level.shelf if level else ""
    return StockRow(warehouse.pk, _pick(warehouse.name), on_hand, reserved, warehouse.is_on, shelf)


def _price_history(product_id: int, markets: list[Market]) -> list[PriceEntry]:
    names = {market.pk: _pick(market.name) for market in markets}
    changes = PriceChange.objects.filter(variant__product_id=product_id).select_related("variant")
    return [
        PriceEntry(
            sku=change.variant.sku,
            market=names.get(change.market_id, ""),
            before=None if change.before is None else Money(change.before, change.currency),
            price=Money(change.amount, change.currency),
            valid_from=change.valid_from,
            by=change.by,
            reason=_reason(change.reason),
        )
        for change in changes.order_by("-valid_from", "-id")[:HISTORY]
    ]


def _stock_history(skus: dict[int, str]) -> list[StockEntry]:
    movements = StockMovement.objects.filter(level__variant_id__in=skus).select_related("level__warehouse")
    return [
        StockEntry(
            sku=skus[movement.level.variant_id],
            warehouse=_pick(movement.level.warehouse.name),
            kind=movement.kind,
            quantity=movement.quantity,
            reason=_reason(movement.reason),
            by=movement.by,
            at=movement.at,
        )
        for movement in movements.order_by("-at", "-id")[:HISTORY]
    ]


def _reason(written: str) -> str:
    return words.say(words.spoken(), _REASONS[written]) if written in _REASONS else written


def _options(content: dict[str, Any], chosen: dict[str, str]) -> str:
    return ", ".join(
        _pick(value["name"])
        for option in content.get("options", [])
        for value in option["values"]
        if chosen.get(option["key"]) == value["key"]
    )


def _smallest(renditions: list[dict[str, Any]]) -> str:
    return str(renditions[0]["path"]) if renditions else ""


def _pick(texts: dict[str, str]) -> str:
    return words.pick(texts, words.spoken())
