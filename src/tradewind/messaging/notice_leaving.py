"""A letter of a special notice leaves, and only then the day it speaks of takes the place of the old one.

It is looked at once more before it leaves: whoever has cancelled, has their parcel, or was told another day meanwhile does not get
it, and nobody does after the telling was stopped or the notice changed. Their promise never moved, so nothing has to be put back.
"""

from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from tradewind.core.rows import hold_all
from tradewind.messaging.couriers import LastLook
from tradewind.messaging.models import Message, NoticeItem, NoticeRun
from tradewind.messaging.moments.special_notice import MOMENT
from tradewind.messaging.notice_telling import plan_batch
from tradewind.messaging.repeating import is_still_news
from tradewind.orders.models import Order
from tradewind.orders.states import OrderState
from tradewind.promises.many import Anew, renew_all
from tradewind.promises.models import Promise
from tradewind.shipping.notice_hits import source_of

_Item: Final = NoticeItem.State


def end_if_all_are_told(run: NoticeRun, now: datetime) -> None:
    """In the caller's transaction, which holds the run and saves it."""
    is_over = run.state == NoticeRun.State.RUNNING and run.stage == NoticeRun.Stage.WRITE
    if is_over and not run.items.filter(state__in=(_Item.WAITING, _Item.LEAVING)).exists():
        run.state, run.finished_at = NoticeRun.State.DONE, now


def _is_true(message: Message, _at: datetime) -> bool:
    item = _items(message).select_related("run__announcement", "order").first()
    if item is None or not is_still_news(message):
        return False
    if item.state == _Item.TOLD:  # it came back, and is to leave again
        return True
    run = item.run
    is_meant = run.state != NoticeRun.State.STOPPED and run.revision == run.announcement.revision
    return is_meant and _stands(item)


def _stands(item: NoticeItem) -> bool:
    """Do the promises that it speaks of, and what it says of the parcel?"""
    if item.letter["is_sent"] != (item.order.state == OrderState.DISPATCHED):
        return False
    keys = [each["promise"] for each in item.letter["changes"]]
    # Of their keys alone: asked for the state as well, SQLite walks through all that are open.
    states = list(Promise.objects.filter(pk__in=keys).values_list("state", flat=True))
    return states == [Promise.State.MADE] * len(keys)


def _take_back(message: Message, now: datetime) -> None:
    """Its order has its turn again, where the telling goes on: what is true by then is written, or nothing."""
    run, item = _held(message)
    if item is None or item.state == _Item.TOLD:
        return
    _count_again(run, item)
    goes_on = run.state == NoticeRun.State.RUNNING
    _become(item, _Item.WAITING if goes_on else _Item.PASSED)
    if goes_on:
        plan_batch(run, now)
    else:
        run.passed += 1
    run.save()


def _leave(message: Message, now: datetime) -> None:
    """The buyer knows: the new days hold. What else was told, or happened, while the letter was under way stands."""
    run, item = _held(message)
    if item is None or item.state == _Item.TOLD:
        return
    hold_all(Order, [item.order_id])
    renew_all(_changes(item), where=MOMENT, because=source_of(run.announcement_id), at=now, by=run.by)
    _count_again(run, item)
    _become(item, _Item.TOLD)
    run.told += 1
    end_if_all_are_told(run, now)
    run.save()


def _fail(message: Message, now: datetime) -> None:
    """What was written stays: somebody may have it tried again."""
    _list(message, NoticeItem.Why.REFUSED, now)


def _drop(message: Message, now: datetime) -> None:
    """This one cannot be tried again: told once more, its buyer gets a letter of another run."""
    _list(message, NoticeItem.Why.DROPPED, now)


def _list(message: Message, why: NoticeItem.Why, now: datetime) -> None:
    """Nobody was told, so the promise is as it was."""
    run, item = _held(message)
    if item is None or item.state != _Item.LEAVING:
        return
    item.state, item.why = _Item.LISTED, why
    item.save(update_fields=["state", "why"])
    run.listed += 1
    run.planned -= 1
    end_if_all_are_told(run, now)
    run.save()


LAST_LOOK: Final = LastLook(_is_true, _take_back, _leave, _fail, _drop)


def _held(message: Message) -> tuple[NoticeRun, NoticeItem | None]:
    """The run before anything else, as its batches hold it."""
    run = NoticeRun.objects.select_for_update().get(pk=_run_id(message))
    return run, _items(message).first()


def _items(message: Message) -> QuerySet[NoticeItem]:
    return NoticeItem.objects.filter(run=_run_id(message), order=message.subject_id)


def _run_id(message: Message) -> int:
    return int(message.moment.partition(":")[2])


def _changes(item: NoticeItem) -> list[Anew]:
    """Of the promises that are still owed, held for the caller's transaction."""
    said = {each["promise"]: each for each in item.letter["changes"]}
    rows = Promise.objects.select_for_update().filter(pk__in=said, is_owed=True).order_by("pk")
    return [
        Anew(row, date.fromisoformat(each["first"]), date.fromisoformat(each["last"]), each["inputs"])
        for row in rows
        for each in (said[row.pk],)
    ]


def _count_again(run: NoticeRun, item: NoticeItem) -> None:
    """Among those who are to be told, if no mail server had taken its letter before."""
    if item.state == _Item.LISTED:
        run.listed -= 1
        run.planned += 1


def _become(item: NoticeItem, state: NoticeItem.State) -> None:
    item.state, item.why, item.letter = state, "", {}
    item.save(update_fields=["state", "why", "letter"])
