"""What cannot be told to one buyer keeps no other waiting, is not lost, and is put before a person."""

from datetime import timedelta

import pytest

from tests.messaging.test_news import told
from tests.shipping.troubled import heard, look, moment, sent
from tests.shop import Shop
from tradewind.core.each_alone import FAILING, SomeFailed
from tradewind.core.models import Todo
from tradewind.core.work import MAX_TRIES
from tradewind.messaging import news
from tradewind.messaging.models import Message, News
from tradewind.messaging.trouble_prospects import days_of
from tradewind.messaging.trouble_telling import tell_wanted, untold, want_told
from tradewind.shipping.models import Trouble
from tradewind.shipping.tracking_states import Status

pytestmark = pytest.mark.django_db


def test_an_order_whose_news_cannot_be_told_keeps_no_other_waiting_and_a_person_is_asked_in_time(shop: Shop) -> None:
    broken, well = sent(shop), sent(shop, "LP2")
    for parcel in (broken, well):
        heard(shop, parcel, 5.2, Status.OUT_FOR_DELIVERY)
    look(shop, 5.2)
    News.objects.update(state="waiting", message_id=None, settled_at=None)
    Message.objects.all().delete()
    at = shop.at + timedelta(days=5.201)
    # What a newer version of the program has written.
    News.objects.filter(order=broken.order_id).update(moment="parcel_on_the_moon", due_at=at - timedelta(hours=1))

    with pytest.raises(SomeFailed, match="parcel_on_the_moon"):
        news.tell_due(at)

    assert told() == ["parcel_out_for_delivery"]
    stuck = News.objects.get(order=broken.order_id)
    assert (stuck.state, stuck.failures) == ("waiting", 1)
    # The pauses grow, and nothing is lost: once it can be told, it is.
    pauses = []
    for _ in range(MAX_TRIES - 1):
        assert not Todo.objects.filter(kind=FAILING).exists()
        before = News.objects.get(pk=stuck.pk).due_at
        assert news.tell_due(before - timedelta(seconds=1)) == 0
        with pytest.raises(SomeFailed):
            news.tell_due(before)
        pauses.append((News.objects.get(pk=stuck.pk).due_at - before).total_seconds())
    assert [round(pause / 5.25) for pause in pauses[:3]] == [2, 4, 8]
    assert Todo.objects.get(kind=FAILING).facts == {"problem": f"messaging.tell_news {broken.order_id}: ValueError"}
    News.objects.filter(pk=stuck.pk).update(moment="parcel_out_for_delivery")
    assert news.tell_due(News.objects.get(pk=stuck.pk).due_at) == 1


def test_of_many_whose_telling_was_decided_one_that_cannot_be_told_stays_open_and_the_others_are_told(
    shop: Shop,
) -> None:
    for number in ("LP1", "LP2"):
        sent(shop, number)
    look(shop, 8.5)
    broken, well = Trouble.objects.order_by("pk")
    at = moment(shop, 8.6)
    found = list(untold(broken.group_id).select_related("order", "parcel"))
    assert want_told(group_id=broken.group_id, read=days_of(found, at=at), note="", by="staff:1", at=at) == 2
    # What a newer version of the program has written.
    Trouble.objects.filter(pk=broken.pk).update(cause="beamed_away")

    with pytest.raises(SomeFailed):
        tell_wanted(at)

    broken.refresh_from_db()
    well.refresh_from_db()
    assert (well.told_at, broken.told_at, broken.wanted_at) == (at, None, None)
    assert [(each["act"], each["why"]) for each in broken.done] == [("not_told", "ValueError")]
    assert tell_wanted(at) == 0
