"""The letters of a special notice, written when it is their turn and no sooner: what they say is looked at then, and they stand
behind whatever somebody waits for.

Until a letter has left, the promise it speaks of is as it was (`notice_leaving.py`): nobody's day moves before they know.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef

from tradewind.core.models import Delivery
from tradewind.core.rows import hold_all, update_each
from tradewind.markets.models import Announcement
from tradewind.messaging.models import Message, NoticeItem, NoticeRun
from tradewind.messaging.moments.special_notice import MOMENT
from tradewind.messaging.notice_letters import Letters
from tradewind.messaging.notice_telling import why_not_written
from tradewind.messaging.planning import plan_all
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.models import Promise
from tradewind.promises.risking import clear_all, put_all
from tradewind.shipping.notice_hits import Hit, hits, risk_of, source_of, ways_of

# So many letters may stand between a confirmation or a code and its way out.
AT_ONCE: Final = 20
_Item: Final = NoticeItem.State
_NOT_OVER: Final = (Delivery.State.WAITING, Delivery.State.RUNNING, Delivery.State.STUCK)


def write_some(run: NoticeRun, notice: Announcement, now: datetime) -> bool:
    """The next letters, as many as the mail server keeps up with. In the caller's transaction, which holds run and notice. False
    where nobody is left to be written to.
    """
    waiting = run.items.filter(state=_Item.WAITING).order_by("pk")
    items = dict(waiting.values_list("order_id", "pk")[: AT_ONCE - _not_left(run)])
    hold_all(Order, items)
    underway = _written_to_already(notice, items)
    orders = list(Order.objects.filter(pk__in=items.keys() - underway).select_related("account").order_by("pk"))
    _write_to(orders, items, run, notice, now)
    return waiting.exists()


def letter_of(hit: Hit) -> dict[str, Any]:
    """What a letter says, as it is kept with its item until it has left."""
    changes = [
        {
            "promise": each.promise.pk,
            "first": each.first.isoformat(),
            "last": each.last.isoformat(),
            "inputs": dict(each.inputs),
        }
        for each in hit.changes
    ]
    return {"is_sent": hit.order.state == OrderState.DISPATCHED, "changes": changes}


def _not_left(run: NoticeRun) -> int:
    """How many of the last letters are still here: where mail stands still, no more are written."""
    last = sorted(
        (pk, state)
        for state in (_Item.LEAVING, _Item.TOLD)
        for pk in run.items.filter(state=state).order_by("-pk").values_list("pk", flat=True)[:AT_ONCE]
    )
    return sum(1 for _, state in last[-AT_ONCE:] if state == _Item.LEAVING)


def _written_to_already(notice: Announcement, order_ids: Collection[int]) -> set[int]:
    """Whom a letter of another run of this notice is on its way to, which was stopped and may leave all the same: they wait until it
    has left, or is taken back.
    """
    moments = [f"{MOMENT}:{pk}" for pk in NoticeRun.objects.filter(announcement=notice).values_list("pk", flat=True)]
    letters = Message.objects.filter(moment__in=moments, subject_kind="order", subject_id__in=order_ids)
    here = Exists(Delivery.objects.filter(key=OuterRef("message_id"), state__in=_NOT_OVER))
    # One that was refused stands there until somebody has it tried again, and is looked at once more then.
    letters = letters.filter(here, sent_at=None).exclude(state=Message.State.FAILED)
    return set(letters.values_list("subject_id", flat=True))


def _write_to(
    orders: Sequence[Order], items: dict[int, int], run: NoticeRun, notice: Announcement, now: datetime
) -> None:
    found = {hit.order.pk: hit for hit in hits(ways_of(notice, at=now), orders, is_held=True)}
    why = {pk: why_not_written(hit.order) for pk, hit in found.items()}
    told = [hit for pk, hit in found.items() if not why[pk]]
    plan_all(moment=f"{MOMENT}:{run.pk}", letters=Letters(notice).to(told, at=now), at=now)
    _fear([hit for pk, hit in found.items() if why[pk]], notice, now)
    _fear_no_more([order.pk for order in orders if order.pk not in found], notice, now)
    became = {
        **{order.pk: (_Item.PASSED, "", {}) for order in orders},
        **{pk: (_Item.LISTED, why[pk], {}) for pk in found},
        **{hit.order.pk: (_Item.LEAVING, "", letter_of(hit)) for hit in told},
    }
    update_each(NoticeItem, ("state", "why", "letter"), ((*what, items[pk]) for pk, what in became.items()))
    listed = len(found) - len(told)
    run.listed += listed
    run.passed += len(orders) - len(found)
    run.planned -= listed


def _fear(silent: Sequence[Hit], notice: Announcement, now: datetime) -> None:
    promises = [each.promise for hit in silent for each in hit.changes]
    put_all(promises, risk=risk_of(notice.pk), source=source_of(notice.pk), at=now)


def _fear_no_more(order_ids: Collection[int], notice: Announcement, now: datetime) -> None:
    rows = Promise.objects.filter(subject_kind="order", subject_id__in=order_ids, is_owed=True)
    feared = rows.filter(at_risk_since__isnull=False).select_for_update().order_by("pk")
    clear_all(list(feared), source=source_of(notice.pk), at=now)
