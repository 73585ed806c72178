"""Whom a special notice hits is found, put at risk, and told once: through double clicks, edits and stops in the middle."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.console.making import client_of, make_staff
from tests.messaging.rewording import put_in_force, reviewer
from tests.posting import Post
from tests.shop import Shop
from tradewind.core.models import ShopAccount
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.core.worker import run_until_idle
from tradewind.lib.calendars import DayRange
from tradewind.markets.announcing import Notice, announce, change_announcement, end_announcement
from tradewind.markets.models import Announcement
from tradewind.messaging.models import Message, NoticeItem, NoticeRun
from tradewind.messaging.notice_telling import promises_hit, tell
from tradewind.orders.models import Order
from tradewind.promises.making import keep
from tradewind.promises.models import Promise
from tradewind.shipping.notice_walking import find_hits, find_marked

# Orders of Monday 23 November leave on the 24th and arrive from 2 to 10 December.
ACTS = DayRange(date(2026, 11, 24), date(2026, 11, 27))
LATE = timedelta(minutes=5)


def holding_back(days: int, text: str = "Sturm über dem Hafen.") -> Notice:
    told = {"de": text, "en": "A storm."}
    return Notice(
        (), told, datetime.fromisoformat("2026-11-23T00:00Z"), kind="weather", effect="dispatch", days=days, acts=ACTS
    )


def ordered(shop: Shop, number: int, state: str = "paid") -> list[Order]:
    orders = [shop.place(shop.cart((shop.small, 1))).order for _ in range(number)]
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(state=state)
    return orders


def work(shop: Shop) -> None:
    run_until_idle(now=lambda: shop.at + LATE)


def tell_all(shop: Shop, row: Announcement) -> NoticeRun:
    row.refresh_from_db()
    return tell(row.pk, revision=row.revision, reach=EVERYWHERE, by="staff:1", at=shop.at)


def days_of(order: Order) -> list[tuple[str, str, str]]:
    rows = Promise.objects.filter(subject_kind="order", subject_id=order.pk).order_by("pk")
    return [(row.kind, row.last_day.strftime("%d.%m."), row.state) for row in rows]


def letters() -> list[Message]:
    return list(Message.objects.filter(moment__startswith="special_notice").order_by("pk"))


def test_who_is_hit_is_told_once_in_their_language_with_both_dates(
    shop: Shop, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, amazon, sent, unpaid = (
        ordered(shop, 1, state)[0] for state in ("paid", "paid", "dispatched", "awaiting_payment")
    )
    elsewhere = ShopAccount.objects.create(name="A", channel="amazon", created_at=shop.at)
    Order.objects.filter(pk=amazon.pk).update(account=elsewhere)
    keep(Promise.Kind.DISPATCH, order_id=sent.pk, at=shop.at)
    row = announce(holding_back(3), by="staff:1", at=shop.at)

    work(shop)

    assert [(notice.pk, number) for notice, number in promises_hit(EVERYWHERE)] == [(row.pk, 4)]
    assert not letters()
    first, second = tell_all(shop, row), tell_all(shop, row)
    assert first == second
    work(shop)
    again = tell_all(shop, row)
    work(shop)

    assert days_of(order) == [
        ("dispatch", "24.11.", "renewed"),
        ("delivery", "10.12.", "renewed"),
        ("dispatch", "27.11.", "made"),
        ("delivery", "15.12.", "made"),
    ]
    assert [days_of(each)[1] for each in (amazon, sent, unpaid)] == [("delivery", "10.12.", "made")] * 3
    [letter] = letters()
    assert [mail.recipient for mail in post.mails] == ["greta@example.com"]
    assert (letter.subject_id, letter.language, letter.recipient) == (order.pk, "de", "greta@example.com")
    for words in ("Greta Öztürk", "Sturm über dem Hafen.", "24. Nov.", "27. Nov.", "10. Dez.", "15. Dez.", order.ref):
        assert words in letter.text
        assert words in letter.html
    first.refresh_from_db()
    again.refresh_from_db()
    assert [(run.told, run.listed, run.state) for run in (first, again)] == [(1, 1, "done"), (0, 1, "done")]
    assert [(item.order_id, item.why) for item in first.items.filter(state=NoticeItem.State.LISTED)] == [
        (amazon.pk, "channel")
    ]
    assert [number for _, number in promises_hit(EVERYWHERE)] == [2]
    # Of very many, no more are counted than show that there are more.
    monkeypatch.setattr("tradewind.messaging.notice_telling.MOST_COUNTED", 0)
    assert [number for _, number in promises_hit(EVERYWHERE)] == [1]


def test_a_parcel_on_its_way_is_hit_by_a_strike_and_not_by_a_stop(shop: Shop) -> None:
    [sent] = ordered(shop, 1, "dispatched")
    strike = DayRange(date(2026, 12, 9), date(2026, 12, 11))
    told = announce(
        Notice((), {"de": "Streik"}, shop.at, effect="transit", days=2, acts=strike), by="staff:1", at=shop.at
    )
    stops = announce(Notice((), {"de": "Halt"}, shop.at, effect="stop", acts=strike), by="staff:1", at=shop.at)

    [hit] = find_hits(told, EVERYWHERE, at=shop.at, most=9)

    # Those that arrive early have passed before it.
    [change] = hit.changes
    assert (change.first, change.last) == (date(2026, 12, 2), date(2026, 12, 14))
    assert find_hits(stops, EVERYWHERE, at=shop.at, most=9) == []
    assert find_hits(told, EVERYWHERE, at=datetime.fromisoformat("2026-12-12T00:00Z"), most=9) == []
    assert hit.order == sent


@pytest.mark.usefixtures("post")
def test_taken_down_early_what_was_told_stands_and_the_rest_is_safe_again(shop: Shop) -> None:
    told, untold = ordered(shop, 2)
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    Order.objects.filter(pk=untold.pk).update(email="")
    tell_all(shop, row)
    work(shop)
    assert Promise.objects.filter(at_risk_since__isnull=False, is_owed=True).count() == 2

    end_announcement(row.pk, by="staff:1", at=shop.at)
    work(shop)

    assert days_of(told)[-1] == ("delivery", "15.12.", "made")
    assert days_of(untold) == [("dispatch", "24.11.", "made"), ("delivery", "10.12.", "made")]
    assert not Promise.objects.filter(at_risk_since__isnull=False, is_owed=True).exists()


@pytest.mark.usefixtures("post")
@pytest.mark.parametrize(
    "address", ["greta@example.com\nBcc: all@example.com", "greta@exa\u2028mple.com", "g\x01@example.com"]
)
def test_an_address_that_no_mail_can_carry_is_listed_and_all_others_are_told(shop: Shop, address: str) -> None:
    first, bad, last = ordered(shop, 3)
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    Order.objects.filter(pk=bad.pk).update(email=address)
    run = tell_all(shop, row)
    work(shop)

    run.refresh_from_db()
    assert (run.state, run.told, run.listed) == ("done", 2, 1)
    assert [letter.subject_id for letter in letters()] == [first.pk, last.pk]
    assert [(item.order_id, item.why) for item in run.items.filter(state="listed")] == [(bad.pk, "unsafe")]
    assert days_of(bad) == [("dispatch", "24.11.", "made"), ("delivery", "10.12.", "made")]
    page = client_of(make_staff()).get(f"/console/answers/announcements/{row.pk}").content.decode()
    assert "An e-mail address with characters that no mail can carry" in page


def test_changed_to_another_market_it_endangers_nobody_elsewhere_any_more(shop: Shop) -> None:
    ordered(shop, 1)
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    assert [number for _, number in promises_hit(EVERYWHERE)] == [2]

    elsewhere = replace(holding_back(3), market_ids=(shop.world.pk,))
    change_announcement(row.pk, elsewhere, by="staff:1", at=shop.at)
    work(shop)

    assert promises_hit(EVERYWHERE) == []


def test_of_a_walk_in_pieces_nobody_is_left_out_and_nobody_is_met_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are due at the same moment, so that a piece ends between two that only their keys tell apart."""
    monkeypatch.setattr("tradewind.messaging.notice_work.BATCHES", {"spare": 2, "mark": 2, "plan": 2})
    monkeypatch.setattr("tradewind.shipping.notice_walking._READ_AT_ONCE", 2)
    orders = ordered(shop, 5)
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    work(shop)
    run = tell_all(shop, row)
    work(shop)

    assert [number for _, number in promises_hit(EVERYWHERE)] == [10]
    assert [item.order_id for item in run.items.order_by("pk")] == [order.pk for order in orders]
    for find in (find_hits, find_marked):
        assert [hit.order for hit in find(row, EVERYWHERE, at=shop.at, most=9)] == orders
        assert [hit.order for hit in find(row, EVERYWHERE, at=shop.at, most=3)] == orders[:3]
    change_announcement(row.pk, replace(holding_back(3), countries=("AT",)), by="staff:1", at=shop.at)
    work(shop)
    assert promises_hit(EVERYWHERE) == []


def test_who_tells_reaches_no_further_than_they_may(shop: Shop) -> None:
    [order], [other] = ordered(shop, 1), ordered(shop, 1)
    elsewhere = ShopAccount.objects.create(name="B", channel="own", created_at=shop.at)
    Order.objects.filter(pk=other.pk).update(account=elsewhere)
    row = announce(holding_back(3), by="staff:1", at=shop.at)

    run = tell(row.pk, revision=1, reach=Reach(frozenset({order.account_id})), by="staff:2", at=shop.at)
    work(shop)

    assert [item.order_id for item in run.items.all()] == [order.pk]


def test_whoever_orders_after_the_notice_is_not_hit_by_it(shop: Shop) -> None:
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    [order] = ordered(shop, 1)

    assert days_of(order)[0] == ("dispatch", "27.11.", "made")
    assert find_hits(row, EVERYWHERE, at=shop.at, most=9) == []


def test_letters_of_a_notice_fall_back_together_with_their_dates(shop: Shop) -> None:
    ordered(shop, 2)
    row = announce(holding_back(3), by="staff:1", at=shop.at)
    put_in_force("New dates for your order {ref}", "en", "Other dates for order {ref}", by=reviewer())
    work(shop)

    tell_all(shop, row)
    work(shop)

    assert [(letter.language, letter.subject.partition(" TW")[0]) for letter in letters()] == [
        ("en", "Other dates for order")
    ] * 2
    assert all("A storm." in letter.text and "Dec" in letter.text and "Dez" not in letter.text for letter in letters())
