"""Orders and quotations of staff in the console: nothing typed is lost, and each button does what was looked at, once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models.signals import post_init
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_order, make_staff
from tests.console.test_reach import only_for
from tests.quotations.putting import begin, change, send
from tests.shop import HAMBURG, Shop
from tests.storefront.reading import form_of, text_of
from tradewind.core.models.staff import Role
from tradewind.markets.models import Market
from tradewind.orders.models import Order, OrderNote
from tradewind.orders.states import OrderState
from tradewind.quotations.accepting import decline
from tradewind.quotations.drafting import DraftLine, content_of_draft
from tradewind.quotations.models import Quotation, QuotationVersion


@pytest.fixture(autouse=True)
def standing_clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def page_of(draft: Quotation) -> str:
    return f"/console/quotations/{draft.pk}"


def press(client: Client, draft: Quotation, action: str = "", **typed: str) -> HttpResponse:
    """Open the page, type, press."""
    fields = form_of(client.get(page_of(draft))) | {name.replace("__", "."): text for name, text in typed.items()}
    return client.post(f"{page_of(draft)}/saving", fields | {"action": action})


def test_for_a_buyer_whom_we_know_everything_is_filled_in(console: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 2))).order

    found = text_of(console.get("/console/quotations/new?q=greta"))
    fields = {"buyer": order.buyer_id, "market": "de", "key": "made with the form"}
    begun, again = (console.post("/console/quotations/new", fields) for _ in range(2))

    assert f"Greta Öztürk Hamburg · greta@example.com · {order.ref} · Germany" in found
    draft = Quotation.objects.get()
    assert begun["Location"] == again["Location"] == page_of(draft)
    content = content_of_draft(draft)
    assert (content.email, content.ship_to["line1"], content.language) == (HAMBURG.email, HAMBURG.line1, "de")
    assert (content.valid_until, draft.buyer_id) == (shop.at.date() + timedelta(days=14), order.buyer_id)


def test_articles_are_found_by_number_and_words_with_price_and_stock(console: Client, shop: Shop) -> None:
    draft = begin(shop)

    refused = press(console, draft, f"add-{shop.small.pk}", q="MUG-S", discount="x")
    assert (refused.status_code, "Mug MUG-S · small" in text_of(refused)) == (422, True)
    looked = press(console, draft, "find", q="MUG-L")
    page = text_of(console.get(looked["Location"]))
    press(console, draft, f"add-{shop.large.pk}")
    press(console, draft, f"add-{shop.large.pk}")
    press(console, draft, "goods", own__title="Gravur", own__price="25")

    assert "Mug MUG-L · large · €10.00 · 10 free" in page
    assert content_of_draft(draft).lines == (DraftLine(2, shop.large.pk), DraftLine(1, None, "Gravur", 2500))
    press(console, draft, **{"line.0.out": "on", "line.1.price": "20"})
    assert content_of_draft(draft).lines == (DraftLine(1, None, "Gravur", 2000),)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"line.0.quantity": "0"}, "above zero"),
        ({"line.0.price": "ten"}, "Please write the amount like 1280.50"),
        ({"line.0.quantity": "100001"}, "At most 100000"),
        ({"line.0.quantity": "99999", "line.0.price": "99999999"}, "too large to be true"),
        ({"own.title": "Gravur"}, "Please write the amount"),
        ({"delivery_price": "-1"}, "above zero"),
        ({"valid_until": "soon"}, "like 2026-11-24"),
        ({"option": "_agreed"}, "Please fill this in"),
        (
            {"option": "_agreed", "agreed.name": "Sea", "agreed.first": "9", "agreed.last": "12"},
            "Please write the amount",
        ),
        ({"agreed.name": "Sea", "agreed.first": "9", "agreed.last": "3"}, "not below the shortest"),
        ({"country": "XX"}, "Please choose a country"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_all_of_it_stays(
    console: Client, shop: Shop, typed: dict[str, str], words: str
) -> None:
    draft = begin(shop, DraftLine(1, shop.small.pk))

    answer = press(console, draft, "send", **typed, city="Altona")

    shown = form_of(answer)
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert all(shown.get(name, text) == text for name, text in typed.items())
    assert shown["city"] == "Altona"
    draft.refresh_from_db()
    assert (draft.ship_to["city"], draft.revision, draft.state) == ("Hamburg", 1, "draft")


def test_of_two_at_once_the_second_is_told_and_loses_nothing(console: Client, shop: Shop) -> None:
    draft = begin(shop, DraftLine(1, shop.small.pk), note="first")
    opened = form_of(console.get(page_of(draft)))
    change(shop, draft, note="theirs", lines=(DraftLine(4, shop.small.pk),))

    answer = console.post(f"{page_of(draft)}/saving", opened | {"note": "mine", "line.0.quantity": "2"})

    again = form_of(answer)
    assert answer.status_code == 409
    assert "Somebody else has saved this draft" in text_of(answer)
    assert "Saved meanwhile: theirs" in text_of(answer)
    assert (again["note"], again["line.0.quantity"]) == ("mine", "2")
    console.post(f"{page_of(draft)}/saving", again)
    draft.refresh_from_db()
    assert (draft.note, draft.lines.get().quantity) == ("mine", 2)


def test_a_change_is_saved_and_looked_at_before_it_is_sent(console: Client, shop: Shop) -> None:
    draft = begin(shop, DraftLine(1, shop.small.pk))

    first = press(console, draft, "send", **{"line.0.price": "8"})
    assert (first.status_code, QuotationVersion.objects.count()) == (409, 0)
    assert "look at the summary" in text_of(first)
    second = console.post(f"{page_of(draft)}/saving", form_of(first) | {"action": "send"})
    again = press(console, draft, "send")

    assert [second.status_code, again.status_code] == [302, 302]
    assert QuotationVersion.objects.get().content["total"] == 1490
    assert "Quotation sent over €14.90" in text_of(console.get(page_of(draft)))


def test_what_is_missing_stands_beside_its_field_when_it_is_sent(console: Client, shop: Shop) -> None:
    draft = begin(shop, DraftLine(11, shop.small.pk))

    answer = press(console, draft, "place", payment="link", email="greta", city="")

    page = text_of(answer)
    assert answer.status_code == 422
    assert "What you typed is saved. Nothing was sent or ordered:" in page
    assert "Fewer are free to be sold: 10." in page
    assert "This is not an e-mail address" in page
    assert Order.objects.count() == 0


def test_placed_with_two_clicks_it_is_one_order_and_paid_as_was_said(console: Client, shop: Shop) -> None:
    draft = begin(shop, DraftLine(2, shop.small.pk))
    fields = form_of(console.get(page_of(draft))) | {"action": "place", "payment": "paid"}
    unsaid = console.post(f"{page_of(draft)}/saving", fields)
    assert (unsaid.status_code, Order.objects.count()) == (422, 0)

    answers = [console.post(f"{page_of(draft)}/saving", fields | {"paid_how": "cash in Canton"}) for _ in range(2)]

    order = Order.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/console/orders/{order.pk}?done=quotation-ordered"}
    assert OrderNote.objects.get().text == "cash in Canton"
    assert order.ref in text_of(console.get(page_of(draft)))
    before = Quotation.objects.count()
    copied = console.post(f"/console/orders/{order.pk}/copy")
    assert (copied.status_code, Quotation.objects.count()) == (302, before + 1)


def test_an_order_from_where_no_market_sells_is_copied_into_one_that_somebody_chooses(
    console: Client, shop: Shop
) -> None:
    order = shop.place(shop.cart((shop.small, 2))).order
    Market.objects.update(is_fallback=False)
    Order.objects.filter(pk=order.pk).update(market="", country="NZ")

    asked = console.post(f"/console/orders/{order.pk}/copy", {"key": "two clicks"})
    assert (asked.status_code, Quotation.objects.count()) == (422, 0)
    assert "No market of yours serves its country: choose one." in text_of(asked)
    chosen = form_of(asked) | {"market": "de"}
    unknown = console.post(f"/console/orders/{order.pk}/copy", chosen | {"market": "atlantis"})
    first, second = (console.post(f"/console/orders/{order.pk}/copy", chosen) for _ in range(2))

    draft = Quotation.objects.get()
    assert unknown.status_code == 422
    assert first["Location"] == second["Location"] == f"{page_of(draft)}?done=quotation-copied"
    assert (draft.market, draft.key, draft.lines.get().quantity) == ("de", "two clicks", 2)


def test_whoever_is_found_is_named_as_in_the_last_order_without_reading_the_others(console: Client, shop: Shop) -> None:
    orders = [shop.place(shop.cart((shop.small, 1))).order for _ in range(3)]
    read: list[int] = []

    def note(instance: Order, **_: object) -> None:
        read.append(instance.pk)

    post_init.connect(note, sender=Order)
    try:
        found = text_of(console.get("/console/quotations/new?q=greta"))
    finally:
        post_init.disconnect(note, sender=Order)

    assert f"Greta Öztürk Hamburg · greta@example.com · {orders[-1].ref} · Germany" in found
    # Each once by the search for orders, and the last once more for its address.
    assert sorted(read) == sorted(order.pk for order in [*orders, orders[-1]])


def test_who_may_not_confirm_money_says_of_none_that_it_came(shop: Shop) -> None:
    agent = client_of(make_staff(Role.AGENT))
    draft = begin(shop, DraftLine(1, shop.small.pk))

    assert "It is paid already" not in text_of(agent.get(page_of(draft)))
    answer = press(agent, draft, "place", payment="paid", paid_how="cash")

    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert press(agent, draft, "place", payment="transfer").status_code == 302
    assert Order.objects.get().state == OrderState.AWAITING_PAYMENT


def test_nobody_reaches_quotations_and_buyers_of_accounts_they_do_not_work_for(shop: Shop) -> None:
    draft = begin(shop, DraftLine(1, shop.small.pk))
    sold = shop.place(shop.cart((shop.small, 1))).order
    of_ebay = make_order(7, account="eBay DE")
    stranger = only_for(make_staff(Role.AGENT), "eBay DE")
    client = client_of(stranger)

    # It is the own shop's, whose pages are closed to who does not work for it.
    assert {client.get(address).status_code for address in ("/console/quotations", page_of(draft))} == {403}

    with_shop = client_of(only_for(make_staff(Role.MANAGER), "own shop"))
    assert draft.ref in text_of(with_shop.get("/console/quotations"))
    assert with_shop.post(f"/console/orders/{of_ebay.pk}/copy").status_code == 404
    assert with_shop.post(f"/console/orders/{sold.pk}/copy").status_code == 302


def test_the_list_tells_what_became_of_each_and_asks_no_more_for_many(
    console: Client, shop: Shop, now: datetime
) -> None:
    sent, gone, lapsed = (send(shop, begin(shop, DraftLine(1, shop.small.pk))) for _ in range(3))
    decline(quotation_id=gone.quotation_id, number=1, words="", at=now)
    Quotation.objects.filter(pk=sent.quotation_id).update(seen_at=now)
    Quotation.objects.filter(pk=lapsed.quotation_id).update(lapses_at=now)

    def listed(state: str) -> list[int]:
        page = console.get(f"/console/quotations?state={state}").content.decode()
        return [row.pk for row in Quotation.objects.order_by("pk") if f">{row.ref}<" in page]

    assert [listed(state) for state in ("seen", "sent", "declined", "lapsed", "draft", "")] == [
        [sent.quotation_id],
        [],
        [gone.quotation_id],
        [lapsed.quotation_id],
        [],
        [sent.quotation_id, gone.quotation_id, lapsed.quotation_id],
    ]
    assert sent.quotation.ref in text_of(console.get("/console/quotations?q=hamburg&state=seen"))
    assert "No quotation was found." in text_of(console.get("/console/quotations?q=nobody"))
    with CaptureQueriesContext(connection) as few:
        console.get("/console/quotations")
    for _ in range(60):
        begin(shop)
    with CaptureQueriesContext(connection) as many:
        first = console.get("/console/quotations").content.decode()
    assert len(many) == len(few)
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    rest = console.get(f"/console/quotations{older}").content.decode()
    assert (first.count("data-row"), rest.count("data-row")) == (50, 13)
