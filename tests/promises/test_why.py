"""Why this date? Told in words from what was kept with the promise; and what became of it."""

from datetime import UTC, datetime, timedelta

from tests.shop import Shop
from tradewind.promises.making import keep, promise_delivery, renew_delivery
from tradewind.promises.models import Promise
from tradewind.promises.queries import promises_about
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.why import why
from tradewind.promises.wording import before_words, fate_words
from tradewind.shipping.quoting import Goods, quotes_for

MUG = Goods(weight_g=400, traits=frozenset(), stocked_at=frozenset({"shenzhen"}))
# After the cut-off on a Saturday that is worked, with the Spring Festival before it.
SPRING = datetime(2026, 2, 14, 9, 0, tzinfo=UTC)


def _quote(shop: Shop, at: datetime) -> DeliveryQuote:
    return quotes_for(shop.market(), "DE", MUG, at=at)[0]


def _promised(shop: Shop, at: datetime) -> list[Promise]:
    promise_delivery(_quote(shop, at), buyer_id=1, order_id=1, at=at)
    return promises_about("order", 1)


def test_every_day_that_did_not_count_is_told_with_its_reason(shop: Shop) -> None:
    dispatch, delivery = _promised(shop, SPRING)

    festival = [
        "Sun 15 Feb (weekend)",
        "Mon 16 Feb (Chinese New Year's Eve)",
        *(f"{day} Feb (Chinese New Year (Spring Festival))" for day in ("Tue 17", "Wed 18", "Thu 19")),
        "Fri 20 Feb (Day off (substituted from 02/14/2026))",
        "Sat 21 Feb (weekend)",
        "Sun 22 Feb (weekend)",
        "Mon 23 Feb (Day off (substituted from 02/28/2026))",
    ]
    assert why(dispatch, "en") == [
        "Ordered Sat 14 Feb, 17:00 (Shenzhen time): it counts from Tue 24 Feb, until 16:00.",
        "Getting it ready takes one working day there.",
        "Not counted: " + ", ".join(festival),
        "Counted, as it is worked for a day off elsewhere: Sat 14 Feb",
        "The day ends at midnight of Asia/Shanghai.",
    ]
    assert why(delivery, "en", is_short=True) == [
        "On its way for 6 to 12 working days of Germany after it has left.",
        "Too few parcels have gone this way yet: this is the range that we state.",
    ]


def test_a_page_says_what_an_order_would_count_from(shop: Shop) -> None:
    """Nothing of the moment of looking: a page is kept until its dates no longer hold."""
    assert why(_quote(shop, shop.at), "en", is_short=True) == [
        "What is ordered before 16:00 (Shenzhen time) counts from Mon 23 Nov.",
        "Getting it ready takes one working day there.",
        "On its way for 6 to 12 working days of Germany after it has left.",
        "Too few parcels have gone this way yet: this is the range that we state.",
    ]


def test_a_closure_of_our_own_and_a_holiday_of_the_buyer_s_are_named(shop: Shop) -> None:
    shop.shenzhen.closures = [["2026-12-09", "2026-12-09"]]
    shop.shenzhen.save()
    dispatch, delivery = _promised(shop, datetime(2026, 12, 8, 1, 0, tzinfo=UTC))

    assert "Not counted: Wed 9 Dec (the warehouse is closed)" in why(dispatch, "en", is_short=True)
    assert "Not counted: Fri 25 Dec (Christmas Day)" in why(delivery, "en", is_short=True)
    assert "Nicht mitgezählt: Fr., 25. Dez. (Erster Weihnachtstag)" in why(delivery, "de", is_short=True)


def test_what_was_promised_before_it_kept_its_days_has_no_answer(shop: Shop) -> None:
    dispatch, delivery = _promised(shop, shop.at)
    for promise in (dispatch, delivery):
        promise.inputs = {"cutoff": "16:00", "handling_days": 1, "transit_days": [6, 12]}
    assert [why(promise, "en", is_short=True) for promise in (dispatch, delivery)] == [[], []]


def test_the_buyer_reads_what_became_of_it(shop: Shop) -> None:
    dispatch, delivery = _promised(shop, shop.at)
    assert fate_words(dispatch, "en") == ""
    keep(Promise.Kind.DISPATCH, order_id=1, at=dispatch.due_at - timedelta(hours=9))
    renewed_at = shop.at + timedelta(days=2)
    [_, new] = renew_delivery(_quote(shop, renewed_at), buyer_id=1, order_id=1, at=renewed_at)
    keep(Promise.Kind.DELIVERY, order_id=1, at=new.due_at + timedelta(days=1, hours=2))

    told = promises_about("order", 1)
    assert [fate_words(each, "en") for each in told if each.kind == "delivery"][-1] == "2 days late, on Wed 16 Dec"
    assert fate_words(told[0], "en") == "kept on Tue 24 Nov"
    words = "New date, told on Wed 25 Nov; at first: Wed 2 Dec to Thu 10 Dec"
    assert before_words(new, delivery, "en") == words
