"""Codes for the next order, as an apology in a letter: what may be given, and the code that is made when the letter leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.checkout.codes import NewCode, SameCode, made_up, make_code
from tradewind.checkout.models import DiscountCode
from tradewind.lib.money import Money
from tradewind.lib.zones import main_zone
from tradewind.messaging.moments.order_trouble import Coupon
from tradewind.orders.models import Order
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_limits import LEAST_DAYS, MOST_DAYS, code_limits
from tradewind.shipping.trouble_windows import until

_TRIES: Final = 5


class TooGenerous(Exception):
    """More than such a code may give, nothing at all, or for another time than one may hold. `part`: percent, amount or days."""

    def __init__(self, order: Order, part: str, least: int, most: int) -> None:
        super().__init__(f"{order.ref}, {part}: from {least} to {most}")
        self.order = order
        self.part = part
        self.least = least
        self.most = most


@dataclass(frozen=True, slots=True)
class CodeWish:
    """A percentage or an amount in minor units of the order's currency, one of the two, and for how many days."""

    days: int
    percent: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class CodesWish:
    """The same for many buyers, each with a code of their own: a percentage, or amounts by currency, in minor units."""

    days: int
    percent: int = 0
    amounts: Mapping[str, int] = field(default_factory=dict)

    def of(self, order: Order) -> CodeWish:
        return CodeWish(self.days, self.percent, self.amounts.get(order.currency, 0))


def usual_code() -> CodeWish:
    """As the page of settings says."""
    limits = code_limits()
    return CodeWish(limits.days, percent=limits.percent)


def most_off(order: Order) -> Money:
    """The highest amount that a code may take off."""
    return Money(order.paid * code_limits().most // 100, order.currency)


def coupon_for(order: Order, wish: CodeWish, *, at: datetime) -> Coupon:
    """What the letter says of it. An amount holds from goods worth twice as much on. Raises TooGenerous."""
    if not LEAST_DAYS <= wish.days <= MOST_DAYS:
        raise TooGenerous(order, "days", LEAST_DAYS, MOST_DAYS)
    part, most = ("amount", most_off(order).amount) if wish.amount else ("percent", code_limits().most)
    if not 1 <= (wish.amount or wish.percent) <= most:
        raise TooGenerous(order, part, 1, most)
    last = at.astimezone(ZoneInfo(main_zone(order.country))).date() + timedelta(days=wish.days)
    return Coupon(last, 0 if wish.amount else wish.percent, wish.amount, 2 * wish.amount)


def give_code(case: Trouble, coupon: Coupon, *, by: str, at: datetime) -> Coupon:
    """The coupon with its code, in the caller's transaction, which holds the case."""
    order = case.order
    ends_at, _ = until(coupon.until, order.country)
    gives = DiscountCode.Gives.PERCENT if coupon.percent else DiscountCode.Gives.AMOUNT
    new = NewCode(
        code="",
        occasion=DiscountCode.Occasion.APOLOGY,
        gives=gives,
        starts_at=at,
        percent=coupon.percent,
        amounts={order.currency: coupon.amount} if coupon.amount else None,
        least={order.currency: coupon.least} if coupon.amount else None,
        email=order.email,
        ends_at=ends_at,
        most_uses=1,
        trouble=case,
    )
    return replace(coupon, code=_made(new, by, at).code)


def _made(new: NewCode, by: str, at: datetime) -> DiscountCode:
    for _ in range(_TRIES):
        code = made_up()
        if not DiscountCode.objects.filter(code=code).exists():
            return make_code(replace(new, code=code), by=by, at=at)
    raise SameCode(new.code)
