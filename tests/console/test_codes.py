"""Discount codes, as the staff make them and see what became of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.checkout.test_codes import offer
from tests.shop import Shop
from tests.storefront.reading import form_of, text_of
from tradewind.checkout.models import DiscountCode
from tradewind.core.models import AuditEntry

MAKING = "/console/codes/making"
FORM = {"code": "winter", "occasion": "season", "gives": "percent", "percent": "15", "once": "on"}


def test_a_code_is_made_with_everything_that_the_form_asks(console: Client, shop: Shop) -> None:
    form = FORM | {
        "gives": "amount",
        "amount-EUR": "5",
        "least-EUR": "20.00",
        "first": "2026-12-01",
        "last": "2026-12-24",
        "market": ["de"],
        "most_uses": "100",
        "new_buyers": "on",
    }

    made = console.post(MAKING, form)

    assert made["Location"] == "/console/codes?done=code-made"
    row = DiscountCode.objects.get()
    assert (row.code, row.gives, row.amounts, row.least) == ("WINTER", "amount", {"EUR": 500}, {"EUR": 2000})
    assert (row.markets, row.most_uses, row.is_once_per_buyer, row.is_for_new_buyers) == (["de"], 100, True, True)
    # Days are those of Beijing, the last one included.
    assert [row.starts_at.isoformat(), row.ends_at and row.ends_at.isoformat()] == [
        "2026-11-30T16:00:00+00:00",
        "2026-12-24T16:00:00+00:00",
    ]
    assert AuditEntry.objects.get(action="code.made").subject_id == row.pk


def test_a_code_without_a_name_gets_one(console: Client, shop: Shop) -> None:
    console.post(MAKING, FORM | {"code": ""})

    assert len(DiscountCode.objects.get().code) == 8


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"occasion": ""}, "Please choose the occasion"),
        ({"percent": "95"}, "Please write a percentage from 1 to 90."),
        ({"percent": "1,5"}, "Please write a whole number"),
        ({"code": "x!"}, "A code has 3 to 24 letters"),
        ({"code": "spring"}, "There is a code of this name already."),
        ({"gives": "amount"}, "Please give at least one amount"),
        ({"gives": "amount", "amount-EUR": "5", "least-EUR": "5"}, "for each a least value of goods above it"),
        ({"gives": "amount", "amount-EUR": "five"}, "Please write the amount like"),
        ({"first": "2026-12-02", "last": "2026-12-01"}, "It ends before it begins."),
        ({"last": "2026-11-01"}, "It ends before it begins."),
        ({"products": "MUG-S, MUG-X"}, "We know no product with this article number or page address: MUG-X."),
        ({"email": "greta@"}, "Please write one whole e-mail address"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    console: Client, shop: Shop, change: dict[str, str], words: str
) -> None:
    offer(shop)
    form = FORM | change

    refused = console.post(MAKING, form | {"market": ["world"]})

    assert refused.status_code == 422
    assert words in text_of(refused)
    assert DiscountCode.objects.count() == 1
    again = form_of(refused)
    assert {name: again.get(name, "") for name in form} == form
    assert (again["market"], "new_buyers" in again) == ("world", False)


def test_the_list_says_what_became_of_each_code(console: Client, shop: Shop) -> None:
    offer(shop)
    offer(shop, "LATER", starts_at=shop.at + timedelta(days=9))
    offer(shop, "ONE", most_uses=1, is_once_per_buyer=False)
    for code in ("SPRING", "ONE"):
        cart = shop.cart((shop.small, 2))
        shop.place(cart, agreed=shop.agree(cart, code=code))

    words = text_of(console.get("/console/codes"))

    assert "SPRING Seasonal event 10 % off the goods All markets · once per buyer" in words
    assert "Orders 1 Taken off €2.00 Running End it SPRING" in words
    assert "Orders 1 / 1 Taken off €2.00 Used up" in words
    assert "Orders 0 Taken off – Planned End it LATER" in words


def test_a_category_that_went_while_the_form_was_open_is_refused(console: Client, shop: Shop) -> None:
    refused = console.post(MAKING, FORM | {"category": ["gone"]})

    assert refused.status_code == 422
    assert "There is no such category any more: gone." in text_of(refused)
    assert not DiscountCode.objects.exists()


def test_a_code_for_certain_goods_and_one_buyer_is_made_and_shown(console: Client, shop: Shop) -> None:
    shelf = shop.product.category
    form = FORM | {"products": "MUG-S\nMUG-L", "category": [shelf.slug], "email": "Greta@Example.com"}

    console.post(MAKING, form)

    row = DiscountCode.objects.get()
    assert (row.products, row.categories, row.email) == ([shop.product.pk], [shelf.pk], "greta@example.com")
    words = text_of(console.get("/console/codes"))
    assert f"only for {shelf.name['en']}, Mug · only for greta@example.com" in words
    shop.product.state = "offline"
    shop.product.save()
    assert "Mug (not on sale now)" in text_of(console.get("/console/codes"))


def test_a_code_is_ended_and_holds_no_more(console: Client, shop: Shop) -> None:
    row = offer(shop)

    ended = console.post(f"/console/codes/{row.pk}/end")

    assert ended["Location"] == "/console/codes?done=code-ended"
    row.refresh_from_db()
    assert row.ends_at is not None
    assert "End it" not in text_of(console.get("/console/codes"))
    assert console.post(f"/console/codes/{row.pk + 1}/end").status_code == 404


def test_the_list_takes_the_same_statements_for_one_code_and_for_sixty_and_goes_on_by_key(
    console: Client, shop: Shop
) -> None:
    offer(shop, "C-00")
    console.get("/console/codes")  # once the markets are known to this process
    with CaptureQueriesContext(connection) as one:
        console.get("/console/codes")
    for number in range(1, 60):
        offer(shop, f"C-{number:02}")
    with CaptureQueriesContext(connection) as sixty:
        first = console.get("/console/codes")

    assert len(one) == len(sixty)
    assert (text_of(first).count("Seasonal event 10 %"), "C-09" in text_of(first)) == (50, False)
    older = first.content.decode().split('rel="next" href="')[1].split('"')[0]
    assert text_of(console.get(f"/console/codes{older}")).count("Seasonal event 10 %") == 10
