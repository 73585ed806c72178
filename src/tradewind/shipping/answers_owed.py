"""Promises to write again about a case: they end with it, or go over to the case that takes its place, so that whoever is promised
a letter has a case from which it leaves.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from tradewind.core.facts import SYSTEM
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.ending import let_go
from tradewind.promises.models import Promise
from tradewind.shipping.trouble_models import Trouble

CASE: Final = "case"  # among the inputs: the case whose letter said so


def end_answers(cases: Collection[Trouble], *, at: datetime, by: str) -> None:
    """In the caller's transaction: these cases are over. Of an order that leaves its buyer hears anyway, and that keeps the promise."""
    told = {case.pk for case in cases if case.told_at is not None}
    if not told:
        return
    waits = (OrderState.AWAITING_PAYMENT, OrderState.PAID)
    here = Order.objects.filter(pk__in=[case.order_id for case in cases if case.pk in told], state__in=waits)
    let_go([each for each in _owed(here.values_list("pk", flat=True)) if each.inputs.get(CASE) in told], at=at, by=by)


def pass_answers(order_id: int, became: Mapping[int, int], *, at: datetime) -> None:
    """In the caller's transaction: an order was made of another, or took one in. `became` leads from the cases of the other order to
    its own; what was promised because of a case that it does not have is owed no more.
    """
    for promise in _owed([order_id]):
        case_id = int(promise.inputs.get(CASE, 0))
        if (own := became.get(case_id)) is not None:
            promise.inputs = {**promise.inputs, CASE: own}
            promise.save(update_fields=["inputs"])
        elif not Trouble.objects.filter(pk=case_id, order_id=order_id, closed_at=None).exists():
            let_go([promise], at=at, by=SYSTEM)


def _owed(order_ids: Collection[int]) -> list[Promise]:
    rows = Promise.objects.select_for_update().filter(subject_kind="order", subject_id__in=list(order_ids))
    return list(rows.filter(kind=Promise.Kind.ANSWER, is_owed=True).order_by("pk"))
