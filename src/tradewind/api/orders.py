"""Orders for programs: a list by key with filters, and one order in full."""

import re
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest
from ninja import Query, Router

from tradewind.api import asking, shapes, telling
from tradewind.api.asking import OrderQuery, refuse_unknown
from tradewind.api.keys import READ_ORDERS, Key, key_of
from tradewind.api.problems import Problem, Refusal, WrongValue, WrongValues
from tradewind.core.models import ShopAccount
from tradewind.core.reach import Reach
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.queries import NoSuchOrder, order_detail, order_id_of, order_list

router = Router(auth=Key(READ_ORDERS), tags=["orders"])

_REF: Final = re.compile(r"[0-9A-Z-]{1,20}")
_ACCOUNTS_NAMED: Final = 10


class OrderNotFound(Refusal):
    def __init__(self) -> None:
        words = "No order has this reference. References look like TW-7K3M9Q2X; find them with /api/v1/orders?q=…"
        super().__init__(HTTPStatus.NOT_FOUND, "no_such_order", words)


@router.api_operation(
    ["GET", "HEAD"],
    "/orders",
    operation_id="listOrders",
    summary="List orders",
    response={200: shapes.OrderList, 401: Problem, 403: Problem, 422: Problem, 429: Problem},
)
def list_orders(request: HttpRequest, asked: Query[OrderQuery]) -> shapes.OrderList:
    """Newest first, page by page: send `next` as `after` until it is null. Orders that come in meanwhile shift nothing."""
    refuse_unknown(request.GET, OrderQuery.model_fields)
    reach = key_of(request).reach
    page = order_list(_filters(asked, reach), reach, after=asking.read_place(asked.after), size=asked.limit)
    return shapes.OrderList(
        orders=[telling.order_in_list(row) for row in page.rows],
        next=asking.write_place(page.older) if page.older else None,
    )


@router.api_operation(
    ["GET", "HEAD"],
    "/orders/{ref}",
    operation_id="getOrder",
    summary="Get one order",
    response={200: shapes.OrderInFull, 401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem},
)
def get_order(request: HttpRequest, ref: str) -> shapes.OrderInFull:
    """The order with its lines, its money, its promises and its payments."""
    refuse_unknown(request.GET, ())
    order_id = order_named(ref, key_of(request).reach)
    return telling.order_in_full(order_detail(order_id), telling.told_of(order_id))


def order_named(ref: str, reach: Reach) -> int:
    """Its number. Raises OrderNotFound, also where it is out of reach."""
    if not _REF.fullmatch(ref):
        raise OrderNotFound
    try:
        return order_id_of(ref, reach)
    except NoSuchOrder:
        raise OrderNotFound from None


def _filters(asked: OrderQuery, reach: Reach) -> OrderFilters:
    """Raises WrongValues for what only fits or fails together with the shop."""
    if asked.placed_after and asked.placed_before and asked.placed_after > asked.placed_before:
        raise WrongValues([WrongValue(name="placed_before", pointer=None, detail="Name a moment after placed_after.")])
    return OrderFilters(
        state=asked.state,
        country=asked.country,
        account_id=_account_id(asked.account, reach) if asked.account else None,
        placed_from=asked.placed_after,
        placed_until=asked.placed_before,
        text=asked.q,
    )


def _account_id(name: str, reach: Reach) -> int:
    accounts = reach.of(ShopAccount.objects.order_by("name", "id"), field="pk")
    account_id = accounts.filter(name=name).values_list("pk", flat=True).first()
    if account_id is None:
        names = accounts.values_list("name", flat=True)[:_ACCOUNTS_NAMED]
        there = f"There are: {', '.join(names)}." if names else "There is none yet."
        raise WrongValues([WrongValue(name="account", pointer=None, detail=f"No shop account has this name. {there}")])
    return account_id
