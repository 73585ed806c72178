"""AliExpress: the orders that the seller's pages export, in Chinese, as a workbook or as CSV.

All articles of an order stand in one cell, without prices of their own; only their sum is given. Statuses: the seller's
pages and the codes of the order API, whose Chinese names they are. Times are those of the platform, US Pacific.
"""

import re
from collections.abc import Mapping
from typing import Final

from tradewind.core.models import ShopAccount
from tradewind.orders.importing.marketplaces.reports import Cells, Report
from tradewind.orders.states import OrderState

_AWAITING: Final = (
    "等待买家付款",
    "等待您确认金额",
    "place_order_success",
    "wait_seller_examine_money",
    "awaiting payment",
)
# Paid, and not yet to be sent: for a day the platform checks whether the payment is good.
_CHECKED: Final = ("订单处于风控中", "风控中", "资金审核中", "risk_control")
_PAID: Final = ("等待您发货", "等待卖家发货", "等待发货", "部分发货", "买家申请取消", "wait_seller_send_goods")
_PAID_ENGLISH: Final = ("seller_part_send_goods", "in_cancel", "awaiting shipment", "partially shipped")
_SENT: Final = ("等待买家收货", "已发货", "wait_buyer_accept_goods", "shipped", "awaiting delivery")
_DONE: Final = ("交易完成", "交易成功", "订单完成", "已完成", "买家确认收货", "completed")
_SETTLING: Final = ("资金处理中", "资金未到账", "fund_processing")
_CLOSED: Final = ("订单关闭", "交易关闭", "已关闭", "已取消", "订单取消", "closed", "cancelled", "canceled")
# A dispute, a frozen order and a merely "finished" one say nothing of how far the goods are.
_UNSAID: Final = (
    "含纠纷",
    "含纠纷中的订单",
    "纠纷中",
    "in_issue",
    "冻结中",
    "冻结中的订单",
    "in_frozen",
    "已结束",
    "finish",
)
STATES: Final[Mapping[str, OrderState | None]] = (
    dict.fromkeys(_AWAITING + _CHECKED, OrderState.AWAITING_PAYMENT)
    | dict.fromkeys(_PAID + _PAID_ENGLISH, OrderState.PAID)
    | dict.fromkeys(_SENT, OrderState.DISPATCHED)
    | dict.fromkeys(_SETTLING, OrderState.DELIVERED)
    | dict.fromkeys(_DONE, OrderState.COMPLETED)
    | dict.fromkeys(_CLOSED, OrderState.CANCELLED)
    | dict.fromkeys(_UNSAID)
)
_NUMBERED: Final = re.compile(r"【\d+】")
_BRACKETED: Final = re.compile(
    r"[（(]\s*(产品属性|商家编码|产品数量)\s*[:：]\s*(.*?)\s*[）)]\s*(?=$|[\n（(])", re.DOTALL
)
_AMOUNT: Final = re.compile(r"\d+")


def _lines(cells: Cells) -> list[Cells]:
    parts = [part for part in _NUMBERED.split(cells.get("products", "")) if part.strip()]
    lines = [_line(part) for part in parts]
    if len(lines) == 1:
        lines[0]["amount"] = cells.get("goods", "")
        return lines
    if lines:
        lines.append({"title": "产品总金额", "quantity": "1", "amount": cells.get("goods", ""), "kind": "manual"})
    return lines


def _line(text: str) -> Cells:
    told = dict(_BRACKETED.findall(text))
    title = _BRACKETED.sub("", text).strip().partition("\n")[0].strip()
    number = _AMOUNT.match(told.get("产品数量", ""))
    return {
        "title": title,
        "sku": told.get("商家编码", ""),
        "options": told.get("产品属性", ""),
        "quantity": number[0] if number else told.get("产品数量", ""),
        "amount": "0",  # of several articles only the sum is told, on a line of its own
    }


def _prepare(cells: Cells) -> Cells:
    """The parcel stands as "carrier:number", several one below the other."""
    numbers = [line.rpartition(":")[2].strip() for line in cells.get("tracking", "").splitlines() if line.strip()]
    carriers = cells.get("tracking", "").partition("\n")[0].rpartition(":")[0].strip()
    return {**cells, "tracking": ", ".join(numbers), "service": carriers or cells.get("service", "")}


ORDERS: Final = Report(
    code="aliexpress.orders",
    name="AliExpress, orders export",
    channel=ShopAccount.Channel.ALIEXPRESS,
    columns={
        "order": ("订单号", "订单编号"),
        "status": ("订单状态",),
        "placed_at": ("下单时间",),
        "paid_at": ("付款时间",),
        "dispatched_at": ("发货时间",),
        "delivered_at": ("确认收货时间",),
        "goods": ("产品总金额",),
        "delivery": ("物流费用",),
        "total": ("订单金额",),
        "discount": ("满立减",),
        "products": ("产品信息",),
        "name": ("收货人名称", "买家名称"),
        "country": ("收货国家",),
        "region": ("州/省",),
        "city": ("城市",),
        "line1": ("地址", "收货地址"),
        "postcode": ("邮编",),
        "phone": ("手机", "联系电话"),
        "tax_id": ("税号", "买家税号", "收货人税号"),
        "customs_number": ("ioss", "ioss编号", "ioss税号"),
        "service": ("买家选择物流",),
        "tracking": ("实际发货物流:运单号",),
    },
    needs=("order", "status", "placed_at", "goods", "total", "products"),
    states=STATES,
    prepare=_prepare,
    lines=_lines,
    zone="America/Los_Angeles",
    times=("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"),
    encodings=("gb18030",),
    locale="zh_Hans",
)
REPORTS: Final = (ORDERS,)
