"""What staff give up on the page of work waits for nothing any more: the letter has failed, and whatever counted on it goes on."""

from datetime import timedelta

import pytest

from tests.console.making import client_of, make_staff
from tests.messaging.test_notice_letters_leaving import OLD, TOLD, announced, go_on, read_again, states, steps
from tests.messaging.test_special_notices import days_of, ordered, tell_all
from tests.posting import Post
from tests.shipping.troubled import heard, look, sent
from tests.shop import Shop
from tradewind.core import deliveries
from tradewind.core.models import Delivery, FactRecord, Todo
from tradewind.core.models.staff import Role
from tradewind.core.work import MAX_TRIES, NeedsAttention, Refused, retry
from tradewind.core.worker import run_until_idle
from tradewind.messaging import news
from tradewind.messaging.couriers import MAIL
from tradewind.messaging.models import Message, NoticeItem, NoticeRun
from tradewind.messaging.notice_telling import KIND
from tradewind.messaging.trouble_prospects import Wish
from tradewind.messaging.trouble_telling import tell
from tradewind.shipping.models import Trouble
from tradewind.shipping.tracking_states import Reason, Status

CLOSED = NeedsAttention("the mail server does not know us any more")
REASON = "the buyer was called"


def drop_all(shop: Shop, **which: object) -> list[bool]:
    """Somebody drops what is stuck."""
    owner = make_staff(Role.OWNER)
    stuck = Delivery.objects.filter(state="stuck", **which).order_by("pk")
    return [deliveries.drop(row.pk, reason=REASON, by=owner, at=shop.at) for row in stuck]


def test_a_notice_ends_although_its_last_letter_was_dropped(shop: Shop, post: Post) -> None:
    [order] = ordered(shop, 1)
    run = tell_all(shop, announced(shop))
    post.problems.append(CLOSED)
    go_on(shop)
    assert (read_again(run), states(run)) == (("running", 1, 0, 0, 0), ["leaving"])

    assert drop_all(shop, kind=MAIL) == [True]

    assert (read_again(run), run.items.get().why) == (("done", 0, 0, 0, 1), NoticeItem.Why.DROPPED)
    letter = Message.objects.get(moment__startswith="special_notice")
    assert (letter.state, letter.problem, days_of(order)) == ("failed", REASON, OLD)
    assert FactRecord.objects.get(name="messaging.failed").data["code"] == "Dropped"


def test_letters_that_were_dropped_do_not_keep_others_from_being_written(
    shop: Shop, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradewind.messaging.notice_writing.AT_ONCE", 1)
    first, second = ordered(shop, 2)
    run = tell_all(shop, announced(shop))
    post.problems.append(CLOSED)
    go_on(shop)
    assert states(run) == ["leaving", "waiting"]

    drop_all(shop, kind=MAIL)
    go_on(shop, 3)

    assert (states(run), read_again(run)) == (["listed", "told"], ("done", 1, 1, 0, 1))
    assert [days_of(order)[-2:] for order in (first, second)] == [OLD, TOLD]


def test_one_that_was_refused_keeps_its_reason_and_nobody_is_asked_twice(shop: Shop, post: Post) -> None:
    ordered(shop, 1)
    run = tell_all(shop, announced(shop))
    post.problems.append(Refused("550", "no such mailbox"))
    go_on(shop)

    drop_all(shop)

    assert (read_again(run), run.items.get().why) == (("done", 0, 0, 0, 1), NoticeItem.Why.REFUSED)
    assert Todo.objects.filter(kind="message.failed").count() == 1
    assert FactRecord.objects.filter(name="messaging.failed").count() == 1


def test_a_dropped_letter_is_not_tried_again_and_its_buyer_is_told_by_another_run(shop: Shop, post: Post) -> None:
    [order] = ordered(shop, 1)
    row = announced(shop)
    tell_all(shop, row)
    post.problems.append(CLOSED)
    go_on(shop)
    drop_all(shop)

    stuck = Delivery.objects.get(kind=MAIL, state="dropped")
    assert retry(Delivery, stuck.pk, by=make_staff(Role.MANAGER), at=shop.at) is False
    again = tell_all(shop, row)
    go_on(shop)

    assert (read_again(again), days_of(order)[2:], len(post.mails)) == (("done", 1, 1, 0, 0), TOLD, 1)


def test_a_letter_that_had_left_is_said_to_have_left(shop: Shop, post: Post) -> None:
    """The mail server took it, and what follows could not be written down."""
    ordered(shop, 1)
    run = tell_all(shop, announced(shop))
    steps(shop)
    Delivery.objects.filter(kind=MAIL).update(state="stuck", result={"response": "250"}, finished_at=shop.at)

    drop_all(shop)

    letter = Message.objects.get(moment__startswith="special_notice")
    assert (letter.state, letter.sent_at) == ("sent", shop.at)
    assert read_again(run) == ("done", 0, 0, 0, 1)
    assert not Todo.objects.filter(kind="message.failed").exists()


def test_a_batch_that_was_dropped_stops_the_telling_and_it_can_be_begun_again(shop: Shop, post: Post) -> None:
    ordered(shop, 1)
    row = announced(shop)
    run = tell_all(shop, row)
    Delivery.objects.filter(kind=KIND, state="waiting").update(state="stuck", tries=MAX_TRIES, finished_at=shop.at)

    assert drop_all(shop, kind=KIND) == [True]

    run.refresh_from_db()
    assert (run.state, run.why) == ("stopped", NoticeRun.Why.DROPPED)
    again = tell_all(shop, row)
    go_on(shop)
    assert (read_again(again), len(post.mails)) == (("done", 1, 1, 0, 0), 1)


def test_somebody_is_asked_to_reach_the_buyer_whose_letter_about_trouble_was_dropped(shop: Shop, post: Post) -> None:
    sent(shop)
    look(shop, 8.5)
    case = Trouble.objects.get()
    at = shop.at + timedelta(days=9)
    post.problems.append(CLOSED)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=at)
    run_until_idle(now=lambda: at)
    assert not Todo.objects.filter(kind="message.failed").exists()

    drop_all(shop)

    letter = Message.objects.get(moment="order_trouble")
    assert letter.state == "failed"
    todo = Todo.objects.get(kind="message.failed", state="open")
    assert (todo.subject_id, todo.facts["order_id"]) == (letter.pk, case.order_id)


def test_dropped_news_does_not_keep_what_can_wait_waiting(
    shop: Shop, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many letters under way, and no more are written."""
    monkeypatch.setattr(news, "_UNDER_WAY", 1)
    parcel = sent(shop)
    heard(shop, parcel, 5.1, Status.CUSTOMS)
    at = shop.at + timedelta(days=5.2)
    run_until_idle(now=lambda: at - timedelta(minutes=30))
    news.tell_due(at)
    post.problems.append(CLOSED)
    run_until_idle(now=lambda: at)
    assert Message.objects.get(moment="parcel_at_customs").state == "planned"

    drop_all(shop)
    heard(shop, parcel, 5.3, Status.CUSTOMS, Reason.RELEASED)
    later = shop.at + timedelta(days=5.35)
    run_until_idle(now=lambda: later - timedelta(minutes=15))
    news.tell_due(later)

    assert Message.objects.filter(moment="parcel_released").exists()


def test_the_page_of_the_notice_says_whose_letter_was_given_up(shop: Shop, post: Post) -> None:
    [order] = ordered(shop, 1)
    row = announced(shop)
    tell_all(shop, row)
    post.problems.append(CLOSED)
    go_on(shop)
    drop_all(shop)

    page = client_of(make_staff(Role.MANAGER)).get(f"/console/answers/announcements/{row.pk}").content.decode()

    assert (order.ref in page, "The letter was given up" in page) == (True, True)
