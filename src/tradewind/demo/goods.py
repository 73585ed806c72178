"""Loads the demo's goods: categories, products with media and variants, prices, stock, and what buyers read."""

from datetime import datetime
from typing import Final

from tradewind.catalog.categories import save_category
from tradewind.catalog.describing import define_attribute
from tradewind.catalog.models import Attribute, Category, Media, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.core.files import publish_media
from tradewind.demo.reading import MEDIA, Table, attributes, categories, facts, products, renditions
from tradewind.demo.wording import content_of
from tradewind.inventory.bundling import Part, set_parts
from tradewind.inventory.models import Warehouse
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money
from tradewind.markets.models import Market

_BY: Final = "system"
_FOLDER: Final = "demo"


def load_goods(*, at: datetime) -> None:
    """Everything that is for sale, inside the caller's transaction."""
    places = {place.code: place for place in Warehouse.objects.all()}
    markets = list(Market.objects.prefetch_related("countries"))
    shelves: dict[str, Category] = {}
    for position, category in enumerate(categories()):
        parent = shelves.get(category.get("parent", ""))
        key = category["key"]
        shelves[key] = save_category(slug=key, name=category["name"], parent=parent, position=position)
    _define_attributes()
    for position, table in enumerate(products()):
        product = Product.objects.create(
            slug=table["slug"],
            category=shelves[table["category"]],
            content=content_of(table),
            created_at=at,
            position=position,
        )
        _show(product, table["media"])
        for number, variant in enumerate(table["variants"]):
            _offer(product, number, {**table["variant_defaults"], **variant}, _sold_in(table, markets), places, at)
        publish(product=product, by=_BY, at=at)
    _bundle(at)


def _bundle(at: datetime) -> None:
    """After all goods, because a set may stand before what it holds."""
    variants = {variant.sku: variant for variant in Variant.objects.all()}
    for product in products():
        for table in product["variants"]:
            parts = [Part(variants[part["sku"]].pk, part["quantity"]) for part in table.get("parts", [])]
            set_parts(bundle=variants[table["sku"]], parts=parts, by=_BY, at=at)


def _define_attributes() -> None:
    filters = attributes()
    for table in filters:
        define_attribute(key=table["key"], kind=Attribute.Kind.CHOICE, name=table["name"], is_filterable=True)
    for fact in facts():
        if fact["key"] not in {table["key"] for table in filters}:
            kind = Attribute.Kind.NUMBER if fact["key"] in _numbers() else Attribute.Kind.TEXT
            define_attribute(key=fact["key"], kind=kind, name=fact["name"], unit=fact.get("unit", ""))


def _numbers() -> set[str]:
    """The facts that every product which states them states as one number."""
    stated = [(key, value) for product in products() for key, value in product["facts"].items()]
    return {key for key, _ in stated} - {key for key, value in stated if not isinstance(value, int | float)}


def _sold_in(table: Table, markets: list[Market]) -> list[Market]:
    """The markets of which every country may buy it: a plug that fits some countries only is no offer to all."""
    if "sells_to" not in table:
        return markets
    allowed = set(table["sells_to"])
    return [
        market
        for market in markets
        if not market.is_fallback and {row.country for row in market.countries.all()} <= allowed
    ]


def _offer(
    product: Product,
    position: int,
    table: Table,
    markets: list[Market],
    places: dict[str, Warehouse],
    at: datetime,
) -> None:
    variant = Variant.objects.create(
        product=product,
        sku=table["sku"],
        options=table.get("options", {}),
        position=position,
        weight_g=table["weight_g"],
        package_mm=table["package_mm"],
        net_content=table.get("net_content", ""),
        customs={
            "hs_code": table["hs_code"],
            "origin": table["origin_country"],
            "declared": table["declared_name"],
            "traits": table["traits"],
        },
    )
    priced = [market for market in markets if market.code in table["prices"]]
    for market in priced:
        price = Money.of(table["prices"][market.code], market.currency)
        set_price(variant=variant, market_id=market.pk, price=price, by=_BY, at=at, reason="opening")
    for code, pieces in table.get("stock", {}).items():
        if pieces:
            receive(variant_id=variant.pk, warehouse=places[code], quantity=pieces, by=_BY, at=at, reason="opening")


def _show(product: Product, media: list[Table]) -> None:
    for position, table in enumerate(media):
        known = renditions()[table["file"]]
        Media.objects.create(
            product=product,
            option=next(([key, value] for key, value in table.get("variant", {}).items()), None),
            role=table["role"],
            position=position,
            alt=table["alt"],
            origin=table["origin"],
            colour=known.get("colour", ""),
            renditions=[_published(rendition) for rendition in known["renditions"]],
        )


def _published(rendition: Table) -> Table:
    """Copied into the public store under a name that changes with the content: browsers keep it for a year."""
    name, _, ending = rendition["file"].rpartition(".")
    path = f"{_FOLDER}/{name}.{rendition['sha256'][:8]}.{ending}"
    publish_media(path, MEDIA / rendition["file"])
    return {"path": path, **{key: rendition[key] for key in ("width", "height", "format")}}
