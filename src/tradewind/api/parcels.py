"""Parcels for programs: a list by key with filters. Those of one order stand in the order."""

from django.http import HttpRequest
from ninja import Query, Router

from tradewind.api import shapes
from tradewind.api.asking import ParcelQuery, read_number, refuse_unknown, write_number
from tradewind.api.keys import READ_ORDERS, Key, key_of
from tradewind.api.parcels_telling import parcel_in_list
from tradewind.api.problems import Problem
from tradewind.api.queries import page_of
from tradewind.lib.clock import utc_now
from tradewind.shipping.parcel_queries import ParcelFilters, parcels_within

router = Router(auth=Key(READ_ORDERS), tags=["parcels"])


@router.api_operation(
    ["GET", "HEAD"],
    "/parcels",
    operation_id="listParcels",
    summary="List parcels",
    response={200: shapes.ParcelList, 401: Problem, 403: Problem, 422: Problem, 429: Problem},
)
def list_parcels(request: HttpRequest, asked: Query[ParcelQuery]) -> shapes.ParcelList:
    """First made first, page by page: send `next` as `after` until it is null. With its events a parcel stands in its order."""
    refuse_unknown(request.GET, ParcelQuery.model_fields)
    filters = ParcelFilters(
        view=asked.view, status=asked.state, carrier=asked.carrier, country=asked.country, number=asked.tracking_number
    )
    rows = (
        parcels_within(filters, key_of(request).reach, now=utc_now())
        .select_related("order")
        .prefetch_related("troubles")
    )
    page = page_of(rows, after=read_number(asked.after), size=asked.limit)
    return shapes.ParcelList(
        parcels=[parcel_in_list(row) for row in page.rows], next=write_number(page.older) if page.older else None
    )
