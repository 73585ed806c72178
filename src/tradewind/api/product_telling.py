"""From rows of the catalogue to what the answers say of them."""

from typing import Any

from django.conf import settings

from tradewind.api import product_shapes as shapes
from tradewind.api.product_shapes import texts_of
from tradewind.api.queries import variants_of
from tradewind.api.shapes import Amount
from tradewind.catalog.models import Media, Price, Product, Variant
from tradewind.catalog.publishing import gaps_of
from tradewind.inventory.models import StockLevel
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.lib.unit_pricing import read_content
from tradewind.markets.queries import MarketView, all_markets


def in_list(product: Product) -> shapes.ProductInList:
    return shapes.ProductInList(**_head(product))


def in_full(product: Product) -> shapes.ProductInFull:
    content = product.content
    return shapes.ProductInFull(
        **_head(product),
        subtitle=texts_of(content, "subtitle"),
        points=texts_of(content, "points"),
        description=texts_of(content, "description"),
        box=texts_of(content, "box"),
        warnings=texts_of(content, "warnings"),
        facts=[
            shapes.FactTold(key=fact["key"], name=fact["name"], value=fact["value"])
            for fact in content.get("facts", [])
        ],
        options=[_option(option) for option in content.get("options", [])],
        variants=[_variant(variant) for variant in variants_of(product)],
        gaps=gaps_of(product),
    )


def price_list(variant: Variant) -> shapes.PriceList:
    asked = {price.market_id: price for price in Price.objects.filter(variant=variant)}
    markets = all_markets(on=utc_now().date(), among=asked)
    return shapes.PriceList(
        sku=variant.sku, prices=[_price(market, asked[market.id], variant.net_content) for market in markets]
    )


def stock(level: StockLevel, sku: str) -> shapes.StockTold:
    return shapes.StockTold(
        sku=sku,
        warehouse=level.warehouse.code,
        on_hand=level.on_hand,
        reserved=level.reserved,
        free=max(level.on_hand - level.reserved, 0),
        shelf=level.shelf or None,
    )


def _price(market: MarketView, asked: Price, net_content: str) -> shapes.PriceTold:
    price = Money(asked.amount, asked.currency)
    unit = market.unit_pricing.of(price, read_content(net_content)) if market.unit_pricing and net_content else None
    return shapes.PriceTold(
        market=market.code,
        price=Amount.of(price),
        unit_price=shapes.UnitPriceTold(price=Amount.of(unit.price), per=str(unit.per)) if unit else None,
    )


def medium(row: Media) -> shapes.MediaTold:
    return shapes.MediaTold(
        id=row.pk,
        role=row.role,
        state=row.state,
        problem=row.problem or None,
        is_live=row.is_live,
        origin=row.origin or None,
        permission=row.permission or None,
        alt=row.alt,
        shows=dict([row.option]) if row.option else {},
        crop=row.crop,
        address=f"{settings.MEDIA_URL}{row.renditions[-1]['path']}" if row.renditions else None,
    )


def _head(product: Product) -> dict[str, Any]:
    return {
        "slug": product.slug,
        "state": product.state,
        "category": product.category.slug,
        "title": texts_of(product.content, "title"),
        "version": product.draft_version,
        "published_version": product.text_version,
        "is_available": product.is_available,
        "created_at": product.created_at,
    }


def _option(option: dict[str, Any]) -> shapes.OptionTold:
    return shapes.OptionTold(
        key=option["key"],
        name=option["name"],
        values=[
            shapes.ValueTold(key=value["key"], name=value["name"], swatch=value.get("swatch") or None)
            for value in option["values"]
        ],
    )


def _variant(variant: Variant) -> shapes.VariantTold:
    return shapes.VariantTold(
        sku=variant.sku,
        options=variant.options,
        is_offered=variant.is_offered,
        available=variant.available,
        weight_g=variant.weight_g,
        package_mm=variant.package_mm,
        net_content=variant.net_content or None,
        hs_code=variant.customs.get("hs_code") or None,
        origin=variant.customs.get("origin") or None,
    )
