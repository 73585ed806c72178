"""All of the money for goods that did not arrive: what was paid for them, and for the delivery where none of the order comes.

Of an order that has not left it is the whole order, which is cancelled with it; where a part has left, it is what its other goods come
to, which come off the order. What went once more and did not arrive either is paid back with the money of the first order. Amounts are
looked at before, and are the same when the money goes, or it does not go.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Sum

from tradewind.aftersales.promising import last_day
from tradewind.aftersales.sent_again import at_source, cases_about, cases_behind, other_parts, sent_again
from tradewind.lib.money import Money, sum_of
from tradewind.orders.cancelling import NO_STOCK, OTHER, cancel_order
from tradewind.orders.changing import has_left_in_part
from tradewind.orders.dividing import Share, divide, whole
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.payments.models import PaymentIntent, Refund
from tradewind.payments.queries import intents_for, refundable_of
from tradewind.payments.refunding import MoreThanCaptured, plan_refunds
from tradewind.shipping.models import Parcel, ParcelLine, Trouble
from tradewind.shipping.parcel_contents import label_of
from tradewind.shipping.parcels import units_left
from tradewind.shipping.tracking_states import Status
from tradewind.shipping.trouble_orders import DECIDED
from tradewind.shipping.trouble_rules import Cause
from tradewind.shipping.writing_off import write_off

# The reason that payments keep.
NOT_ARRIVED: Final = "not_arrived"
LESS: Final = (
    "less"  # of what was done about a case: minor units that had gone back before and came off what went back for it
)
# Codes of why nothing is owed by this way; pages put them into words.
NO_MONEY: Final = "no_money"  # none of it is here, or all of it is on its way back
SENT_AGAIN: Final = "sent_again"
ARRIVED: Final = "arrived"  # the parcel of which the goods went once more
LEFT_IN_PART: Final = "left_in_part"  # and what is still here cannot come off the order
CODE_FAILS: Final = "code_fails"  # the order's code, for the goods that have left
MOVED_ON: Final = "moved_on"  # the order, or the parcel
UNKNOWN: Final = "unknown"  # nobody has written down what was in the parcel
CHANGED: Final = "changed"  # another amount than was looked at

_Kind = OrderLine.Kind


class NotOwed(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Owed:
    """`back` is what goes back of the money of `order`: goods and delivery, less what has gone back before. `is_all`: nothing else of
    the order comes. `is_rest`: it is for what is still here of one that has left in part. `until` is the last day on which it is there.
    """

    order: Order
    goods: Money
    delivery: Money
    back: Money
    is_all: bool
    is_rest: bool
    until: date

    @property
    def before(self) -> Money:
        """None where more was paid than the order comes to."""
        return max(self.goods + self.delivery - self.back, self.back * 0)

    @property
    def counted(self) -> int:
        """Minor units of what was given before that nothing else of the order is reduced by."""
        return 0 if self.is_all else self.before.amount


@dataclass(frozen=True, slots=True)
class _Lost:
    """Units by line of the order with which they were paid for that do not come; `is_all`: nor does anything else of it."""

    order: Order
    units: Mapping[int, int]
    is_all: bool


def is_about_rest(case: Trouble) -> bool:
    """Is it about what is still here of an order that has left in part?"""
    return case.parcel_id is None and case.order.state == OrderState.PAID and has_left_in_part(case.order_id)


def owed_for(case: Trouble, *, at: datetime, rest: Money | None = None) -> Owed:
    """What would go back now. `rest`: what the goods come to that are still here, where it is about those. Raises NotOwed."""
    lost = _lost(case, is_rest=rest is not None)
    order = lost.order
    here = [intent for intent in intents_for("order", order.pk) if intent.currency == order.currency]
    left = sum_of((refundable_of(intent) for intent in here), order.currency)
    if left.amount <= 0:
        raise NotOwed(NO_MONEY)
    lines = list(order.lines.order_by("position", "pk"))
    shares = _whole(lines) if lost.is_all else _part(lines, lost.units, order.currency)
    goods = _sum((share for kind, share in shares if kind != _Kind.DELIVERY), order)
    delivery = _sum((share for kind, share in shares if kind == _Kind.DELIVERY), order) if lost.is_all else goods * 0
    if rest is not None and not lost.is_all:
        goods = rest
    # The last that goes back is all that is left, whatever was rounded before.
    back = left if lost.is_all else min(left, goods - min(goods, _gone_before(here, order)))
    if back.amount <= 0:
        raise NotOwed(NO_MONEY)
    until = max(last_day(order, each.method, at=at) for each in _paying(here))
    return Owed(order, goods, delivery, back, lost.is_all, rest is not None, until)


def _gone_before(here: Iterable[PaymentIntent], order: Order) -> Money:
    """What somebody has given back already for whatever was wrong. For what it was nobody wrote down: it counts for this, and where
    it has been counted for other goods of the order, not once more.
    """
    gone = Refund.objects.filter(intent__in=list(here), reason__in=DECIDED).exclude(state=Refund.State.FAILED)
    counted = sum(int(act.get(LESS, 0)) for case in cases_about(order) for act in case.done)
    return Money(max((gone.aggregate(Sum("amount"))["amount__sum"] or 0) - counted, 0), order.currency)


def give_back(case: Trouble, owed: Owed, *, by: str, at: datetime) -> None:
    """In the caller's transaction, which held case and orders when it found what is owed. Raises NotOwed."""
    if case.parcel is None:
        # The money, the stock and the promises follow from the cancellation.
        cancel_order(order=case.order, by=by, reason=cancelled_because(case), at=at)
        return
    send_back(owed, owed.back, by=by, at=at)
    write_off(case.order, case.parcel, at=at, by=by)
    _write_off_sources(case.order, at=at, by=by)


def send_back(owed: Owed, amount: Money, *, by: str, at: datetime) -> None:
    """So much of what is owed, for goods that did not arrive. Raises NotOwed."""
    try:
        plan_refunds(subject=("order", owed.order.pk), amount=amount, reason=NOT_ARRIVED, at=at, by=by)
    except MoreThanCaptured:
        raise NotOwed(CHANGED) from None


def cancelled_because(case: Trouble) -> str:
    return NO_STOCK if case.cause == Cause.NO_STOCK else OTHER


def _write_off_sources(order: Order, *, at: datetime, by: str) -> None:
    """Once nothing comes of what went again, nobody waits for the parcel of which it did either."""
    for behind in cases_behind(order):
        parts = [order, *other_parts(order)]
        if behind.parcel is None or not all(_is_gone(part, _written_off(part.pk)) for part in parts):
            return
        order = behind.order
        write_off(order, label_of(behind.parcel.pk), at=at, by=by)


def _lost(case: Trouble, *, is_rest: bool) -> _Lost:
    """Raises NotOwed."""
    order, units = case.order, _units(case, is_rest=is_rest)
    gone = Counter(units) + _written_off(order.pk)
    for behind in cases_behind(order) if case.parcel is not None else ():
        if behind.parcel is None or label_of(behind.parcel.pk).status == Status.DELIVERED:
            raise NotOwed(ARRIVED)
        units, gone = at_source(order, units, behind), at_source(order, gone, behind)
        for part in other_parts(order):
            gone += at_source(part, _written_off(part.pk), behind)
        order = behind.order
        gone += _written_off(order.pk)
    return _Lost(order, units, _is_gone(order, gone))


def _units(case: Trouble, *, is_rest: bool) -> Mapping[int, int]:
    """Units by line of its order that do not come. Raises NotOwed."""
    if case.parcel is not None:
        return _in_parcel(case, case.parcel)
    if case.order.state != OrderState.PAID:
        raise NotOwed(MOVED_ON)
    if has_left_in_part(case.order_id) != is_rest:
        raise NotOwed(LEFT_IN_PART)
    return units_left(case.order_id)


def _in_parcel(case: Trouble, parcel: Parcel) -> Mapping[int, int]:
    """Raises NotOwed."""
    if parcel.refunded_at or parcel.replaced_at or parcel.status == Status.DELIVERED:
        raise NotOwed(MOVED_ON)
    if sent_again(case) is not None:
        raise NotOwed(SENT_AGAIN)
    if not (units := dict(parcel.lines.values_list("line_id", "quantity"))):
        raise NotOwed(UNKNOWN)
    return units


def _written_off(order_id: int) -> Counter[int]:
    """Units by line for which the money went back before."""
    gone = Counter[int]()
    lines = ParcelLine.objects.filter(
        parcel__order=order_id, parcel__refunded_at__isnull=False, parcel__replaced_at=None
    )
    for line_id, quantity in lines.values_list("line_id", "quantity"):
        gone[line_id] += quantity
    return gone


def _is_gone(order: Order, gone: Mapping[int, int]) -> bool:
    """Does nothing of it come?"""
    goods = order.lines.filter(kind=_Kind.GOODS).values_list("pk", "quantity")
    return all(gone.get(pk, 0) >= quantity for pk, quantity in goods)


def _whole(lines: Iterable[OrderLine]) -> list[tuple[str, Share]]:
    return [(line.kind, whole(line)) for line in lines]


def _part(lines: list[OrderLine], units: Mapping[int, int], currency: str) -> list[tuple[str, Share]]:
    """With the units' shares in discounts, taxes and duties."""
    shares = divide(lines, units, currency)
    return [(line.kind, shares[line.pk][1]) for line in lines]


def _sum(shares: Iterable[Share], order: Order) -> Money:
    each = (share.total + (0 if order.tax_included else share.tax) for share in shares)
    return Money(sum(each), order.currency)


def _paying(intents: Iterable[PaymentIntent]) -> list[PaymentIntent]:
    """Those with money that can go back."""
    return [intent for intent in intents if refundable_of(intent).amount > 0]
