"""Goods are missing: the letter names the day on which they come where somebody knows it, else by when the buyer hears, and that is kept."""

from datetime import date, datetime, timedelta

import pytest

from tests.at_once import at_the_same_time
from tests.console.making import client_of, make_staff
from tests.messaging.test_trouble_telling import letters
from tests.orders.changing import bought
from tests.shipping.troubled import heard, moment
from tests.shop import Shop, open_shop
from tradewind.checkout.models import DiscountCode
from tradewind.console.today.promised import due_promises
from tradewind.core.models.staff import Role
from tradewind.core.reach import EVERYWHERE
from tradewind.core.words import LOCALES, say
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.moments.order_trouble import _NO_DATE
from tradewind.messaging.queries import messages_about_order
from tradewind.messaging.subjects import order_behind
from tradewind.messaging.trouble_codes import CodeWish
from tradewind.messaging.trouble_prospects import TooEarly, Wish, preview, prospect
from tradewind.messaging.trouble_telling import AlreadyTold, tell, tell_wanted, want_told
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.why import why
from tradewind.promises.wording import day_words
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.models import Trouble
from tradewind.shipping.parcels import Tracking
from tradewind.shipping.tracking_states import Status
from tradewind.shipping.trouble_orders import note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = pytest.mark.django_db


def missing(shop: Shop, cause: Cause = Cause.NO_STOCK) -> Trouble:
    order = bought(shop, (shop.small, 1))
    note_orders(cause, [order.pk], at=shop.at)
    return Trouble.objects.select_related("order__account", "parcel", "group").get(order=order)


def answers() -> list[tuple[str, date]]:
    return list(Promise.objects.filter(kind="answer").order_by("pk").values_list("state", "last_day"))


def say_again(case: Trouble, at: datetime, **wish: object) -> Trouble:
    owed = Promise.objects.get(kind="answer", is_owed=True)
    return tell(trouble_id=case.pk, wish=Wish(answers=owed.pk, **wish), by="staff:1", at=at)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_where_no_day_is_known_the_letter_says_by_when_the_buyer_hears(shop: Shop, language: str) -> None:
    case = missing(shop)
    Order.objects.update(language=language)
    day = shop.at.date() + timedelta(days=7)
    looked = preview(prospect(Trouble.objects.select_related("order", "parcel").get(), at=shop.at))

    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)

    words = say(language, _NO_DATE, day=day_words(day, language))
    (letter,) = letters()
    for text in (letter.text, looked.text):
        assert words.replace(" ", "") in text.replace("\n", "").replace(" ", "")
    assert answers() == [("made", day)]
    assert len(why(Promise.objects.get(kind="answer"), language)) == 1
    # Neither the day of dispatch nor that of the arrival has become another one.
    assert Promise.objects.filter(kind__in=["dispatch", "delivery"], state="made").count() == 2


def test_a_day_that_somebody_knows_is_told_and_promised(shop: Shop) -> None:
    case = missing(shop)
    tell(trouble_id=case.pk, wish=Wish(here_on=date(2026, 12, 10)), by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    leaves = Promise.objects.get(kind="dispatch", state="made")
    assert (leaves.last_day, leaves.is_at_risk, answers()) == (date(2026, 12, 11), False, [])
    assert day_words(leaves.last_day, "de") in letters()[0].text
    with pytest.raises(AlreadyTold):
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)


def test_whoever_was_told_no_day_hears_again_until_one_is_known(shop: Shop) -> None:
    case = missing(shop)
    tell(trouble_id=case.pk, wish=Wish(code=CodeWish(30, percent=10)), by="staff:1", at=shop.at)
    with pytest.raises(AlreadyTold):
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    at = moment(shop, 6)
    assert [row.order_id for row in due_promises(EVERYWHERE, now=at) if row.helps == "Answer the buyer."] == []
    at = moment(shop, 7)
    assert [row.order_id for row in due_promises(EVERYWHERE, now=at) if row.helps == "Answer the buyer."] == [
        case.order_id
    ]
    with pytest.raises(AlreadyTold):
        say_again(case, at, code=CodeWish(30, percent=10))
    with pytest.raises(TooEarly):
        say_again(case, at, hears_by=at.date())

    say_again(case, at, hears_by=date(2026, 12, 3))
    say_again(case, moment(shop, 9), here_on=date(2026, 12, 10))

    assert answers() == [("kept", date(2026, 11, 30)), ("kept", date(2026, 12, 3))]
    assert (len(letters()), DiscountCode.objects.count()) == (3, 1)
    assert Promise.objects.get(kind="dispatch", state="made").last_day == date(2026, 12, 11)
    moments = [each.moment for each in messages_about_order(case.order_id)]
    assert moments == ["order_confirmed", "order_trouble", "order_trouble", "order_trouble"]
    assert {order_behind(each.subject_kind, each.subject_id) for each in Message.objects.all()} == {case.order_id}


def test_that_it_left_is_news_as_well_and_a_cancelled_order_owes_none(shop: Shop) -> None:
    sent, gone = missing(shop), missing(shop)
    for case in (sent, gone):
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    tracking = Tracking("DHL", "JD01", is_waiting=False)
    mark_dispatched(order=sent.order, by="staff:1", at=moment(shop, 2), tracking=tracking)
    cancel_order(order=gone.order, by="staff:1", reason="no_stock", at=moment(shop, 2))
    run_until_idle(now=lambda: moment(shop, 2))
    states = dict(Promise.objects.filter(kind="answer").values_list("subject_id", "state"))
    assert states == {sent.order_id: "kept", gone.order_id: "released"}
    heard(shop, sent.order.parcels.get(), 3, Status.PICKED_UP)


def test_many_are_told_by_when_they_hear_counted_from_when_it_was_decided(shop: Shop) -> None:
    cases = [missing(shop, Cause.CLOSED_LANE) for _ in range(2)]
    read = dict.fromkeys(case.pk for case in cases)
    assert want_told(group_id=cases[0].group_id, read=read, note="", by="staff:1", at=shop.at) == 2
    assert tell_wanted(moment(shop, 1)) == 2
    assert answers() == [("made", shop.at.date() + timedelta(days=7))] * 2


def test_the_page_asks_for_the_day_and_carries_what_was_read() -> None:
    shop, console = open_shop(utc_now()), client_of(make_staff(Role.OWNER))
    case = missing(shop)
    page, today = f"/console/troubles/{case.pk}", utc_now().date()
    shown = console.get(page).content.decode()
    assert ('name="here_on"' in shown, 'name="hears_by"' in shown, 'name="first"' in shown) == (True, True, False)
    refused = console.post(f"{page}/telling", {"hears_by": today.isoformat()})
    assert refused.status_code == 422
    told = console.post(f"{page}/telling", {"hears_by": (today + timedelta(days=3)).isoformat()})
    assert told["Location"] == f"{page}?done=trouble-written"
    again = console.get(page).content.decode()
    owed = Promise.objects.get(kind="answer")
    assert f'name="answers" value="{owed.pk}"' in again
    assert "The buyer was told no day, and hears again: An answer by" in " ".join(again.split())

    # What stood there was counted from another day than the one that was typed last.
    here = [(today + timedelta(days=days)).isoformat() for days in (20, 30)]
    form = {"answers": str(owed.pk), "here_on": here[0], "here_on_seen": "", "preview": "1"}
    looked = console.post(f"{page}/telling", form).content.decode()
    assert f'name="here_on_seen" value="{here[0]}"' in looked
    days = {"first": today.isoformat(), "last": today.isoformat()}
    sent = console.post(
        f"{page}/telling", {"answers": str(owed.pk), "here_on": here[1], "here_on_seen": here[0], **days}
    )
    assert sent["Location"] == f"{page}?done=trouble-told"
    assert Promise.objects.get(kind="dispatch", state="made").last_day > date.fromisoformat(here[1])


@pytest.mark.django_db(transaction=True)
def test_however_many_write_again_one_letter_leaves() -> None:
    shop = open_shop(utc_now() - timedelta(days=9))
    case = missing(shop)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    wish = Wish(answers=Promise.objects.get(kind="answer").pk)

    def again() -> object:
        return tell(trouble_id=case.pk, wish=wish, by="staff:1", at=moment(shop, 3))

    results = at_the_same_time(*[again] * 3)

    assert sorted(type(each).__name__ for each in results) == ["AlreadyTold", "AlreadyTold", "Trouble"]
    assert (len(letters()), [state for state, _ in answers()]) == (2, ["kept", "made"])
