"""Quality checks before goods leave: where a product asks for one, its order leaves once it has passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.catalog.models import PackingRule
from tradewind.core.facts import record
from tradewind.core.todos import ask_for_hand, settle_by_fact
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.queries import open_promise
from tradewind.shipping.checklist import variants_on_table
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


class TooFewLookedAt(Exception):
    """It cannot have passed: so many pieces were to be looked at."""

    def __init__(self, wanted: int) -> None:
        super().__init__(f"{wanted} were to be looked at")
        self.wanted = wanted


class CheckOfAnother(Exception):
    """The form's key belongs to a check of another order."""


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
    """A product of an order that asks for a check; `last` is what was found, None where nobody looked at all of it yet."""

    rule: PackingRule
    title: str
    pieces: int
    last: QualityCheck | None

    @property
    def sample(self) -> int:
        return min(self.rule.sample or self.pieces, self.pieces)


def checks_of(order_id: int) -> list[Asked]:
    """Of what is still here."""
    lines = _goods([order_id])
    products = _products(lines)
    ordered = _ordered(lines, products)
    asking = {rule.product_id: rule for rule in PackingRule.objects.filter(needs_check=True)} if products else {}
    last = {check.product_id: check for check in QualityCheck.objects.filter(order_id=order_id).order_by("pk")}
    pieces: dict[int, int] = {}
    titles: dict[int, str] = {}
    for line in lines:
        for product_id, units in products[line.pk]:
            if product_id in asking and line.quantity > line.dispatched:
                pieces[product_id] = pieces.get(product_id, 0) + units * (line.quantity - line.dispatched)
                titles.setdefault(product_id, line.title)
    holding = {pk: check for pk, check in last.items() if pk in pieces and _holds(check, ordered[order_id, pk])}
    return [Asked(asking[pk], titles[pk], number, holding.get(pk)) for pk, number in pieces.items()]


def why_unchecked(order_ids: Sequence[int]) -> dict[int, str]:
    """Those that do not leave before somebody has looked, and why. One statement where no product asks for checks."""
    asking = set(PackingRule.objects.filter(needs_check=True).values_list("product_id", flat=True))
    if not asking or not order_ids:
        return {}
    lines = _goods(order_ids)
    products = _products(lines)
    ordered = _ordered(lines, products)
    rows = QualityCheck.objects.filter(order__in=order_ids).order_by("pk")
    last = {(check.order_id, check.product_id): check for check in rows}
    here = {(line.order_id, pk) for line in lines if line.quantity > line.dispatched for pk, _ in products[line.pk]}
    found: dict[int, str] = {}
    for order_id, product_id in here:
        if product_id not in asking or found.get(order_id) == CHECK_FAILED:
            continue
        check = last.get((order_id, product_id))
        if check is not None and not check.is_passed:
            found[order_id] = CHECK_FAILED
        elif check is None or not _holds(check, ordered[order_id, product_id]):
            found[order_id] = CHECK_MISSING
    return found


def require_checked(order_id: int) -> None:
    """In the caller's transaction, which has the order's lock. Raises NotChecked."""
    why = why_unchecked([order_id]).get(order_id)
    if why:
        raise NotChecked(order_id, why)


def note_check(*, order_id: int, key: str, found: Found, by: str, at: datetime) -> QualityCheck:
    """A failed check keeps the order here and asks for a hand; one that passes afterwards lets it go.

    Raises NothingToCheck, TooFewLookedAt, CheckOfAnother, Order.DoesNotExist.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        before = QualityCheck.objects.filter(key=key).first()
        if before is not None:
            if before.order_id != order_id:
                raise CheckOfAnother(key)
            return before
        _require_enough(order, found)
        check = QualityCheck.objects.create(
            order=order,
            product_id=found.product_id,
            key=key,
            is_passed=found.is_passed,
            looked_at=found.looked_at,
            of_pieces=_ordered_of(order_id, found.product_id),
            failed=list(found.failed),
            reason=found.reason,
            by=by,
            at=at,
        )
        _tell(order, at)
        record(QualityChecked(order.pk, order.buyer_id, found.product_id, found.is_passed), by=by, at=at)
    return check


def _require_enough(order: Order, found: Found) -> None:
    asked = {each.rule.product_id: each for each in checks_of(order.pk)}.get(found.product_id)
    if order.state != OrderState.PAID or asked is None:
        raise NothingToCheck(order.pk)
    if found.is_passed and found.looked_at < asked.sample:
        raise TooFewLookedAt(asked.sample)


def _ordered_of(order_id: int, product_id: int) -> int:
    lines = _goods([order_id])
    return _ordered(lines, _products(lines))[order_id, product_id]


def _tell(order: Order, at: datetime) -> None:
    """There is a to-do as long as something of it stands as failed."""
    if why_unchecked([order.pk]).get(order.pk) != CHECK_FAILED:
        settle_by_fact(TODO, subject=("order", order.pk), at=at)
        return
    promise = open_promise(Promise.Kind.DISPATCH, order.pk)
    due_at = promise.due_at if promise else at
    ask_for_hand(TODO, subject=("order", order.pk), account_id=order.account_id, due_at=due_at, at=at)


def _goods(order_ids: Sequence[int]) -> list[OrderLine]:
    rows = OrderLine.objects.filter(order__in=order_ids, kind=OrderLine.Kind.GOODS)
    return list(rows.order_by("order_id", "position", "id"))


def _holds(check: QualityCheck, ordered: int) -> bool:
    """A pass is none for pieces that came after it; a failure stands."""
    return not check.is_passed or check.of_pieces >= ordered


def _products(lines: Sequence[OrderLine]) -> dict[int, list[tuple[int, int]]]:
    """What lies on the table by line, of a set its parts: (product, units in one)."""
    variants = variants_on_table(lines)
    things = {line.pk: [(str(sku), int(units)) for sku, units in line.parts or [[line.sku, 1]]] for line in lines}
    return {
        pk: [(variants[pk, sku].product_id, units) for sku, units in each if (pk, sku) in variants]
        for pk, each in things.items()
    }


def _ordered(
    lines: Sequence[OrderLine], products: Mapping[int, Sequence[tuple[int, int]]]
) -> dict[tuple[int, int], int]:
    """Pieces by order and product, with those that have left: whatever is added later is seen, also after a part left."""
    found: dict[tuple[int, int], int] = {}
    for line in lines:
        for product_id, units in products[line.pk]:
            key = (line.order_id, product_id)
            found[key] = found.get(key, 0) + units * line.quantity
    return found
