"""Promises for programs: what was promised to buyers, by due time, of all orders within reach."""

from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tradewind.api import asking
from tradewind.api.asking import Limit, OptionalMoment, refuse_unknown
from tradewind.api.keys import READ_ORDERS, Key, key_of
from tradewind.api.problems import Problem as Refused
from tradewind.api.shapes import Moment, PromiseMade
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.queries import promise_list

router = Router(auth=Key(READ_ORDERS), tags=["orders"])
_KINDS: Final = ("", *Promise.Kind.values)


class Said(BaseModel):
    """A place in which a promise was said, and since when."""

    where: str = Field(description="checkout, quotation, or letter. with the name of the letter.")
    at: Moment


class PromiseInList(PromiseMade):
    """A promise with what it is about and what is known of it."""

    order: str | None = Field(description="The reference of the order that it is about.")
    is_at_risk: bool = Field(description="It is open, and what we know says that it will break.")
    risk: str | None = Field(description="Why, as a code.")
    made_at: Moment
    fulfilled_at: Moment | None = Field(description="When it happened, in time or late; null until then.")
    told: list[Said] = Field(description="Where the buyer read it, each place once.")


class PromiseList(BaseModel):
    """A page of promises."""

    promises: list[PromiseInList]
    next: str | None = Field(description="Send it as after for the next page; null at the end.")


def _one_of(values: tuple[str, ...]) -> PlainValidator:
    def read(typed: str) -> str:
        if typed not in values:
            choice = f"Choose one of {', '.join(filter(None, values))}."
            raise PydanticCustomError("wrong_value", "{words}", {"words": choice})
        return typed

    return PlainValidator(read)


def _place(typed: str) -> str:
    asking.read_place(typed)
    return typed


def _choice(values: tuple[str, ...], example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(values), "example": example})


_STATES: Final = ("", *Promise.State.values)
_YES: Final = ("", "true", "false")


class PromiseQuery(Schema):
    """What the list of promises may be asked for."""

    state: Annotated[str, _one_of(_STATES), _choice(_STATES, "made")] = Field(
        Promise.State.MADE.value, description="Promises in this state; made, or left empty: those that are open."
    )
    kind: Annotated[str, _one_of(_KINDS), _choice(_KINDS, "dispatch")] = Field(
        "", description="Only promises of this kind."
    )
    due_before: OptionalMoment = Field(None, description="Only promises that are due before this moment.")
    at_risk: Annotated[str, _one_of(_YES), _choice(_YES, "true")] = Field(
        "", description="true: only those at risk; false: only the others."
    )
    limit: Limit = Field(asking.PAGE, description="How many a page has at the most.")
    after: Annotated[
        str, PlainValidator(_place), WithJsonSchema({"type": "string", "example": "MjAyNi0xMS0yNFQxNjowMDowMFp-MQ"})
    ] = Field("", description="next of the page before. Filters stay as they were.")


@router.api_operation(
    ["GET", "HEAD"],
    "/promises",
    operation_id="listPromises",
    summary="List promises",
    response={200: PromiseList, 401: Refused, 403: Refused, 422: Refused, 429: Refused},
)
def list_promises(request: HttpRequest, asked: Query[PromiseQuery]) -> PromiseList:
    """By due time, the longest due first. What was promised to buyers of accounts out of reach is not listed."""
    refuse_unknown(request.GET, PromiseQuery.model_fields)
    rows = promise_list(
        key_of(request).reach,
        state=Promise.State(asked.state or Promise.State.MADE),
        kind=asked.kind,
        due_before=asked.due_before,
        is_at_risk={"true": True, "false": False}.get(asked.at_risk),
        after=asking.read_place(asked.after),
        size=asked.limit + 1,
    )
    page = rows[: asked.limit]
    numbers = [promise.order_id for promise in page if promise.order_id]
    refs = dict(Order.objects.filter(pk__in=numbers).values_list("pk", "ref"))
    is_more = len(rows) > asked.limit
    return PromiseList(
        promises=[_told(promise, refs.get(promise.order_id or 0)) for promise in page],
        next=asking.write_place((page[-1].due_at, page[-1].pk)) if is_more else None,
    )


def _told(promise: Promise, order: str | None) -> PromiseInList:
    return PromiseInList(
        kind=promise.kind,
        state=promise.state,
        first_day=promise.first_day,
        last_day=promise.last_day,
        zone=promise.zone,
        due_at=promise.due_at,
        order=order,
        is_at_risk=promise.is_at_risk,
        risk=promise.risk or None,
        made_at=promise.made_at,
        fulfilled_at=promise.fulfilled_at,
        told=[Said(where=each["where"], at=each["at"]) for each in promise.told],
    )
