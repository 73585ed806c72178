"""Two questions after an order: asked once, answered by whoever likes, counted for the seller."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.checkout.models import ThankYouAnswer
from tradewind.checkout.thanking import ASKED_FOR, found_by_counts
from tradewind.core.links import make_link
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.models import Order

QUESTION = "How did you find us?"


def page_of(order: Order, shop: Shop) -> str:
    token = make_link("order.view", subject=("order", order.pk), at=shop.at)
    return f"/de/en/order/{token}/"


def test_a_buyer_answers_once_and_is_thanked(buyer: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    page = page_of(order, shop)
    assert QUESTION in text_of(buyer.get(page))

    sent = buyer.post(f"{page}answers/", {"found_by": "friend", "words": "The photos\nwere dark."})
    buyer.post(f"{page}answers/", {"found_by": "search", "words": "again"})

    assert (sent.status_code, sent["Location"]) == (HTTPStatus.SEE_OTHER, f"{page}#thanks")
    shown = text_of(buyer.get(page))
    assert (QUESTION in shown, "Thank you for your answers." in shown) == (False, True)
    answer = ThankYouAnswer.objects.get()
    assert (answer.order_id, answer.market, answer.found_by, answer.words) == (
        order.pk,
        "de",
        "friend",
        "The photos\nwere dark.",
    )


def test_nothing_said_is_no_answer(buyer: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order

    buyer.post(f"{page_of(order, shop)}answers/", {"found_by": "", "words": "  "})

    assert ThankYouAnswer.objects.count() == 0


@pytest.mark.parametrize("sent", [{"found_by": "stars"}, {"words": "x" * 600, "found_by": "y" * 600}])
def test_an_answer_that_was_not_offered_is_refused(buyer: Client, shop: Shop, sent: dict[str, str]) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order

    refused = buyer.post(f"{page_of(order, shop)}answers/", sent)

    assert (refused.status_code, ThankYouAnswer.objects.count()) == (HTTPStatus.BAD_REQUEST, 0)


def test_nobody_is_asked_after_cancelling_or_after_two_weeks(buyer: Client, shop: Shop) -> None:
    kept, dropped = (shop.place(shop.cart((shop.small, 1))).order for _ in range(2))
    pages = [page_of(order, shop) for order in (kept, dropped)]
    cancel_order(order=dropped, by="buyer", reason=BUYER_ASKED, at=shop.at)

    assert [QUESTION in text_of(buyer.get(page)) for page in pages] == [True, False]
    with time_machine.travel(kept.placed_at + ASKED_FOR, tick=False):
        assert QUESTION not in text_of(buyer.get(pages[0]))


def test_somebody_elses_link_answers_nothing(buyer: Client, shop: Shop) -> None:
    shop.place(shop.cart((shop.small, 1)))

    refused = buyer.post("/de/en/order/nonsense/answers/", {"found_by": "friend"})

    assert (refused.status_code, ThankYouAnswer.objects.count()) == (HTTPStatus.NOT_FOUND, 0)


def test_answers_are_counted_by_market_and_time(shop: Shop) -> None:
    day = timedelta(days=1)
    for number, (market, found_by, at) in enumerate(
        [
            ("de", "friend", shop.at),
            ("de", "friend", shop.at),
            ("world", "search", shop.at),
            ("de", "press", shop.at - day),
        ]
    ):
        ThankYouAnswer.objects.create(order_id=number, market=market, found_by=found_by, answered_at=at)
    ThankYouAnswer.objects.create(order_id=9, market="de", words="fine", answered_at=shop.at)

    assert found_by_counts(since=shop.at, until=shop.at + day) == [("friend", 2), ("search", 1)]
    assert found_by_counts(since=shop.at - day, until=shop.at, market="de") == [("press", 1)]
