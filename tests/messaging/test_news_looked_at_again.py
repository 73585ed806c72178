"""News whose letter could not leave for a while is asked before it leaves what it was asked before it was written."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.posting import Post
from tests.shipping.troubled import heard, sent
from tests.shop import Shop
from tradewind.core.models import Delivery
from tradewind.core.work import TryAgain
from tradewind.core.worker import run_until_idle
from tradewind.messaging import news
from tradewind.messaging.couriers import MAIL
from tradewind.messaging.models import Message, MomentOff, News
from tradewind.orders.models import Order
from tradewind.shipping.models import Parcel, Trouble, TroubleGroup
from tradewind.shipping.tracking_states import Status

HOUR = timedelta(hours=1)
WAITS = timedelta(hours=6)


def held_up(shop: Shop, post: Post) -> tuple[Parcel, datetime]:
    """The letter about customs is written, and the mail server takes nothing for some hours."""
    parcel = sent(shop)
    heard(shop, parcel, 5.2, Status.CUSTOMS)
    at = shop.at + timedelta(days=5.3)
    run_until_idle(now=lambda: at - 2 * news.COMPANIONS)
    post.mails.clear()
    news.tell_due(at)
    post.problems.append(TryAgain(WAITS))
    run_until_idle(now=lambda: at)
    assert (Message.objects.get(moment="parcel_at_customs").state, post.mails) == ("planned", [])
    return parcel, at


def let_leave(at: datetime) -> None:
    for row in Delivery.objects.filter(kind=MAIL, state="waiting", payload__message__isnull=False).order_by("pk"):
        Delivery.objects.filter(pk=row.pk).update(tries=0)
        row.refresh_from_db()
    run_until_idle(now=lambda: at + WAITS + HOUR)


def off(parcel: Parcel, at: datetime) -> None:
    MomentOff.objects.create(moment="parcel_at_customs", market=parcel.order.market, by="staff:1", at=at)


def cancelled(parcel: Parcel, _at: datetime) -> None:
    Order.objects.filter(pk=parcel.order_id).update(state="cancelled")


def forgotten(parcel: Parcel, at: datetime) -> None:
    Order.objects.filter(pk=parcel.order_id).update(erased_at=at)


def refunded(parcel: Parcel, at: datetime) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(refunded_at=at)


def replaced(parcel: Parcel, at: datetime) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(replaced_at=at)


def moved_on(parcel: Parcel, _at: datetime) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(status=Status.IN_TRANSIT)


def told(parcel: Parcel, at: datetime) -> None:
    group = TroubleGroup.objects.create(account_id=parcel.order.account_id, cause="customs")
    Trouble.objects.create(
        group=group, order_id=parcel.order_id, parcel=parcel, cause="customs", since=at, opened_at=at, told_at=at
    )


def old(parcel: Parcel, _at: datetime) -> None:
    News.objects.filter(order=parcel.order_id).update(happened_at=_at - news.OLDEST)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (off, "off"),
        (cancelled, "gone"),
        (forgotten, "gone"),
        (refunded, "over"),
        (replaced, "over"),
        (moved_on, "over"),
        (told, "told"),
        (old, "old"),
    ],
)
def test_what_happened_meanwhile_keeps_it_from_leaving(
    shop: Shop, post: Post, happens: Callable[[Parcel, datetime], None], why: str
) -> None:
    parcel, at = held_up(shop, post)
    happens(parcel, at)

    let_leave(at)

    row = News.objects.get(moment="parcel_at_customs")
    assert (row.state, row.why, row.message_id) == ("passed", why, None)
    assert [mail.subject for mail in post.mails if "Zoll" in mail.subject] == []
    assert not Message.objects.filter(moment="parcel_at_customs").exists()


def test_where_nothing_happened_it_leaves(shop: Shop, post: Post) -> None:
    """Its own telling is no reason against it."""
    _, at = held_up(shop, post)

    let_leave(at)

    assert len([mail for mail in post.mails if "Zoll" in mail.subject]) == 1
    assert News.objects.get(moment="parcel_at_customs").state == "told"
