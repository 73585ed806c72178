"""A letter about trouble names a day that is later than the promised one, or none; about an order that is gone none is written."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.console.making import client_of, make_staff
from tests.messaging.test_trouble_telling import letters, silent
from tests.orders.changing import bought
from tests.shipping.troubled import moment
from tests.shop import Shop, open_shop
from tradewind.core.words import LOCALES, say
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import Warehouse
from tradewind.inventory.stocktaking import count_short
from tradewind.inventory.stops import SUPPLIER, Stop
from tradewind.lib.calendars import DayRange
from tradewind.lib.clock import utc_now
from tradewind.messaging.trouble_prospects import NotLater, TooEarly, Wish
from tradewind.messaging.trouble_telling import tell, tell_wanted, want_told
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.why import why
from tradewind.promises.wording import day_words, range_words
from tradewind.shipping.days_changed import look_at_changed_days
from tradewind.shipping.models import Trouble
from tradewind.shipping.shortages import look_for_shortages
from tradewind.shipping.trouble_orders import note_orders
from tradewind.shipping.trouble_rules import Cause

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def _hit(shop: Shop, cause: Cause) -> Trouble:
    order = bought(shop, (shop.small, 1))
    note_orders(cause, [order.pk], at=shop.at)
    return Trouble.objects.get(order=order)


def _close(shop: Shop, days: int) -> None:
    """The warehouse is closed from today on."""
    first = shop.at.date() - timedelta(days=1)
    last = first + timedelta(days=days)
    Warehouse.objects.update(closures=[[first.isoformat(), last.isoformat()]])


@pytest.mark.parametrize("cause", [Cause.NOT_LEAVING, Cause.HOLIDAY])
def test_what_can_still_leave_on_the_promised_day_is_not_called_late(shop: Shop, cause: Cause) -> None:
    case = _hit(shop, cause)
    promised = Promise.objects.get(kind="dispatch")

    with pytest.raises(NotLater) as refused:
        tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)

    assert refused.value.promised == promised.last_day
    assert (letters(), Promise.objects.filter(state="renewed").count()) == ([], 0)
    _close(shop, 7)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    assert Promise.objects.get(kind="dispatch", state="made").last_day > promised.last_day


def test_typed_days_before_the_promised_ones_are_refused_and_the_same_ones_stand(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    promised = Promise.objects.get(kind="delivery").last_day
    tomorrow = at.astimezone(BERLIN).date() + timedelta(days=1)
    assert tomorrow < promised
    with pytest.raises(NotLater):
        tell(trouble_id=case.pk, wish=Wish(arrives=(tomorrow, tomorrow)), by="staff:1", at=at)
    tell(trouble_id=case.pk, wish=Wish(arrives=(tomorrow, promised)), by="staff:1", at=at)
    assert len(letters()) == 1


def test_new_days_say_why_they_were_told_since_when_and_where_they_come_from(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 16)
    since = day_words(case.begun_at.astimezone(BERLIN).date(), "en")
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=at)

    new = Promise.objects.get(kind="delivery", state="made")

    assert why(new, "en", is_short=True) == [
        f"The carrier has said nothing of it since {since}.",
        "The new days are those in which nine of ten such parcels arrive.",
    ]
    assert new.share is None, "lanes are not judged by parcels in trouble"
    assert [each["where"] for each in new.told] == ["letter.order_trouble"]


def test_new_days_that_a_person_chose_say_so(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    chosen = at.astimezone(BERLIN).date() + timedelta(days=40)
    tell(trouble_id=case.pk, wish=Wish(arrives=(chosen, chosen)), by="staff:1", at=at)
    assert why(Promise.objects.get(kind="delivery", state="made"), "en")[1] == "A person has set the new days."


def test_a_new_day_of_dispatch_is_known_to_have_been_said_in_the_letter(shop: Shop) -> None:
    case = _hit(shop, Cause.NOT_LEAVING)
    _close(shop, 7)
    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)
    for promise in Promise.objects.filter(state="made"):
        assert [each["where"] for each in promise.told] == ["letter.order_trouble"]


def test_what_is_slow_comes_later_than_promised(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    Trouble.objects.update(cause=Cause.SLOW)
    promised = Promise.objects.get(kind="delivery").last_day
    for days, is_refused in ((0, True), (1, False)):
        wish = Wish(arrives=(promised, promised + timedelta(days=days)))
        if is_refused:
            with pytest.raises(NotLater):
                tell(trouble_id=case.pk, wish=wish, by="staff:1", at=at)
        else:
            tell(trouble_id=case.pk, wish=wish, by="staff:1", at=at)
    assert len(letters()) == 1


def test_the_page_says_which_day_was_promised_and_the_worker_why_it_wrote_nothing() -> None:
    shop, console = open_shop(utc_now()), client_of(make_staff())
    case = _hit(shop, Cause.HOLIDAY)
    page = f"/console/troubles/{case.pk}"

    for asked in ({}, {"preview": "1"}):
        refused = console.post(f"{page}/telling", asked)
        assert refused.status_code == 422
        assert "A new day is later than the promised one, " in refused.content.decode()

    want_told(group_id=case.group_id, read={case.pk: None}, note="", by="staff:1", at=shop.at)
    assert tell_wanted(shop.at) == 0
    assert "the promised day can still be kept" in console.get(page).content.decode()
    assert letters() == []


def _supplier_stops(shop: Shop) -> Trouble:
    """A mug that is not here; its supplier sends nothing for a week, which is entered after a day was promised."""
    bought(shop, (shop.small, 1))
    count_short(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=0, reason="x", by="staff:1", at=shop.at)
    look_for_shortages(shop.at)
    first = shop.at.date() - timedelta(days=1)
    stop = Stop(SUPPLIER, DayRange(first, first + timedelta(days=7)), "Yiwu Glass")
    Warehouse.objects.filter(pk=shop.shenzhen.pk).update(stops=[stop.as_data()], look_after=0)
    look_at_changed_days(shop.at)
    return Trouble.objects.select_related("group", "order__account", "parcel").get(cause="supplier")


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_a_late_suppliers_new_day_stands_in_the_letter_and_becomes_the_promise(shop: Shop, language: str) -> None:
    case = _supplier_stops(shop)
    Order.objects.update(language=language)
    old = Promise.objects.get(kind="dispatch")

    tell(trouble_id=case.pk, wish=Wish(), by="staff:1", at=shop.at)

    leaves = Promise.objects.get(kind="dispatch", state="made")
    arrives = Promise.objects.get(kind="delivery", state="made")
    assert (old.last_day, leaves.replaces_id) == (date(2026, 11, 24), old.pk)
    # Its last day off is Sunday the 29th; what comes on Monday is ready a working day later.
    assert leaves.last_day == date(2026, 12, 1)
    [letter] = letters()
    for words in (day_words(leaves.last_day, language), range_words(arrives.first_day, arrives.last_day, language)):
        assert words in " ".join(letter.text.split())
    assert say(language, "We do not know the new day yet, and write again as soon as we do.") not in letter.text
    assert Trouble.objects.get(pk=case.pk).state == "solved"
    look_at_changed_days(shop.at)
    run_until_idle(now=lambda: shop.at)
    # What is missing is still missing; the supplier is no more late than was said.
    assert list(Trouble.objects.filter(closed_at=None).values_list("cause", flat=True)) == ["no_stock"]


def test_a_day_that_staff_have_heard_from_the_supplier_counts_in_place_of_the_stops_end(shop: Shop) -> None:
    case = _supplier_stops(shop)
    for day in (shop.at.date() - timedelta(days=1), shop.at.date()):
        with pytest.raises(TooEarly):
            tell(trouble_id=case.pk, wish=Wish(here_on=day), by="staff:1", at=shop.at)
    tell(trouble_id=case.pk, wish=Wish(here_on=date(2026, 12, 10)), by="staff:1", at=shop.at)

    leaves = Promise.objects.get(kind="dispatch", state="made")
    assert leaves.last_day == date(2026, 12, 11)
    assert (
        why(leaves, "en", is_short=True)[0]
        == "What was missing is there on Thu 10 Dec (Shenzhen): it counts from then."
    )
    assert day_words(leaves.last_day, "de") in letters()[0].text


def test_the_day_is_typed_on_the_page_of_the_case_and_refused_in_words() -> None:
    shop, console = open_shop(utc_now()), client_of(make_staff())
    case = _supplier_stops(shop)
    page, today = f"/console/troubles/{case.pk}", utc_now().date()
    assert 'name="here_on"' in console.get(page).content.decode()

    for day, words in (
        (today - timedelta(days=2), "A new date begins tomorrow at the earliest"),
        (today + timedelta(days=400), "At most a year ahead, please."),
    ):
        refused = console.post(f"{page}/telling", {"here_on": day.isoformat()})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
        assert f'value="{day.isoformat()}"' in refused.content.decode()
    chosen = today + timedelta(days=30)
    looked = console.post(f"{page}/telling", {"here_on": chosen.isoformat(), "preview": "1"}).content.decode()
    assert f'value="{chosen.isoformat()}"' in looked
    assert console.post(f"{page}/telling", {"here_on": chosen.isoformat()})["Location"] == f"{page}?done=trouble-told"
    assert Promise.objects.get(kind="dispatch", state="made").last_day > chosen
