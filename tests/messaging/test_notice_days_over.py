"""What a special notice makes promises fear ends with the days on which it acts, and a changed one says whom it concerns anew."""

from datetime import datetime, timedelta

import pytest

from tests.messaging.test_notice_letters_leaving import announced, go_on, mails, steps
from tests.messaging.test_special_notices import holding_back, ordered, tell_all, work
from tests.posting import Post
from tests.shop import Shop
from tradewind.console.answers.notice_preview import Preview, preview_of
from tradewind.core.models import FactRecord
from tradewind.core.reach import EVERYWHERE
from tradewind.core.worker import run_until_idle
from tradewind.markets.announcing import Notice, announce, as_row
from tradewind.markets.models import Announcement
from tradewind.messaging.models import NoticeRun
from tradewind.messaging.notice_telling import promises_hit, stop
from tradewind.messaging.notice_work import look_at_passed
from tradewind.promises.making import keep
from tradewind.promises.models import Promise, PromiseRisk

# The last day on which the notice acts is over here, and then everywhere.
OVER_HERE = datetime.fromisoformat("2026-11-28T11:30Z")
OVER = datetime.fromisoformat("2026-11-28T12:30Z")


def feared() -> int:
    return PromiseRisk.objects.filter(until=None).count()


def looks() -> list[tuple[str, str]]:
    return list(NoticeRun.objects.filter(act="look").order_by("pk").values_list("state", "stage"))


def test_promises_that_its_days_did_not_hit_are_safe_again_once_they_are_over_everywhere(shop: Shop) -> None:
    [order] = ordered(shop, 1)
    announced(shop)
    # It left in time after all, and travels.
    keep(Promise.Kind.DISPATCH, order_id=order.pk, at=shop.at)
    assert feared() == 1

    run_until_idle(now=lambda: OVER_HERE)
    assert (feared(), len(looks())) == (1, 1)
    run_until_idle(now=lambda: OVER)

    promise = Promise.objects.get(subject_id=order.pk, kind=Promise.Kind.DELIVERY)
    assert (feared(), promise.state, promise.is_at_risk) == (0, "made", False)
    assert FactRecord.objects.filter(name="promises.safe_again").count() == 1
    assert promises_hit(EVERYWHERE) == []
    # Those that it had put at risk were looked at, and not all that are open; and it is over with that.
    assert looks()[1:] == [("done", "spare")]
    assert look_at_passed(OVER + timedelta(hours=1)) == 0
    assert len(looks()) == 2


def test_one_that_is_still_feared_for_after_its_look_is_not_looked_at_each_hour(shop: Shop) -> None:
    ordered(shop, 1)
    announced(shop)
    assert look_at_passed(OVER_HERE) == 0

    assert [look_at_passed(OVER), look_at_passed(OVER + timedelta(hours=1))] == [1, 0]


def test_nothing_is_looked_at_for_a_notice_that_no_promise_fears(shop: Shop) -> None:
    announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)

    assert look_at_passed(OVER) == 0


def changed(row: Announcement, notice: Notice, at: datetime) -> Preview:
    supposed = as_row(notice)
    supposed.pk, supposed.said_at = row.pk, row.said_at
    return preview_of(supposed, EVERYWHERE, at=at)


@pytest.mark.parametrize(("days", "found"), [(5, (1, 1, 0)), (3, (1, 0, 1)), (2, (1, 0, 1))])
def test_the_preview_of_a_changed_notice_tells_apart_whom_it_concerns(
    shop: Shop, post: Post, monkeypatch: pytest.MonkeyPatch, days: int, found: tuple[int, int, int]
) -> None:
    monkeypatch.setattr("tradewind.messaging.notice_writing.AT_ONCE", 1)
    ordered(shop, 2)
    row = announced(shop)
    seen = preview_of(row, EVERYWHERE, at=shop.at)
    assert (seen.anew, seen.is_known) == (2, False)
    run = tell_all(shop, row)
    steps(shop, 2)
    mails(shop)
    stop(run.pk, by="staff:1", at=shop.at)
    go_on(shop)
    assert len(post.mails) == 1

    seen = changed(row, holding_back(days), shop.at)

    assert ((seen.anew, seen.moving, seen.staying), seen.is_known) == (found, True)
