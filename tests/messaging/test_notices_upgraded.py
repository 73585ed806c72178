"""Runs of special notices that were begun before letters were written in their turn go on."""

from importlib import import_module

import pytest
from django.apps import apps

from tests.messaging.test_notice_letters_leaving import announced, go_on, read_again
from tests.messaging.test_special_notices import ordered
from tests.posting import Post
from tests.shop import Shop
from tradewind.messaging.models import NoticeItem, NoticeRun

pytestmark = pytest.mark.django_db
upgrade = import_module("tradewind.messaging.migrations.0012_notices_in_their_turn")


def test_a_telling_that_was_cut_off_goes_on_and_what_a_look_has_noted_is_forgotten(
    shop: Shop, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = ordered(shop, 5)
    row = announced(shop)
    # As they were: chosen all at once, with the number of all in `planned` and of those that are done in `looked_at`.
    tell, look = (
        NoticeRun.objects.create(
            announcement=row, revision=1, act=act, stage="spare", by="staff:1", made_at=shop.at, planned=5, looked_at=3
        )
        for act in ("tell", "look")
    )
    NoticeRun.objects.filter(pk=tell.pk).update(told=1, listed=1)
    states = ["told", "listed", "passed", "waiting", "waiting"]
    for run in (tell, look):
        NoticeItem.objects.bulk_create(
            NoticeItem(run=run, order=order, state=state) for order, state in zip(orders, states, strict=True)
        )
    monkeypatch.setattr(upgrade, "_AT_ONCE", 2)

    upgrade.number_stages(apps, None)

    assert (look.items.count(), tell.items.count()) == (0, 5)
    assert (read_again(look)[1], read_again(tell)) == (0, ("running", 4, 1, 1, 1))
    import_module("tradewind.messaging.notice_telling").plan_batch(tell, shop.at)
    go_on(shop)
    assert (len(post.mails), read_again(tell)) == (2, ("done", 4, 3, 1, 1))
