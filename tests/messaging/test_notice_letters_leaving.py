"""Letters of a special notice leave one after the other behind what somebody waits for; each is looked at once more before it does,
and the promise moves when it has left.
"""

from datetime import timedelta

import pytest

from tests.console.making import make_staff
from tests.messaging.test_special_notices import LATE, days_of, holding_back, letters, ordered, tell_all, work
from tests.posting import Post
from tests.shop import Shop
from tradewind.core import deliveries
from tradewind.core.models import Delivery
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.core.work import Refused, TryAgain, retry
from tradewind.core.worker import run_until_idle
from tradewind.markets.announcing import announce, change_announcement, end_announcement
from tradewind.markets.models import Announcement
from tradewind.messaging.couriers import MAIL
from tradewind.messaging.models import Message, NoticeItem, NoticeRun
from tradewind.messaging.notice_telling import KIND, NotAsSeen, promises_hit, stop, tell
from tradewind.messaging.notice_work import PAUSE
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order
from tradewind.promises.making import keep
from tradewind.promises.models import Promise
from tradewind.shipping.notice_walking import find_hits

OLD = [("dispatch", "24.11.", "made"), ("delivery", "10.12.", "made")]
TOLD = [("dispatch", "27.11.", "made"), ("delivery", "15.12.", "made")]


@pytest.fixture
def one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter may stand before others, so that there is a middle to do something in."""
    monkeypatch.setattr("tradewind.messaging.notice_writing.AT_ONCE", 1)


def announced(shop: Shop) -> Announcement:
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    return row


def steps(shop: Shop, number: int = 9, *, after: timedelta = LATE) -> None:
    """The next steps of telling, and no mail leaves."""
    for _ in range(number):
        row = Delivery.objects.filter(kind=KIND, state="waiting").order_by("pk").first()
        if row is not None:
            deliveries.run_now(row, now=lambda: shop.at + after)


def mails(shop: Shop) -> None:
    """What is written leaves, and nothing else happens."""
    for row in Delivery.objects.filter(kind=MAIL, state="waiting").order_by("pk"):
        deliveries.run_now(row, now=lambda: shop.at + LATE)


def go_on(shop: Shop, minutes: int = 1) -> None:
    """A worker is at work for that long."""
    for seconds in range(0, 60 * minutes, int(PAUSE.total_seconds())):
        run_until_idle(now=lambda: shop.at + LATE + timedelta(seconds=seconds))  # noqa: B023  # called before it moves on


def states(run: NoticeRun) -> list[str]:
    return list(run.items.order_by("pk").values_list("state", flat=True))


def read_again(run: NoticeRun) -> tuple[str, int, int, int, int]:
    run.refresh_from_db()
    return run.state, run.planned, run.told, run.passed, run.listed


@pytest.mark.usefixtures("post")
def test_a_promise_moves_when_the_letter_about_it_has_left(shop: Shop) -> None:
    [order] = ordered(shop, 1)
    run = tell_all(shop, announced(shop))
    steps(shop)

    assert (states(run), len(letters()), days_of(order)) == (["leaving"], 1, OLD)
    assert [number for _, number in promises_hit(EVERYWHERE)] == [2]
    mails(shop)

    assert (states(run), days_of(order)[2:]) == (["told"], TOLD)
    assert read_again(run) == ("done", 1, 1, 0, 0)
    assert promises_hit(EVERYWHERE) == []
    assert list(Promise.objects.filter(state="renewed").values_list("settled_at", flat=True)) == [shop.at + LATE] * 2


@pytest.mark.usefixtures("one_at_once")
def test_stopped_in_the_middle_it_tells_nobody_else_and_begun_again_the_others_alone(shop: Shop, post: Post) -> None:
    first, second, third = ordered(shop, 3)
    row = announced(shop)
    run = tell_all(shop, row)
    steps(shop, 2)
    mails(shop)
    steps(shop, 1)
    assert states(run) == ["told", "leaving", "waiting"]

    assert [stop(run.pk, by="staff:1", at=shop.at) for _ in range(2)] == [True, False]
    go_on(shop)

    # The second letter was written, and had not left.
    assert [letter.subject_id for letter in letters()] == [first.pk]
    assert [days_of(order)[-2:] for order in (first, second, third)] == [TOLD, OLD, OLD]
    assert (len(post.mails), read_again(run)[0]) == (1, "stopped")
    again = tell_all(shop, row)
    go_on(shop)
    assert [letter.subject_id for letter in letters()] == [first.pk, second.pk, third.pk]
    assert (len(post.mails), read_again(again)) == (3, ("done", 2, 2, 0, 0))


def test_begun_again_it_writes_to_nobody_whose_letter_may_still_leave(shop: Shop, post: Post) -> None:
    """Stopped while the mail server had the letter in its hands: what it says of it comes later."""
    [order] = ordered(shop, 1)
    row = announced(shop)
    run = tell_all(shop, row)
    steps(shop)
    Delivery.objects.filter(kind=MAIL).update(state="running", lease="x", due_at=shop.at + 2 * LATE, tries=1)
    stop(run.pk, by="staff:1", at=shop.at)

    again = tell_all(shop, row)
    go_on(shop)
    assert (post.mails, states(again)) == ([], ["waiting"])
    # Whoever had it never came back, so that it may have left.
    run_until_idle(now=lambda: shop.at + 3 * LATE)
    run_until_idle(now=lambda: shop.at + 3 * LATE + PAUSE)

    assert [(len(post.mails), states(each)) for each in (run, again)] == [(1, ["told"]), (1, ["passed"])]
    assert days_of(order)[2:] == TOLD


def test_without_that_look_the_same_buyer_is_written_to_twice(
    shop: Shop, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: two letters about one thing, of two runs."""
    ordered(shop, 1)
    row = announced(shop)
    run = tell_all(shop, row)
    steps(shop)
    Delivery.objects.filter(kind=MAIL).update(state="running", lease="x", due_at=shop.at + 2 * LATE, tries=1)
    stop(run.pk, by="staff:1", at=shop.at)
    monkeypatch.setattr("tradewind.messaging.notice_writing._NOT_OVER", ())

    tell_all(shop, row)
    go_on(shop)
    run_until_idle(now=lambda: shop.at + 3 * LATE)

    assert len(post.mails) == 2


def test_who_cancelled_has_the_parcel_or_was_told_otherwise_meanwhile_gets_no_letter(shop: Shop, post: Post) -> None:
    cancelled, left, told_otherwise, still = ordered(shop, 4)
    run = tell_all(shop, announced(shop))
    steps(shop)
    cancel_order(order=cancelled, by="staff:1", reason="buyer_asked", at=shop.at)
    keep(Promise.Kind.DISPATCH, order_id=left.pk, at=shop.at)
    Order.objects.filter(pk=left.pk).update(state="dispatched")
    other = announce(holding_back(9), by="staff:1", at=shop.at)
    Promise.objects.filter(subject_id=told_otherwise.pk).update(state="renewed", is_owed=False)
    other.delete()
    go_on(shop)

    told = [mail.recipient for mail in post.mails if "Neue" in mail.subject]
    assert (len(told), states(run)) == (1, ["passed", "passed", "passed", "told"])
    assert read_again(run) == ("done", 4, 1, 3, 0)
    assert [letter.subject_id for letter in letters()] == [still.pk]


def test_who_has_just_cancelled_gets_no_letter_although_their_promise_is_not_released_yet(
    shop: Shop, post: Post
) -> None:
    [order] = ordered(shop, 1)
    run = tell_all(shop, announced(shop))
    steps(shop)
    cancel_order(order=order, by="staff:1", reason="buyer_asked", at=shop.at)

    mails(shop)
    steps(shop, after=2 * LATE)

    assert (post.mails, letters(), days_of(order)) == ([], [], OLD)
    assert read_again(run) == ("done", 1, 0, 1, 0)


def test_whose_dates_changed_meanwhile_is_told_those_that_hold(shop: Shop, post: Post) -> None:
    """Another notice has told them before: the letter that was written for the days before that is not sent."""
    [order] = ordered(shop, 1)
    first, second = announced(shop), announced(shop)
    runs = [tell_all(shop, row) for row in (first, second)]
    steps(shop)
    assert [states(run) for run in runs] == [["leaving"], ["leaving"]]

    go_on(shop)

    assert [states(run) for run in runs] == [["told"], ["told"]]
    assert [days_of(order)[-2:], len(post.mails)] == [
        [("dispatch", "02.12.", "made"), ("delivery", "18.12.", "made")],
        2,
    ]
    assert "27. Nov." in post.mails[1].text  # said before


@pytest.mark.parametrize("change", ["edited", "taken down"])
@pytest.mark.usefixtures("one_at_once")
def test_after_the_notice_changed_no_letter_about_it_leaves(shop: Shop, post: Post, change: str) -> None:
    early, late = ordered(shop, 2)
    row = announced(shop)
    run = tell_all(shop, row)
    steps(shop, 2)
    mails(shop)
    steps(shop, 1)
    if change == "edited":
        change_announcement(row.pk, holding_back(5), by="staff:1", at=shop.at)
    else:
        end_announcement(row.pk, by="staff:1", at=shop.at)
    go_on(shop)

    run.refresh_from_db()
    assert (run.told, run.state, run.why) == (1, "stopped", "changed")
    assert [letter.subject_id for letter in letters()] == [early.pk]
    assert [days_of(order)[-2:] for order in (early, late)] == [TOLD, OLD]
    with pytest.raises(NotAsSeen):
        tell(row.pk, revision=1, reach=EVERYWHERE, by="staff:1", at=shop.at)
    if change == "edited":
        tell_all(shop, row)
        go_on(shop)
        assert sorted(letter.subject_id for letter in letters()) == [early.pk, early.pk, late.pk]
        assert (
            days_of(early)[-2:]
            == days_of(late)[-2:]
            == [("dispatch", "01.12.", "made"), ("delivery", "17.12.", "made")]
        )
        assert find_hits(row, EVERYWHERE, at=shop.at, most=9) == []


def test_whom_no_mail_server_takes_is_listed_keeps_the_old_day_and_is_told_when_it_is_tried_again(
    shop: Shop, post: Post
) -> None:
    [order] = ordered(shop, 1)
    run = tell_all(shop, announced(shop))
    post.problems.append(Refused("550", "no such mailbox"))
    go_on(shop)

    assert read_again(run) == ("done", 0, 0, 0, 1)
    assert (days_of(order), run.items.get().why) == (OLD, NoticeItem.Why.REFUSED)
    assert [number for _, number in promises_hit(EVERYWHERE)] == [2]

    retry(Delivery, Delivery.objects.get(kind=MAIL).pk, by=make_staff(Role.OWNER), at=shop.at)
    go_on(shop)
    assert read_again(run) == ("done", 1, 1, 0, 0)
    assert (days_of(order)[2:], len(post.mails)) == (TOLD, 1)


def test_told_again_whom_no_mail_server_takes_holds_up_nobody(shop: Shop, post: Post) -> None:
    ordered(shop, 1)
    row = announced(shop)
    tell_all(shop, row)
    post.problems.append(Refused("550", "no such mailbox"))
    go_on(shop)
    post.problems.append(Refused("550", "no such mailbox"))

    again = tell_all(shop, row)
    go_on(shop, 5)

    assert read_again(again)[0] == "done"
    assert again.items.get().state == "listed"


def test_what_somebody_waits_for_leaves_before_most_of_them_however_slow_the_mail_server_is(
    shop: Shop, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewind.messaging.notice_writing.AT_ONCE", 3)
    ordered(shop, 8)
    run = tell_all(shop, announced(shop))
    steps(shop, 5)

    # Nothing has left: no more are written than may stand before others, however often it is their turn.
    assert states(run) == ["leaving"] * 3 + ["waiting"] * 5
    post.problems.extend(TryAgain(timedelta(seconds=1)) for _ in range(3))
    run_until_idle(now=lambda: shop.at + LATE + PAUSE)
    assert (len(post.mails), states(run).count("waiting")) == (0, 5)
    go_on(shop, 3)
    assert (len(post.mails), read_again(run)) == (8, ("done", 8, 8, 0, 0))


@pytest.mark.usefixtures("one_at_once", "post")
def test_whose_promise_is_due_first_is_told_first(shop: Shop) -> None:
    late, soon = ordered(shop, 2)
    Promise.objects.filter(subject_id=soon.pk, kind="dispatch").update(due_at=shop.at + timedelta(hours=2))
    run = tell_all(shop, announced(shop))

    steps(shop, 2)

    assert [item.order_id for item in run.items.order_by("pk")] == [soon.pk, late.pk]
    assert [letter.subject_id for letter in letters()] == [soon.pk]
    assert Message.objects.count() == 1
