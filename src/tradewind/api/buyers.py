"""Buyers for programs to read: personal data, within the accounts that a key works for."""

import re
from typing import Final

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from tradewind.api.asking import BuyerQuery, read_number, refuse_unknown, write_number
from tradewind.api.keys import READ_BUYERS, Key, key_of
from tradewind.api.problems import NotFound, Problem
from tradewind.api.shapes import Moment
from tradewind.clientele.queries import BuyerRow, NoSuchBuyer, buyer_list, buyer_named

router = Router(auth=Key(READ_BUYERS), tags=["buyers"])
_REF: Final = re.compile(r"[0-9A-Z-]{1,20}")


class BuyerTold(BaseModel):
    """Personal data: somebody who has ordered, and what is known of them."""

    ref: str = Field(description="The same on all their orders.")
    name: str
    emails: list[str] = Field(description="Empty for buyers whom only a marketplace knows.")
    language: str = Field(description="In which they are written to.")
    country: str | None = Field(description="ISO 3166-1; null where nobody said.")
    orders: int = Field(description="How many they placed with the accounts that this key works for.")
    last_order_at: Moment | None
    created_at: Moment


class BuyerList(BaseModel):
    """One page of buyers, first registered first."""

    buyers: list[BuyerTold]
    next: str | None = Field(description="Send it as after to get the next page; null on the last one.")


@router.api_operation(
    ["GET", "HEAD"],
    "/buyers",
    operation_id="listBuyers",
    summary="List buyers",
    response={200: BuyerList, 401: Problem, 403: Problem, 422: Problem, 429: Problem},
)
def list_buyers(request: HttpRequest, asked: Query[BuyerQuery]) -> BuyerList:
    """First registered first, page by page: send `next` as `after` until it is null."""
    refuse_unknown(request.GET, BuyerQuery.model_fields)
    page = buyer_list(
        key_of(request).reach,
        country=asked.country,
        email=asked.email,
        after=read_number(asked.after),
        size=asked.limit,
    )
    return BuyerList(buyers=[_told(row) for row in page.rows], next=write_number(page.older) if page.older else None)


@router.api_operation(
    ["GET", "HEAD"],
    "/buyers/{ref}",
    operation_id="getBuyer",
    summary="Get one buyer",
    response={200: BuyerTold, 401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem},
)
def get_buyer(request: HttpRequest, ref: str) -> BuyerTold:
    """By the reference that stands on their orders."""
    refuse_unknown(request.GET, ())
    try:
        if not _REF.fullmatch(ref):
            raise NoSuchBuyer(ref)
        return _told(buyer_named(ref, key_of(request).reach))
    except NoSuchBuyer:
        words = "No buyer has this reference. References look like B-4T8W2N6RCE; orders name them."
        raise NotFound("no_such_buyer", words) from None


def _told(row: BuyerRow) -> BuyerTold:
    return BuyerTold(
        ref=row.ref,
        name=row.name,
        emails=list(row.emails),
        language=row.language,
        country=row.country or None,
        orders=row.orders,
        last_order_at=row.last_order_at,
        created_at=row.created_at,
    )
