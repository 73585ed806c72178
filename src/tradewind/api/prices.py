"""Prices per variant and market, for programs to read and to ask."""

from typing import Final

from django.http import HttpRequest
from ninja import Router

from tradewind.api import product_shapes as shapes
from tradewind.api import product_telling, queries
from tradewind.api.asking import refuse_unknown
from tradewind.api.keys import READ_PRODUCTS, WRITE_PRICES, Key, program_of
from tradewind.api.once import writes
from tradewind.api.problems import Problem, wrong_field
from tradewind.catalog.models import Price
from tradewind.catalog.pricing import PriceRefused, set_price
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money

router = Router(auth=Key(READ_PRODUCTS), tags=["prices"])
_REFUSALS: Final = dict.fromkeys((401, 403, 404, 422, 429), Problem)


@router.api_operation(
    ["GET", "HEAD"],
    "/variants/{path:sku}/prices",
    operation_id="listPrices",
    summary="List the prices of a variant",
    response={200: shapes.PriceList, **_REFUSALS},
)
def list_prices(request: HttpRequest, sku: str) -> shapes.PriceList:
    """What it costs in each market now, in the form in which it is shown there."""
    refuse_unknown(request.GET, ())
    return product_telling.price_list(queries.variant_named(sku))


@router.put(
    "/variants/{path:sku}/prices/{market}",
    auth=Key(WRITE_PRICES),
    operation_id="setPrice",
    summary="Ask a price",
    response={200: shapes.PriceList, 400: Problem, 413: Problem, **_REFUSALS},
)
@writes()
def put_price(request: HttpRequest, sku: str, market: str, asked: shapes.PriceAsked) -> shapes.PriceList:
    """From now on. The price before stays in the ledger, by which "before" prices are shown."""
    refuse_unknown(request.GET, ())
    variant, place = queries.variant_named(sku), queries.market_named(market)
    present = Price.objects.filter(variant=variant, market_id=place.pk).values_list("currency", flat=True).first()
    currency = present or place.currency
    if asked.currency != currency:
        raise wrong_field("currency", words=f"This market asks {currency}.")
    price = Money(asked.minor, asked.currency)
    by, reason = program_of(request), asked.reason.strip()
    try:
        set_price(variant=variant, market_id=place.pk, price=price, by=by, at=utc_now(), reason=reason)
    except PriceRefused as problem:  # somebody gave the first price, in another currency, at the same moment
        raise wrong_field("currency", words=str(problem)) from None
    return product_telling.price_list(variant)
