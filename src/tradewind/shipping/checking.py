"""Quality checks before goods leave: where a product asks for one, its order leaves once it has passed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.catalog.models import PackingRule, Variant
from tradewind.core.facts import record
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.events import QualityChecked
from tradewind.shipping.models import QualityCheck

TODO: Final = "order.check_failed"
# Why an order does not leave; pages put them into words.
CHECK_MISSING: Final = "check_missing"
CHECK_FAILED: Final = "check_failed"


class NotChecked(Exception):
    """Goods of the order have to be looked at first, or were found wanting. `why` is CHECK_MISSING or CHECK_FAILED."""

    def __init__(self, order_id: int, why: str) -> None:
        super().__init__(f"order {order_id}: {why}")
        self.why = why


class NothingToCheck(Exception):
    """The order has left, or no product in it asks for this."""


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found. `failed` are codes of catalog.packing.PARTS, empty where it passed."""

    product_id: int
    looked_at: int
    failed: tuple[str, ...] = ()
    reason: str = ""
    is_passed: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A product of an order that asks for a check; `last` is what was found, None where nobody looked yet."""

    rule: PackingRule
    title: str
    pieces: int
    last: QualityCheck | None

    @property
    def sample(self) -> int:
        return min(self.rule.sample or self.pieces, self.pieces)


def checks_of(order_id: int) -> list[Asked]:
    """Of what is still here."""
    lines = lines_left(order_id)
    skus = _skus(lines)
    asking = {
        rule.product_id: rule for rule in PackingRule.objects.filter(product__variants__sku__in=skus, needs_check=True)
    }
    if not asking:
        return []
    products = dict(Variant.objects.filter(sku__in=skus, product_id__in=asking).values_list("sku", "product_id"))
    last = {check.product_id: check for check in QualityCheck.objects.filter(order_id=order_id).order_by("pk")}
    pieces: dict[int, int] = {}
    titles: dict[int, str] = {}
    for line in lines:
        for sku, units in line.parts or [[line.sku, 1]]:
            product_id = products.get(sku)
            if product_id is not None:
                pieces[product_id] = pieces.get(product_id, 0) + units * (line.quantity - line.dispatched)
                titles.setdefault(product_id, line.title)
    return [Asked(asking[pk], titles[pk], number, last.get(pk)) for pk, number in pieces.items()]


def why_unchecked(order_ids: Sequence[int]) -> dict[int, str]:
    """Those that do not leave before somebody has looked, and why. One statement where no product asks for checks."""
    asking = list(PackingRule.objects.filter(needs_check=True).values_list("product_id", flat=True))
    if not asking or not order_ids:
        return {}
    lines = OrderLine.objects.filter(order__in=order_ids, kind=OrderLine.Kind.GOODS)
    here = [line for line in lines if line.quantity > line.dispatched]
    products = dict(Variant.objects.filter(sku__in=_skus(here), product_id__in=asking).values_list("sku", "product_id"))
    rows = QualityCheck.objects.filter(order__in=order_ids).order_by("pk")
    last = {
        (order_id, product): passed
        for order_id, product, passed in rows.values_list("order_id", "product_id", "is_passed")
    }
    found: dict[int, str] = {}
    for line in here:
        for sku in _skus([line]):
            passed = last.get((line.order_id, products.get(sku, 0)), None if sku in products else True)
            if not passed and found.get(line.order_id) != CHECK_FAILED:
                found[line.order_id] = CHECK_MISSING if passed is None else CHECK_FAILED
    return found


def require_checked(order_id: int) -> None:
    """In the caller's transaction, which has the order's lock. Raises NotChecked."""
    why = why_unchecked([order_id]).get(order_id)
    if why:
        raise NotChecked(order_id, why)


def note_check(*, order_id: int, key: str, found: Found, by: str, at: datetime) -> QualityCheck:
    """A failed check keeps the order here and asks for a hand; one that passes afterwards lets it go.

    Raises NothingToCheck, Order.DoesNotExist.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        before = QualityCheck.objects.filter(key=key, order=order).first()
        if before is not None:
            return before
        if order.state != OrderState.PAID or found.product_id not in {
            each.rule.product_id for each in checks_of(order_id)
        }:
            raise NothingToCheck(order_id)
        check = QualityCheck.objects.create(
            order=order,
            product_id=found.product_id,
            key=key,
            is_passed=found.is_passed,
            looked_at=found.looked_at,
            failed=list(found.failed),
            reason=found.reason,
            by=by,
            at=at,
        )
        _tell(order, at)
        record(QualityChecked(order.pk, order.buyer_id, found.product_id, found.is_passed), by=by, at=at)
    return check


def _tell(order: Order, at: datetime) -> None:
    """There is a to-do as long as something of it stands as failed."""
    if why_unchecked([order.pk]).get(order.pk) != CHECK_FAILED:
        settle_by_fact(TODO, subject=("order", order.pk), at=at)
        return
    promise = open_promise(Promise.Kind.DISPATCH, order.pk)
    due_at = promise.due_at if promise else at
    ask_for_hand(TODO, subject=("order", order.pk), account_id=order.account_id, due_at=due_at, at=at)


def _skus(lines: Iterable[OrderLine]) -> set[str]:
    """What lies on the table: of a set, its parts."""
    return {str(sku) for line in lines for sku, _ in line.parts or [[line.sku, 1]] if sku}
