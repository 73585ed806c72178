"""Which pages count as which step, and who is not counted at all."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.shop import Shop
from tradewind.insights.models import Step, VisitorStep
from tradewind.insights.visits import recorder

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def nothing_waits() -> Iterator[None]:
    recorder._waiting.clear()
    yield
    recorder._waiting.clear()


@pytest.fixture
def firefox(shop: Shop) -> Client:
    return Client(headers={"User-Agent": FIREFOX})


def steps() -> list[tuple[str, str, str]]:
    recorder.write()
    return sorted(VisitorStep.objects.values_list("market", "step", "source"))


def test_a_page_is_a_visit_and_a_product_page_says_so(firefox: Client) -> None:
    firefox.get("/de/de/", headers={"Referer": "https://www.google.de/"})
    firefox.get("/de/de/product/mug/", headers={"Referer": "http://testserver/de/de/"})

    assert steps() == [("de", "product", ""), ("de", "visit", "search:google")]


def test_a_kept_page_counts_as_well(firefox: Client) -> None:
    firefox.get("/de/de/product/mug/")
    firefox.get("/de/de/product/mug/", REMOTE_ADDR="192.0.2.7")

    recorder.write()
    assert VisitorStep.objects.filter(step=Step.PRODUCT).count() == 2


def test_the_row_of_goods_seen_before_is_no_visit(firefox: Client) -> None:
    firefox.get("/de/de/seen/")

    assert steps() == []


def test_a_cart_counts_when_something_was_put_into_it(shop: Shop, firefox: Client) -> None:
    firefox.post("/de/de/cart/lines/", {"variant": "999999", "quantity": "1"})
    assert steps() == []

    firefox.post("/de/de/cart/lines/", {"variant": str(shop.small.pk), "quantity": "1"})
    assert steps() == [("de", "cart", "direct")]


def test_an_order_counts_when_it_was_placed_and_not_when_it_was_refused(shop: Shop, firefox: Client) -> None:
    firefox.post("/de/de/cart/lines/", {"variant": str(shop.small.pk), "quantity": "1"})
    firefox.get("/de/de/checkout/")
    firefox.post("/de/de/checkout/", {"action": "place"})
    assert "ordered" not in {step for _, step, _ in steps()}

    _order(firefox)
    assert {step for _, step, _ in steps()} == {"visit", "cart", "checkout", "ordered"}


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.1"},
        {"User-Agent": ""},
        {"Sec-GPC": "1"},
        {"DNT": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
    ],
    ids=["a robot", "a program", "nobody", "wishes not to be", "wishes not to be, of old", "loaded in advance"],
)
def test_who_is_not_counted(firefox: Client, headers: dict[str, str]) -> None:
    firefox.get("/de/de/", headers=headers)

    assert steps() == []


def test_what_does_not_exist_and_what_is_no_page_of_a_market_is_no_visit(firefox: Client) -> None:
    firefox.get("/de/de/product/nothing/")
    firefox.get("/robots.txt")
    firefox.get("/")

    assert steps() == []


def test_no_cookie_is_set_for_measuring(firefox: Client) -> None:
    firefox.get("/de/de/product/mug/")

    assert set(firefox.cookies) == set()


def _order(browser: Client) -> None:
    import re

    page = browser.get("/de/de/checkout/").content.decode()
    digest = re.search(r'name="shown_digest" value="([0-9a-f]+)"', page)
    assert digest is not None
    form = {
        "email": "greta@example.com",
        "name": "Greta Öztürk",
        "line1": "Große Elbstraße 5",
        "postcode": "22767",
        "city": "Hamburg",
        "country": "DE",
        "option": "de-air",
        "method": "card",
        "shown_digest": digest[1],
        "action": "place",
    }
    assert browser.post("/de/de/checkout/", form).status_code == 303
