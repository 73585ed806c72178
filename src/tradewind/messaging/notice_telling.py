"""Telling the buyers whom a special notice hits: begun by a person after a preview, done by the worker in batches
(`notice_work.py`), and stopped in the middle when somebody says so, or when the notice is no longer the one that was looked at.

Nobody is told twice: a promise that was told anew has the notice in it, and is not hit by it any more.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from tradewind.core import deliveries
from tradewind.core.facts import SYSTEM
from tradewind.core.models import Delivery, ShopAccount
from tradewind.core.reach import Reach
from tradewind.core.trail import write_audit
from tradewind.markets.models import Announcement
from tradewind.messaging.models import NoticeItem, NoticeRun
from tradewind.messaging.ports import is_one_line
from tradewind.orders.models import Order
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.risking import NOTICE

KIND: Final = "messaging.notice"
Act: Final = NoticeRun.Act
Stage: Final = NoticeRun.Stage
State: Final = NoticeRun.State
Why: Final = NoticeItem.Why
MOST_COUNTED: Final = 1_000
# Amazon forbids sellers to write about dispatch and delivery: such buyers are listed, and nothing is sent.


class NotAsSeen(Exception):
    """The notice was changed or taken down since it was looked at."""


def look(announcement_id: int, *, at: datetime) -> NoticeRun | None:
    """See which promises a notice hits now, and which it hits no more. In a transaction. None where the notice is gone."""
    row = Announcement.objects.filter(pk=announcement_id).first()
    if row is None:
        return None
    return _start(
        NoticeRun(announcement=row, revision=row.revision, act=Act.LOOK, stage=Stage.SPARE, by=SYSTEM, made_at=at)
    )


def tell(announcement_id: int, *, revision: int, reach: Reach, by: str, at: datetime) -> NoticeRun:
    """Tell whoever is hit of the orders within reach. Again while it runs, it returns the run that is there. Raises NotAsSeen."""
    try:
        with transaction.atomic():
            row = Announcement.objects.select_for_update().filter(pk=announcement_id).first()
            if row is None or row.revision != revision or not row.acts:
                raise NotAsSeen(announcement_id)
            if (there := running(announcement_id)) is not None:
                return there
            run = _start(
                NoticeRun(
                    announcement=row,
                    revision=revision,
                    act=Act.TELL,
                    stage=Stage.PLAN,
                    by=by,
                    account_ids=None if reach.account_ids is None else sorted(reach.account_ids),
                    made_at=at,
                )
            )
            write_audit(
                "announcement.telling", subject=("announcement", row.pk), by=by, at=at, after={"revision": revision}
            )
            return run
    except IntegrityError:
        there = running(announcement_id)
        if there is None:
            raise
        return there


def stop(run_id: int, *, by: str, at: datetime) -> bool:
    """Tell nobody else: letters that have not left stay here, and the promises they speak of are as they were. Whoever was told,
    was told. False where it has ended.
    """
    with transaction.atomic():
        run = NoticeRun.objects.select_for_update().filter(pk=run_id, act=Act.TELL).first()
        if run is None or run.state != State.RUNNING:
            return False
        run.state, run.why, run.finished_at = State.STOPPED, NoticeRun.Why.BY_HAND, at
        run.save(update_fields=["state", "why", "finished_at"])
        told = {"told": run.told, "left": run.planned - run.told - run.passed}
        write_audit(
            "announcement.telling_stopped", subject=("announcement", run.announcement_id), by=by, at=at, after=told
        )
    return True


def running(announcement_id: int) -> NoticeRun | None:
    return NoticeRun.objects.filter(announcement=announcement_id, act=Act.TELL, state=State.RUNNING).first()


def runs_of(announcement_id: int) -> Sequence[NoticeRun]:
    """Who told how many, the newest first."""
    return list(NoticeRun.objects.filter(announcement=announcement_id, act=Act.TELL).order_by("-pk")[:20])


def look_at(row: Announcement) -> NoticeRun | None:
    """How the worker finds out whom the notice hits as it stands; None where it has not begun."""
    looks = NoticeRun.objects.filter(announcement=row, act=Act.LOOK, revision=row.revision)
    return looks.order_by("pk").last()


def is_stuck(run: NoticeRun) -> bool:
    """Has the worker given up, so that a person has to look at the page of work?"""
    return Delivery.objects.filter(subject_kind="notice_run", subject_id=run.pk, state=Delivery.State.STUCK).exists()


def listed_in(run: NoticeRun, reach: Reach, *, limit: int) -> Sequence[NoticeItem]:
    """Orders whose buyers could not be written to."""
    items = reach.of(run.items.filter(state=NoticeItem.State.LISTED), field="order__account_id")
    return list(items.select_related("order", "order__account").order_by("pk")[:limit])


def told_of(announcement_id: int, reach: Reach, *, most: int) -> list[Order]:
    """Whose buyers had a letter about a notice, by key, with their accounts."""
    items = NoticeItem.objects.filter(run__announcement=announcement_id, state=NoticeItem.State.TOLD)
    return list(
        reach.of(Order.objects.filter(pk__in=items.values("order"))).select_related("account").order_by("pk")[:most]
    )


def why_not_written(order: Order) -> str:
    """Why this buyer gets no letter; empty where they get one. Its account is loaded."""
    if order.account.channel != ShopAccount.Channel.OWN or order.external_id:
        return Why.CHANNEL
    if not order.email:
        return Why.NO_ADDRESS
    return "" if is_one_line(order.email) else Why.UNSAFE


def promises_hit(reach: Reach) -> list[tuple[Announcement, int]]:
    """Notices with the number of promises that each puts at risk and whose buyers have not been told: one more than
    MOST_COUNTED stands for any number above it. One may hit all that are open, and the page does not wait for them.
    """
    rows = reach.of(PromiseRisk.objects.filter(source_kind=NOTICE, until=None), field="promise__account_id")
    rows = rows.filter(promise__state=Promise.State.MADE)
    hitting = Announcement.objects.filter(Exists(rows.filter(source_id=OuterRef("pk")))).order_by("pk")
    return [(row, rows.filter(source_id=row.pk)[: MOST_COUNTED + 1].count()) for row in hitting]


def plan_batch(run: NoticeRun, at: datetime) -> None:
    """Order the next batch, in the caller's transaction."""
    deliveries.plan(KIND, f"{KIND}:{run.pk}:{run.step}", {"run": run.pk}, at=at, subject=("notice_run", run.pk))


def _start(run: NoticeRun) -> NoticeRun:
    run.save()
    plan_batch(run, run.made_at)
    return run
