"""Which words go out: those that were reviewed for the English of the shop; where there are none, the whole letter falls back."""

import pytest

from tests.messaging.rewording import SUBJECT, TITLE, put_in_force, reviewer, write
from tests.shipping.troubled import sent
from tests.shop import Shop
from tradewind.core.models import Staff
from tradewind.core.words import say
from tradewind.markets.models import Market
from tradewind.messaging.moments.order_confirmed import order_confirmed
from tradewind.messaging.moments.parcel_news import Piece, parcel_news
from tradewind.messaging.on_the_way import Moment
from tradewind.messaging.rendering import render
from tradewind.messaging.wording import writing
from tradewind.messaging.wording.choosing import in_force, on_trial
from tradewind.messaging.wording.speaking import trying
from tradewind.orders.models import Order

pytestmark = pytest.mark.django_db
SUPPLIED = "Vielen Dank für Ihre Bestellung"


@pytest.fixture
def judge(shop: Shop) -> Staff:
    return reviewer()


def place(shop: Shop, language: str = "de") -> Order:
    order = shop.place(shop.cart((shop.small, 1), language=language)).order
    Market.objects.filter(code="de").update(languages=["de", "zh", "en"])
    return order


def test_words_go_out_only_once_they_were_reviewed(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    row = write(TITLE, "de", "Danke, dass Sie bei uns kaufen")
    assert order_confirmed(order, at=shop.at).title == SUPPLIED

    writing.review(version_id=row.pk, source=row.source, by=judge, at=shop.at)

    assert order_confirmed(order, at=shop.at).title == "Danke, dass Sie bei uns kaufen"
    assert say("de", TITLE) == SUPPLIED  # pages speak as before


def test_a_newer_version_leaves_the_reviewed_one_in_force_until_it_is_reviewed(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    put_in_force(TITLE, "de", "Erste Worte", by=judge)
    row = write(TITLE, "de", "Zweite Worte")
    assert order_confirmed(order, at=shop.at).title == "Erste Worte"

    writing.review(version_id=row.pk, source=row.source, by=judge, at=shop.at)

    assert order_confirmed(order, at=shop.at).title == "Zweite Worte"


def test_other_english_makes_translations_stale_and_the_whole_letter_falls_back(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=judge)
    put_in_force(SUBJECT, "zh", "订单 {ref} 一切就绪", by=judge)

    letter = order_confirmed(order, at=shop.at)

    # German has no words for it; Chinese, which the market reads as well, has.
    assert (letter.language, letter.subject) == ("zh", f"订单 {order.ref} 一切就绪")
    assert letter.title == say("zh", TITLE)
    assert render(letter).language == "zh"
    assert letter.button is not None
    assert letter.button.label == say("zh", "View your order")
    assert "/de/de/order/" in letter.button.url  # pages are in the language that was chosen


def test_without_another_language_of_the_market_a_letter_falls_back_to_english(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=judge)

    letter = order_confirmed(order, at=shop.at)

    assert (letter.language, letter.subject) == ("en", f"Order {order.ref}: all is well")


def test_other_letters_do_not_fall_back(shop: Shop, judge: Staff) -> None:
    parcel = sent(shop)
    put_in_force("Your parcel is out for delivery", "en", "Your parcel comes today", by=judge)
    released, today = Piece(Moment.RELEASED, parcel), Piece(Moment.OUT_FOR_DELIVERY, parcel)

    assert parcel_news(parcel.order, [released], at=shop.at).language == "de"
    # Two pieces of news in one letter: one that cannot be said in German takes the other with it.
    assert parcel_news(parcel.order, [released, today], at=shop.at).language != "de"


def test_a_translation_can_be_ready_before_its_english_goes_out(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    english = write(SUBJECT, "en", "Order {ref}: all is well")
    put_in_force(SUBJECT, "de", "Bestellung {ref}: alles gut", by=judge)
    assert order_confirmed(order, at=shop.at).subject == f"Ihre Bestellung {order.ref} ist bestätigt"

    writing.review(version_id=english.pk, source=english.source, by=judge, at=shop.at)

    assert order_confirmed(order, at=shop.at).subject == f"Bestellung {order.ref}: alles gut"


def test_the_supplied_words_may_be_said_to_fit_other_english(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    put_in_force(SUBJECT, "en", "Order {ref} is confirmed", by=judge)
    put_in_force(SUBJECT, "de", "Ihre Bestellung {ref} ist bestätigt", by=judge)

    assert order_confirmed(order, at=shop.at).language == "de"


def test_going_back_to_the_supplied_english_brings_supplied_translations_back(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=judge)
    put_in_force(SUBJECT, "en", SUBJECT, by=judge)

    assert order_confirmed(order, at=shop.at).subject == f"Ihre Bestellung {order.ref} ist bestätigt"


def test_no_letter_leaves_in_a_language_that_was_taken_off(shop: Shop) -> None:
    order = place(shop)
    assert writing.switch_language("de", is_on=False, by="staff:1", at=shop.at)
    assert not writing.switch_language("de", is_on=False, by="staff:1", at=shop.at)

    assert order_confirmed(order, at=shop.at).language == "zh"

    writing.switch_language("de", is_on=True, by="staff:1", at=shop.at)
    assert order_confirmed(order, at=shop.at).language == "de"
    with pytest.raises(writing.NotOptional):
        writing.switch_language("en", is_on=False, by="staff:1", at=shop.at)


def test_what_is_tried_shows_drafts_and_falls_back_nowhere(shop: Shop, judge: Staff) -> None:
    order = place(shop)
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=judge)
    write(TITLE, "de", "Entwurf")

    with trying(on_trial()):
        letter = order_confirmed(order, at=shop.at)

    assert (letter.language, letter.title) == ("de", "Entwurf")


def test_the_words_are_read_once_and_then_one_statement_is_enough(
    shop: Shop, judge: Staff, django_assert_num_queries: object
) -> None:
    put_in_force(TITLE, "de", "Danke", by=judge)
    in_force()

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert in_force().words == {("de", TITLE): "Danke"}


def test_why_a_letter_falls_back_is_said(shop: Shop, judge: Staff) -> None:
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=judge)

    assert [each.message for each in in_force().in_the_way("de", ["order_confirmed"])] == [SUBJECT]
    assert in_force().in_the_way("de", ["order_dispatched"]) == []
