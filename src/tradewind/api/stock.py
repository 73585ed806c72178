"""Stock per variant and warehouse, for programs to read, to count and to move. Pages show it at the next request."""

from typing import Final

from django.http import HttpRequest
from ninja import Query, Router

from tradewind.api import product_shapes as shapes
from tradewind.api import product_telling, queries
from tradewind.api.asking import StockQuery, read_number, refuse_unknown, write_number
from tradewind.api.keys import READ_STOCK, WRITE_STOCK, Key, program_of
from tradewind.api.once import writes
from tradewind.api.problems import Conflict, Problem, wrong_field
from tradewind.inventory.shelves import put_on_shelf
from tradewind.inventory.stocktaking import (
    IsABundle,
    NotAQuantity,
    ReservedIsMore,
    adjust,
    change_by,
    count_short,
    refuse_bundles,
)
from tradewind.lib.clock import utc_now

router = Router(auth=Key(READ_STOCK), tags=["stock"])
_MAY_WRITE: Final = Key(WRITE_STOCK)
_WRITING: Final = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)


@router.api_operation(
    ["GET", "HEAD"],
    "/stock",
    operation_id="listStock",
    summary="List stock",
    response={200: shapes.StockList, 401: Problem, 403: Problem, 422: Problem, 429: Problem},
)
def list_stock(request: HttpRequest, asked: Query[StockQuery]) -> shapes.StockList:
    """What each warehouse holds of each variant. What never lay there is not listed."""
    refuse_unknown(request.GET, StockQuery.model_fields)
    page, skus = queries.stock_list(
        sku=asked.sku, warehouse=asked.warehouse, after=read_number(asked.after), size=asked.limit
    )
    return shapes.StockList(
        stock=[product_telling.stock(level, skus.get(level.variant_id, "")) for level in page.rows],
        next=write_number(page.older) if page.older else None,
    )


@router.api_operation(
    ["GET", "HEAD"],
    "/variants/{path:sku}/stock/{warehouse}",
    operation_id="getStock",
    summary="What one warehouse holds of a variant",
    response={
        200: shapes.StockTold,
        401: Problem,
        403: Problem,
        404: Problem,
        409: Problem,
        422: Problem,
        429: Problem,
    },
)
def get_stock(request: HttpRequest, sku: str, warehouse: str) -> shapes.StockTold:
    """Nothing, where it never lay there."""
    refuse_unknown(request.GET, ())
    variant, place = queries.variant_named(sku), queries.warehouse_named(warehouse)
    try:
        refuse_bundles(variant.pk)
    except IsABundle as problem:
        raise _refused(problem) from None
    return product_telling.stock(queries.stock_in(place, variant), sku)


@router.put(
    "/variants/{path:sku}/stock/{warehouse}",
    auth=_MAY_WRITE,
    operation_id="countStock",
    summary="Set the stock to what was counted",
    response={200: shapes.StockTold, **_WRITING},
)
@writes()
def count(request: HttpRequest, sku: str, warehouse: str, asked: shapes.Count) -> shapes.StockTold:
    """The books follow a count. Fewer than orders hold only where `is_short` says that it is meant."""
    refuse_unknown(request.GET, ())
    variant, place = queries.variant_named(sku), queries.warehouse_named(warehouse)
    by, reason = program_of(request), asked.reason.strip()
    follow = count_short if asked.is_short else adjust
    try:
        level = follow(
            variant_id=variant.pk, warehouse=place, counted=asked.counted, reason=reason, by=by, at=utc_now()
        )
    except (IsABundle, ReservedIsMore) as problem:
        raise _refused(problem) from None
    return product_telling.stock(level, sku)


@router.post(
    "/variants/{path:sku}/stock/{warehouse}/movements",
    auth=_MAY_WRITE,
    operation_id="moveStock",
    summary="Add to the stock, or take from it",
    response={200: shapes.StockTold, **_WRITING},
)
@writes()
def move(request: HttpRequest, sku: str, warehouse: str, asked: shapes.Movement) -> shapes.StockTold:
    """By so many units, whatever lies there. Send an Idempotency-Key, or a repeated request counts twice."""
    refuse_unknown(request.GET, ())
    variant, place = queries.variant_named(sku), queries.warehouse_named(warehouse)
    by, reason = program_of(request), asked.reason.strip()
    try:
        level = change_by(
            variant_id=variant.pk, warehouse=place, units=asked.change, reason=reason, by=by, at=utc_now()
        )
    except NotAQuantity:
        raise wrong_field(
            "change", words="At least one unit in or out, and never fewer than none on the shelf."
        ) from None
    except (IsABundle, ReservedIsMore) as problem:
        raise _refused(problem) from None
    return product_telling.stock(level, sku)


@router.put(
    "/variants/{path:sku}/stock/{warehouse}/shelf",
    auth=_MAY_WRITE,
    operation_id="setShelf",
    summary="Say where a variant lies",
    response={200: shapes.StockTold, **_WRITING},
)
@writes()
def set_shelf(request: HttpRequest, sku: str, warehouse: str, asked: shapes.ShelfAsked) -> shapes.StockTold:
    """The pick list follows the places, and whoever packs reads them. What lies there does not change."""
    refuse_unknown(request.GET, ())
    variant, place = queries.variant_named(sku), queries.warehouse_named(warehouse)
    shelf, by = asked.shelf.strip(), program_of(request)
    try:
        level = put_on_shelf(variant_id=variant.pk, warehouse=place, shelf=shelf, by=by, at=utc_now())
    except IsABundle as problem:
        raise _refused(problem) from None
    return product_telling.stock(level, sku)


def _refused(problem: IsABundle | ReservedIsMore) -> Conflict:
    if isinstance(problem, IsABundle):
        return Conflict("is_a_bundle", "This variant is a set and has no stock of its own. Count its parts.")
    words = (
        f"Orders hold {problem.reserved} of these. If fewer lie there, count them with is_short: the orders that cannot be "
        "served become cases on Today."
    )
    return Conflict("reserved_is_more", words)
