"""Discount codes: what one is worth for a cart, and how often it is used. A code that does not hold never keeps anybody
from ordering at the price that is shown.
"""

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tradewind.buyers.registering import normal_email
from tradewind.checkout.code_goods import Priced, matching, spread
from tradewind.checkout.models import CodeUse, DiscountCode
from tradewind.core.trail import write_audit
from tradewind.lib.charging import Discount
from tradewind.lib.money import Money, scale, sum_of
from tradewind.lib.refs import ALPHABET
from tradewind.markets.queries import MarketView
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.shipping.models import Trouble

LONGEST: Final = 24
# With more, a mistyped digit gives goods away.
MOST_PERCENT: Final = 90

# Codes of why one does not hold; pages put them into words.
UNKNOWN: Final = "unknown"
NOT_YET: Final = "not_yet"
OVER: Final = "over"
OTHER_MARKET: Final = "other_market"
TOO_LITTLE: Final = "too_little"
USED_UP: Final = "used_up"
USED_BEFORE: Final = "used_before"
NOT_NEW: Final = "not_new"
OTHER_GOODS: Final = "other_goods"
OTHER_BUYER: Final = "other_buyer"

_MADE_LENGTH: Final = 8
_FORM: Final = re.compile(r"[\w-]{3,24}")


class BadCode(ValueError):
    """A code has 3 to LONGEST letters, digits, or hyphens."""


class SameCode(Exception):
    """There is a code of this name already; orders refer to it."""


class NotWorthIt(ValueError):
    """A percentage is 1 to MOST_PERCENT. An amount is above zero, and below the value of goods from which it holds."""


class CodeRefused(Exception):
    """The code does not hold for this buyer, or in this moment no longer. `problem` is a code of this module."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code to be made; fields as in DiscountCode. Periods are half-open."""

    code: str
    occasion: str
    gives: str
    starts_at: datetime
    percent: int = 0
    amounts: Mapping[str, int] | None = None
    least: Mapping[str, int] | None = None
    markets: tuple[str, ...] = ()
    products: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    email: str = ""
    ends_at: datetime | None = None
    most_uses: int | None = None
    is_once_per_buyer: bool = True
    is_for_new_buyers: bool = False
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Valued:
    """What a code comes to for goods of a value: a discount, or the problem that keeps it from holding."""

    code: str = ""
    discount: Discount | None = None
    percent: int = 0
    problem: str = ""
    least: Money | None = None  # of goods, where they are too few
    parts: tuple[Money, ...] = ()  # of a discount off the goods, by line: zero where the code does not hold for it
    products: tuple[int, ...] = ()  # that it is for, with `categories`; none of either: all goods
    categories: tuple[int, ...] = ()
    is_for_one_buyer: bool = False


def normal(typed: str) -> str:
    """As codes are compared: capitals, width, and spaces between mean nothing."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).upper()


def made_up() -> str:
    """A code that nobody guesses, of signs that are not taken for each other."""
    return "".join(secrets.choice(ALPHABET) for _ in range(_MADE_LENGTH))


def make_code(new: NewCode, *, by: str, at: datetime) -> DiscountCode:
    """Put a code on record. Raises BadCode, SameCode, NotWorthIt."""
    code = normal(new.code)
    if not _FORM.fullmatch(code):
        raise BadCode(new.code)
    _check_worth(new)
    try:
        with transaction.atomic():
            row = DiscountCode.objects.create(
                code=code,
                occasion=new.occasion,
                gives=new.gives,
                percent=new.percent,
                amounts=dict(new.amounts or {}),
                least=dict(new.least or {}),
                markets=list(new.markets),
                products=list(new.products),
                categories=list(new.categories),
                email=normal_email(new.email),
                starts_at=new.starts_at,
                ends_at=new.ends_at,
                most_uses=new.most_uses,
                is_once_per_buyer=new.is_once_per_buyer,
                is_for_new_buyers=new.is_for_new_buyers,
                trouble=new.trouble,
                created_at=at,
            )
            write_audit("code.made", subject=("code", row.pk), by=by, at=at, after=_on_record(row))
    except IntegrityError:
        raise SameCode(code) from None
    return row


def end_code(code_id: int, *, by: str, at: datetime) -> None:
    """From this moment on it holds for no new order. Raises DiscountCode.DoesNotExist. Twice is the same as once."""
    with transaction.atomic():
        row = DiscountCode.objects.select_for_update().get(pk=code_id)
        if row.ends_at is None or row.ends_at > at:
            before = _on_record(row)
            row.starts_at, row.ends_at = min(row.starts_at, at), at
            row.save(update_fields=["starts_at", "ends_at"])
            write_audit("code.ended", subject=("code", row.pk), by=by, at=at, before=before, after=_on_record(row))


def is_known(code: str) -> bool:
    """Is there such a code, as `normal` writes it, whether it holds or not?"""
    return bool(_FORM.fullmatch(code)) and DiscountCode.objects.filter(code=code).exists()


def value_code(
    typed: str, goods: Sequence[Priced], delivery: Money, market: MarketView, *, at: datetime, is_used: bool = False
) -> Valued:
    """What the code takes off, or why it does not; goods are at least one line. Who buys is looked at when the order is placed.
    With `is_used` it is valued anew for an order that has used it: how often it was used by now does not matter.

    The least value is one of all goods, as in other shops, also where the code holds for some of them alone.
    """
    code = normal(typed)
    if not code:
        return Valued()
    row = DiscountCode.objects.filter(code=code).first() if _FORM.fullmatch(code) else None
    if row is None:
        return Valued(problem=UNKNOWN)
    counted, value = matching(row, goods), sum_of((line.total for line in goods), delivery.currency)
    least = Money(row.least.get(value.currency, 0), value.currency)
    problem = _problem(row, value, least, market, at)
    if problem == USED_UP and is_used:
        problem = ""
    if not problem and not any(counted):
        problem = OTHER_GOODS
    found = Valued(
        code,
        problem=problem,
        least=least if problem == TOO_LITTLE else None,
        products=tuple(row.products),
        categories=tuple(row.categories),
        is_for_one_buyer=bool(row.email),
    )
    if problem:
        return found
    discount = _discount(row, value, sum_of(counted, value.currency), delivery)
    parts = spread(discount.amount, counted) if discount and not discount.is_off_delivery else ()
    return replace(found, discount=discount, percent=row.percent, parts=parts)


def use_code(code: str, *, order_id: int, buyer_id: int, email: str, discount: Discount, at: datetime) -> None:
    """Count the code for an order that is being placed, in the caller's transaction. Raises CodeRefused.

    The row of the code is held until the order stands, so that the last use goes to one buyer.
    """
    row = DiscountCode.objects.select_for_update().get(code=code)
    if row.ends_at is not None and row.ends_at <= at:
        raise CodeRefused(OVER)
    if row.email and row.email != normal_email(email):
        raise CodeRefused(OTHER_BUYER)
    if _is_used_up(row):
        raise CodeRefused(USED_UP)
    if row.is_once_per_buyer and _uses(row).filter(buyer_id=buyer_id).exists():
        raise CodeRefused(USED_BEFORE)
    if row.is_for_new_buyers and _has_bought_before(buyer_id, order_id):
        raise CodeRefused(NOT_NEW)
    CodeUse.objects.create(
        code=row,
        order_id=order_id,
        buyer_id=buyer_id,
        amount=discount.amount.amount,
        currency=discount.amount.currency,
        used_at=at,
    )


def give_back_code(*, order_id: int, at: datetime) -> None:
    """The order will not be sent: its buyer, or somebody else, may use the code once more."""
    CodeUse.objects.filter(order_id=order_id, given_back_at=None).update(given_back_at=at)


def _check_worth(new: NewCode) -> None:
    if new.gives == DiscountCode.Gives.PERCENT and not 1 <= new.percent <= MOST_PERCENT:
        raise NotWorthIt
    if new.gives != DiscountCode.Gives.AMOUNT:
        return
    amounts, least = new.amounts or {}, new.least or {}
    if not amounts or any(not 0 < amount < least.get(currency, 0) for currency, amount in amounts.items()):
        raise NotWorthIt


def _on_record(row: DiscountCode) -> dict[str, Any]:
    return {
        "code": row.code,
        "products": row.products,
        "categories": row.categories,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat() if row.ends_at else None,
    }


def _problem(row: DiscountCode, goods: Money, least: Money, market: MarketView, at: datetime) -> str:
    if at < row.starts_at:
        return NOT_YET
    if row.ends_at is not None and row.ends_at <= at:
        return OVER
    is_elsewhere = row.markets and market.code not in row.markets
    if is_elsewhere or (row.gives == DiscountCode.Gives.AMOUNT and goods.currency not in row.amounts):
        return OTHER_MARKET
    if goods < least:
        return TOO_LITTLE
    return USED_UP if _is_used_up(row) else ""


def _discount(row: DiscountCode, goods: Money, counted: Money, delivery: Money) -> Discount | None:
    """None where it takes nothing off. At least one minor unit is left to pay: an order without payment is no order."""
    if row.gives == DiscountCode.Gives.FREE_DELIVERY:
        return Discount(delivery, is_off_delivery=True) if delivery else None
    if row.gives == DiscountCode.Gives.PERCENT:
        wanted = scale(counted, Decimal(row.percent) / 100)
    else:
        wanted = Money(row.amounts[goods.currency], goods.currency)
    amount = min(wanted, counted, Money(goods.amount - 1, goods.currency))
    return Discount(amount) if amount.amount > 0 else None


def _uses(row: DiscountCode) -> QuerySet[CodeUse]:
    return CodeUse.objects.filter(code=row, given_back_at=None)


def _is_used_up(row: DiscountCode) -> bool:
    return row.most_uses is not None and _uses(row).count() >= row.most_uses


def _has_bought_before(buyer_id: int, order_id: int) -> bool:
    earlier = Order.objects.filter(buyer_id=buyer_id).exclude(pk=order_id)
    return earlier.exclude(state=OrderState.CANCELLED).exists()
