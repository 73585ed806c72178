"""Buyers hear of trouble once, in their language, with a new date that is promised; alone, or many of one cause."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from tests.at_once import at_the_same_time
from tests.orders.changing import bought
from tests.shipping.troubled import heard, look, moment, sent
from tests.shop import Shop, open_shop
from tradewind.checkout.replacing import send_again
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Reservation
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_trouble import what_happened
from tradewind.messaging.trouble_prospects import Days, DaysMoved, TooEarly, Wish, days_of, preview, prospect
from tradewind.messaging.trouble_telling import AlreadyTold, CannotTell, tell, tell_wanted, untold, want_told
from tradewind.orders.models import Order
from tradewind.payments.models import Refund
from tradewind.promises.models import Promise, PromiseRisk
from tradewind.promises.risking import put_at_risk
from tradewind.promises.wording import day_words
from tradewind.shipping.models import Parcel, Trouble, TroubleGroup
from tradewind.shipping.tracking_states import Reason, Status
from tradewind.shipping.trouble_cases import Lane, open_case
from tradewind.shipping.trouble_orders import look_for_not_leaving, note_orders
from tradewind.shipping.trouble_rules import Cause, Found
from tradewind.storefront.order_news import news_of

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def letters(**fields: object) -> list[Message]:
    return list(Message.objects.filter(moment="order_trouble", **fields).order_by("pk"))


def silent(shop: Shop) -> Trouble:
    sent(shop)
    look(shop, 8.5)
    return Trouble.objects.select_related("order__account", "parcel").get()


def test_told_before_the_day_the_old_promise_is_renewed_and_the_letter_says_the_new_one(shop: Shop) -> None:
    case = silent(shop)
    old = Promise.objects.get(kind="delivery")
    assert old.is_at_risk
    at = old.due_at - timedelta(hours=12)
    seen = prospect(case, at=at)
    told = tell(trouble_id=case.pk, wish=Wish("Wir haben heute angerufen."), by="staff:1", at=at)

    old.refresh_from_db()
    new = Promise.objects.get(replaces_id=old.pk)
    assert (old.state, new.state, new.is_at_risk) == ("renewed", "made", False)
    assert (new.first_day, new.last_day) == seen.news.arrives
    assert new.due_at.astimezone(BERLIN).date() == new.last_day + timedelta(days=1)
    (letter,) = letters()
    assert (letter.language, letter.recipient, letter.subject) == (
        "de",
        "greta@example.com",
        f"Neues zu Ihrer Bestellung {case.order.ref}",
    )
    assert "Wir haben heute angerufen." in letter.text
    assert "Der neue Termin" in letter.text
    assert preview(seen).subject == letter.subject
    assert (told.handled_at is not None, [each["act"] for each in told.done]) == (True, ["tell"])
    assert Todo.objects.filter(kind="parcel.trouble", state="open").count() == 0

    with pytest.raises(AlreadyTold):
        tell(trouble_id=case.pk, wish=Wish(), by="staff:2", at=at)
    run_until_idle(now=lambda: at)
    assert Parcel.objects.get().due_at == new.due_at
    # When that date is in danger as well, it is asked about anew.
    look(shop, (new.due_at - shop.at) / timedelta(days=1))
    assert set(Trouble.objects.filter(closed_at=None).values_list("cause", flat=True)) == {"silent", "slow"}
    assert Todo.objects.filter(kind="parcel.trouble", state="open").count() == 1


def test_told_of_one_case_what_else_endangers_the_promise_goes_on(shop: Shop) -> None:
    case = silent(shop)
    old = Promise.objects.get(kind="delivery")
    at = old.due_at - timedelta(hours=12)
    earlier = at - timedelta(hours=1)
    assert put_at_risk(promise_id=old.pk, risk="notice:7", source=("notice", 7), at=earlier)
    with transaction.atomic():
        other = open_case(case.order, None, Found(Cause.CLOSED_LANE, earlier), Lane(), at=earlier)
    assert other is not None
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=at)
    run_until_idle(now=lambda: at)

    new = Promise.objects.get(replaces_id=old.pk)
    stand = PromiseRisk.objects.filter(until=None).order_by("source_kind")
    assert list(stand.values_list("promise_id", "source_kind", "source_id")) == [
        (new.pk, "notice", 7),
        (new.pk, "trouble", other.pk),
    ]
    assert (new.risk, new.at_risk_since) == ("closed_lane", earlier)


def test_told_after_the_day_the_old_promise_stays_broken(shop: Shop) -> None:
    case = silent(shop)
    look(shop, 25)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=moment(shop, 25))
    states = list(Promise.objects.filter(kind="delivery").order_by("pk").values_list("state", flat=True))
    assert states == ["broken", "made"]


def test_who_was_told_no_day_by_whom_customs_ask_is_told_one_before_the_old_one_passes(shop: Shop) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 2, Status.CUSTOMS, Reason.INFO_REQUIRED)
    due = (Promise.objects.get(kind="delivery").due_at - shop.at) / timedelta(days=1)
    look(shop, due - 0.5)
    case = Trouble.objects.get()
    assert case.cause == "customs"
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=moment(shop, due - 0.4))

    look(shop, due - 0.3)

    causes = Trouble.objects.filter(closed_at=None).order_by("pk").values_list("cause", flat=True)
    assert list(causes) == ["customs", "slow"]
    slow = Trouble.objects.select_related("order__account", "parcel").get(cause="slow")
    tell(trouble_id=slow.pk, wish=Wish(), by="staff:1", at=moment(shop, due - 0.2))
    assert Promise.objects.get(kind="delivery", state="made").due_at > moment(shop, due)


def test_days_that_nobody_can_be_promised_are_refused_and_chosen_ones_kept(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    today = at.astimezone(BERLIN).date()
    for days in ((today, today), (today + timedelta(days=3), today + timedelta(days=2))):
        with pytest.raises(TooEarly):
            tell(trouble_id=case.pk, wish=Wish(arrives=days), by="staff:1", at=at)
    assert (letters(), Promise.objects.filter(kind="delivery").count()) == ([], 1)
    days = (today + timedelta(days=1), today + timedelta(days=40))
    tell(trouble_id=case.pk, wish=Wish(arrives=days, back=150), by="staff:1", at=at)
    assert Promise.objects.get(kind="delivery", state="made").last_day == days[1]
    assert list(Refund.objects.values_list("amount", "reason")) == [(150, "trouble")]
    assert "1,50" in letters()[0].text


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (Status.CUSTOMS, Reason.INFO_REQUIRED, "Der Zoll braucht etwas von Ihnen"),
        (Status.ATTEMPT_FAILED, Reason.BAD_ADDRESS, "mit der ganzen Anschrift"),
        (Status.EXCEPTION, Reason.LOST, "„noch einmal senden“"),
    ],
)
def test_what_the_buyer_can_do_stands_in_the_letter(shop: Shop, status: Status, reason: Reason, words: str) -> None:
    parcel = sent(shop)
    heard(shop, parcel, 3, status, reason)
    look(shop, 3)
    tell(trouble_id=Trouble.objects.get().pk, wish=Wish(), by="staff:1", at=moment(shop, 3))
    assert words in " ".join(letters()[0].text.split())
    # The order's page says the same from then on, in a sentence, and when we wrote.
    case = Trouble.objects.select_related("order").get()
    day = day_words(moment(shop, 3).astimezone(BERLIN).date(), "de")
    assert news_of(case.order_id, "de", {}) == [
        f"{what_happened(case, 'de')} Wir haben Ihnen dazu am {day} geschrieben."
    ]
    # No new date, and the promise stands as it was.
    assert Promise.objects.get(kind="delivery").state == "made"


def test_an_order_that_does_not_leave_is_promised_both_days_anew(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    old = Promise.objects.get(kind="dispatch", subject_id=order.pk)
    due = old.due_at
    look_for_not_leaving(due - timedelta(hours=7))
    assert put_at_risk(promise_id=old.pk, risk="notice:7", source=("notice", 7), at=shop.at)
    case = Trouble.objects.get()
    note_orders(Cause.NO_STOCK, [order.pk], at=shop.at)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=due - timedelta(hours=6))
    run_until_idle(now=lambda: due - timedelta(hours=6))
    rows = Promise.objects.filter(subject_id=order.pk, kind__in=["dispatch", "delivery"]).order_by("pk")
    assert list(rows.values_list("kind", "state")) == [
        ("dispatch", "renewed"),
        ("delivery", "renewed"),
        ("dispatch", "made"),
        ("delivery", "made"),
    ]
    assert Trouble.objects.get(pk=case.pk).state == "solved"
    # The quote has the notices in it; what else is open endangers the new day as well.
    stand = PromiseRisk.objects.filter(until=None).values_list("promise__replaces_id", "source_kind", "cause")
    assert list(stand) == [(old.pk, "trouble", "no_stock")]


def test_who_bought_elsewhere_or_was_erased_is_not_written_to(shop: Shop) -> None:
    case = silent(shop)
    Order.objects.update(email="")
    with pytest.raises(CannotTell):
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=moment(shop, 9))
    assert untold(case.group_id).count() == 0


def test_many_of_one_cause_are_told_once_each_whoever_decides_how_often(shop: Shop) -> None:
    for number in range(3):
        sent(shop, f"LP{number}")
    look(shop, 8.5)
    group, at = TroubleGroup.objects.get(), moment(shop, 8.6)
    ids = list(Trouble.objects.values_list("pk", flat=True))
    read: dict[int, Days | None] = {**days_of(list(Trouble.objects.select_related("order", "parcel")), at=at)}
    two = {pk: read[pk] for pk in ids[:2]}
    assert want_told(group_id=group.pk, read=two, note="Hallo", by="staff:1", at=at) == 2
    assert want_told(group_id=group.pk, read=read, note="Hallo", by="staff:2", at=at) == 1
    # One of them is scanned before its turn, another was told by hand.
    heard(shop, Trouble.objects.get(pk=ids[0]).parcel, 8.61, Status.IN_TRANSIT)  # type: ignore[arg-type]  # of a parcel
    look(shop, 8.61)
    assert len(letters()) == 2
    assert [tell_wanted(moment(shop, 8.7)), tell_wanted(moment(shop, 8.8))] == [0, 0]
    assert {letter.subject_id for letter in letters()} == set(ids[1:])
    assert Trouble.objects.filter(wanted_at__isnull=False).count() == 0


def test_many_are_told_the_days_that_were_read_and_nobody_is_where_they_have_moved(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    first = at.date() + timedelta(days=5)
    Promise.objects.filter(kind="delivery").update(first_day=first, last_day=first)
    read = days_of([case], at=at)
    for late in ({case.pk: read[case.pk]}, {case.pk: None}):
        with pytest.raises(DaysMoved):
            want_told(group_id=case.group_id, read=late, note="", by="staff:1", at=moment(shop, 12.6))
    assert want_told(group_id=case.group_id, read=read, note="", by="staff:1", at=at) == 1
    # The worker comes to it days later: what it would count by then is another window.
    assert days_of([case], at=moment(shop, 12.6)) != read
    assert tell_wanted(moment(shop, 12.6)) == 1
    promise = Promise.objects.get(kind="delivery", state="made")
    assert (promise.first_day, promise.last_day) == read[case.pk]


def test_days_that_have_passed_before_their_letter_left_are_told_to_nobody(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    want_told(group_id=case.group_id, read=days_of([case], at=at), note="", by="staff:1", at=at)
    assert tell_wanted(moment(shop, 60)) == 0
    case.refresh_from_db()
    assert (letters(), case.wanted_at, case.done[-1]["why"]) == ([], None, "TooEarly")


def test_of_an_order_that_is_still_here_other_days_than_those_that_were_read_are_told_to_nobody(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    due = Promise.objects.get(kind="dispatch", subject_id=order.pk).due_at
    look_for_not_leaving(due - timedelta(hours=7))
    case = Trouble.objects.select_related("order__account", "parcel").get()
    read = prospect(case, at=due - timedelta(hours=6)).news.arrives
    late = due + timedelta(days=4)
    with pytest.raises(DaysMoved):
        tell(trouble_id=case.pk, wish=Wish(arrives=read), by="staff:1", at=late)
    with pytest.raises(DaysMoved):
        want_told(group_id=case.group_id, read={case.pk: read}, note="", by="staff:1", at=late)
    assert letters() == []
    tell(trouble_id=case.pk, wish=Wish(arrives=read), by="staff:1", at=due - timedelta(hours=5))
    assert len(letters()) == 1


def test_a_parcel_is_counted_by_the_days_of_where_it_goes(shop: Shop) -> None:
    case = silent(shop)
    # It is still the day before in America when a day has begun in Germany.
    Parcel.objects.update(country="US")
    case = Trouble.objects.select_related("order__account", "parcel").get()
    at = case.opened_at.replace(hour=23, minute=30)
    Promise.objects.update(first_day=at.date(), last_day=at.date())
    seen = prospect(case, at=at)
    assert seen.news.arrives is not None
    tell(trouble_id=case.pk, wish=Wish(arrives=seen.news.arrives), by="staff:1", at=at)
    assert Promise.objects.get(kind="delivery", state="made").zone == "America/New_York"


def test_sent_again_it_costs_nothing_leaves_and_is_promised(shop: Shop) -> None:
    parcel = sent(shop, units=2)
    units = dict(parcel.lines.values_list("line_id", "quantity"))
    made = [send_again(order_id=parcel.order_id, units=units, key="trouble-1", by="staff:1", at=shop.at) for _ in "ab"]
    run_until_idle(now=lambda: shop.at)
    again = Order.objects.get(pk=made[0].pk)
    assert (made[0].pk, again.state, again.total, again.email) == (made[1].pk, "paid", 0, parcel.order.email)
    held = Reservation.objects.get(subject_kind="order", subject_id=again.pk)
    assert (held.quantity, held.state) == (2, "held")
    assert set(Promise.objects.filter(subject_id=again.pk).values_list("kind", flat=True)) == {"dispatch", "delivery"}
    moments = Message.objects.filter(subject_kind="order", subject_id=again.pk).values_list("moment", flat=True)
    assert list(moments) == ["order_confirmed"]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_decide_and_tell_once() -> None:
    shop = open_shop(utc_now() - timedelta(days=9))
    case, at = silent(shop), moment(shop, 8.6)
    read = days_of([case], at=at)
    together = threading.Barrier(3)

    def decide() -> int:
        return want_told(group_id=case.group_id, read=read, note="", by="staff:1", at=at)

    def decide_unlocked() -> int:
        """The control: what is looked at first and written later is decided by all of them."""
        found = list(untold(case.group_id).values_list("pk", flat=True))
        together.wait(10)
        with transaction.atomic():
            return Trouble.objects.filter(pk__in=found).update(wanted_at=at)

    assert at_the_same_time(*[decide_unlocked] * 3) == [1, 1, 1]
    Trouble.objects.update(wanted_at=None)
    assert sorted(map(str, at_the_same_time(*[decide] * 3))) == ["0", "0", "1"]

    def by_hand() -> object:
        return tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=at)

    results = at_the_same_time(*[by_hand] * 3)
    assert sorted(type(each).__name__ for each in results) == ["AlreadyTold", "AlreadyTold", "Trouble"]
    assert (len(letters()), [each["act"] for each in Trouble.objects.get().done]) == (1, ["tell"])
