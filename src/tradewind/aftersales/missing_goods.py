"""All of the money for goods that did not arrive: what was paid for them, and for the delivery where none of the order comes.

Of an order that has not left it is the whole order, which is cancelled with it. Amounts are looked at before, and are the same when the
money goes, or it does not go.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet, Sum

from tradewind.aftersales.promising import last_day
from tradewind.lib.money import Money, sum_of
from tradewind.orders.cancelling import NO_STOCK, OTHER, cancel_order
from tradewind.orders.changing import has_left_in_part
from tradewind.orders.dividing import Share, divide, whole
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.payments.models import PaymentIntent, Refund
from tradewind.payments.queries import intents_for, refundable_of
from tradewind.payments.refunding import MoreThanCaptured, plan_refunds
from tradewind.shipping.models import ParcelLine, Trouble
from tradewind.shipping.tracking_states import Status
from tradewind.shipping.trouble_orders import DECIDED
from tradewind.shipping.trouble_rules import Cause
from tradewind.shipping.writing_off import write_off

# The reason that payments keep.
NOT_ARRIVED: Final = "not_arrived"
# Codes of why nothing is owed by this way; pages put them into words.
NO_MONEY: Final = "no_money"  # none of it is here, or all of it is on its way back
SENT_AGAIN: Final = "sent_again"
LEFT_IN_PART: Final = "left_in_part"
MOVED_ON: Final = "moved_on"  # the order, or the parcel
UNKNOWN: Final = "unknown"  # nobody has written down what was in the parcel
CHANGED: Final = "changed"  # another amount than was looked at

_Kind = OrderLine.Kind
# The goods of one case go again so often, where each time the order was cancelled.
_MOST_AGAIN: Final = 5


class NotOwed(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Owed:
    """`back` is what goes back: goods and delivery, less what has gone back before. `is_all`: nothing else of the order comes.
    `until` is the last day on which it is there.
    """

    goods: Money
    delivery: Money
    back: Money
    is_all: bool
    until: date

    @property
    def before(self) -> Money:
        """None where more was paid than the order comes to."""
        return max(self.goods + self.delivery - self.back, self.back * 0)


def owed_for(case: Trouble, *, at: datetime) -> Owed:
    """What would go back now. Raises NotOwed."""
    order = case.order
    here = [intent for intent in intents_for("order", order.pk) if intent.currency == order.currency]
    left = sum_of((refundable_of(intent) for intent in here), order.currency)
    units = _units(case)
    if left.amount <= 0:
        raise NotOwed(NO_MONEY)
    lines = list(order.lines.order_by("position", "pk"))
    is_all = units is None or _is_all(lines, units, case)
    shares = _whole(lines) if is_all or units is None else _part(lines, units, order.currency)
    goods = _sum((share for kind, share in shares if kind != _Kind.DELIVERY), order)
    delivery = _sum((share for kind, share in shares if kind == _Kind.DELIVERY), order) if is_all else goods * 0
    # The last that goes back is all that is left, whatever was rounded before.
    back = left if is_all else min(left, goods - min(goods, _gone_before(here, order)))
    if back.amount <= 0:
        raise NotOwed(NO_MONEY)
    return Owed(goods, delivery, back, is_all, max(last_day(order, each.method, at=at) for each in _paying(here)))


def _gone_before(here: Iterable[PaymentIntent], order: Order) -> Money:
    """What somebody has given back already for whatever was wrong. For what it was nobody wrote down: it counts for this."""
    gone = Refund.objects.filter(intent__in=list(here), reason__in=DECIDED).exclude(state=Refund.State.FAILED)
    return Money(gone.aggregate(Sum("amount"))["amount__sum"] or 0, order.currency)


def give_back(case: Trouble, seen: int, *, by: str, at: datetime) -> Owed:
    """In the caller's transaction, which holds order and case. `seen`: the amount that was looked at, in minor units. Raises NotOwed."""
    owed, order = owed_for(case, at=at), case.order
    if owed.back.amount != seen:
        raise NotOwed(CHANGED)
    if case.parcel is None:
        # The money, the stock and the promises follow from the cancellation.
        cancel_order(order=order, by=by, reason=cancelled_because(case), at=at)
        return owed
    try:
        plan_refunds(subject=("order", order.pk), amount=owed.back, reason=NOT_ARRIVED, at=at, by=by)
    except MoreThanCaptured:
        raise NotOwed(CHANGED) from None
    write_off(order, case.parcel, at=at, by=by)
    return owed


def cancelled_because(case: Trouble) -> str:
    return NO_STOCK if case.cause == Cause.NO_STOCK else OTHER


def _units(case: Trouble) -> Mapping[int, int] | None:
    """Units by line that did not arrive; None: the whole order, of which nothing has left. Raises NotOwed."""
    if case.parcel is None:
        if has_left_in_part(case.order_id):
            raise NotOwed(LEFT_IN_PART)
        if case.order.state != OrderState.PAID:
            raise NotOwed(MOVED_ON)
        return None
    if case.parcel.refunded_at or case.parcel.replaced_at or case.parcel.status == Status.DELIVERED:
        raise NotOwed(MOVED_ON)
    if sent_again(case) is not None:
        raise NotOwed(SENT_AGAIN)
    if not (units := dict(case.parcel.lines.values_list("line_id", "quantity"))):
        raise NotOwed(UNKNOWN)
    return units


def sent_again(case: Trouble) -> Order | None:
    """The order with which its goods go once more, because of this case or another of the same parcel."""
    keys = [key for pk in _same_goods(case).values_list("pk", flat=True) for key in _again_keys(pk)]
    live = Order.objects.filter(cart_key__in=keys).exclude(state=OrderState.CANCELLED)
    return live.order_by("pk").first()


def again_key(trouble_id: int) -> str | None:
    """Of the order with which the goods of a case go once more; another one after that was cancelled. None after too many."""
    keys = _again_keys(trouble_id)
    used = set(Order.objects.filter(cart_key__in=keys).values_list("cart_key", flat=True))
    return next((key for key in keys if key not in used), None)


def _again_keys(trouble_id: int) -> list[str]:
    return [f"trouble-{trouble_id}", *(f"trouble-{trouble_id}-{number}" for number in range(2, _MOST_AGAIN + 1))]


def _same_goods(case: Trouble) -> QuerySet[Trouble]:
    """All cases of the goods in its parcel, under whatever label."""
    if case.parcel is None:
        return Trouble.objects.filter(pk=case.pk)
    of_parcel = Q(parcel=case.parcel)
    if case.parcel.departure is not None:
        of_parcel |= Q(parcel__order=case.order_id, parcel__departure=case.parcel.departure)
    return Trouble.objects.filter(of_parcel).order_by("pk")


def _is_all(lines: Iterable[OrderLine], units: Mapping[int, int], case: Trouble) -> bool:
    """Together with what went back for other parcels of the order."""
    gone = Counter(units)
    earlier = ParcelLine.objects.filter(
        parcel__order=case.order_id, parcel__refunded_at__isnull=False, parcel__replaced_at=None
    )
    for line_id, quantity in earlier.values_list("line_id", "quantity"):
        gone[line_id] += quantity
    return all(gone[line.pk] >= line.quantity for line in lines if line.kind == _Kind.GOODS)


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
