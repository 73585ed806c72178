"""Pages that answer, in every market and language, and special notices on all pages."""

import re
from datetime import date, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.core import preferences
from tradewind.core.links import make_link
from tradewind.core.reach import EVERYWHERE
from tradewind.core.words import locale_of, pick
from tradewind.core.worker import run_until_idle
from tradewind.lib.calendars import DayRange
from tradewind.lib.money_words import format_money
from tradewind.markets.announcing import Notice, announce
from tradewind.markets.changing import touch_all
from tradewind.markets.models import Market
from tradewind.markets.page_texts import PAGES, write_page_text
from tradewind.markets.queries import market_by_code
from tradewind.markets.shop import SHOP
from tradewind.messaging.notice_telling import tell
from tradewind.orders.models import Order
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.wording import range_words
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.terms import terms_of


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("place", ["de/de", "de/zh", "world/en"])
def test_every_page_answers_in_every_place(buyer: Client, place: str, page: str) -> None:
    response = buyer.get(f"/{place}/pages/{page}/")

    assert response.status_code == HTTPStatus.OK
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/{place}/pages/{page}/">' in response.content.decode()


def test_a_page_that_is_not_there_is_not_found(buyer: Client) -> None:
    assert buyer.get("/de/de/pages/novel/").status_code == HTTPStatus.NOT_FOUND


def test_the_right_of_withdrawal_stands_where_the_law_gives_it(buyer: Client) -> None:
    german, abroad = buyer.get("/de/de/pages/returns/"), buyer.get("/world/de/pages/returns/")

    assert "Widerrufsrecht" in text_of(german)
    assert "Widerrufsrecht" not in text_of(abroad)


def test_the_foot_of_every_page_leads_to_all_answers(buyer: Client) -> None:
    page = buyer.get("/de/de/").content.decode()

    assert [f'href="/de/de/pages/{each}/"' in page for each in PAGES] == [True] * len(PAGES)


def test_own_words_follow_as_text_in_their_language(buyer: Client, shop: Shop) -> None:
    write_page_text(
        page="terms", market=shop.de, language="en", text="One <b>rule</b>.\n\nTwo.", by="staff:1", at=shop.at
    )

    page = buyer.get("/de/de/pages/terms/").content.decode()

    assert '<section class="flow own-words" lang="en">' in page
    assert "<p>One &lt;b&gt;rule&lt;/b&gt;.</p><p>Two.</p>" in page


@pytest.mark.parametrize("address", ["", "product/mug/", "cart/", "pages/delivery/", "pages/terms/"])
def test_a_special_notice_stands_on_every_page_in_its_time(buyer: Client, shop: Shop, address: str) -> None:
    buyer.get(f"/de/de/{address}")
    hour = timedelta(hours=1)
    announce(
        Notice((shop.de.pk,), {"de": "Streik am Hafen"}, shop.at + hour, shop.at + 2 * hour), by="staff:1", at=shop.at
    )

    seen = []
    for hours in range(3):
        with time_machine.travel(shop.at + hours * hour, tick=False):
            seen.append("Streik am Hafen" in text_of(buyer.get(f"/de/de/{address}")))

    assert seen == [False, True, False]
    assert "Streik" not in text_of(buyer.get(f"/world/de/{address}"))


def test_a_notice_stands_on_product_and_checkout_only_where_it_concerns_the_buyer(buyer: Client, shop: Shop) -> None:
    acts = DayRange(shop.at.date(), shop.at.date() + timedelta(days=9))
    for text, also in (
        ("Für alle", {}),
        ("Nur Österreich", {"countries": ("AT",)}),
        ("Nur Frankfurt", {"options": ("de-local",)}),
        ("Weg gesperrt", {"options": ("de-local",), "effect": "closed", "acts": acts}),
    ):
        announce(Notice((shop.de.pk,), {"de": text}, shop.at, **also), by="staff:1", at=shop.at)
    buyer.post("/de/de/cart/lines/", {"variant": shop.small.pk, "quantity": 1})

    def shown(address: str) -> set[str]:
        page = text_of(buyer.get(f"/de/de/{address}"))
        return {text for text in ("Für alle", "Nur Österreich", "Nur Frankfurt", "Weg gesperrt") if text in page}

    assert shown("") == shown("cart/") == {"Für alle", "Nur Österreich", "Nur Frankfurt", "Weg gesperrt"}
    assert shown("product/mug/") == shown("checkout/") == shown("pages/delivery/") == {"Für alle", "Weg gesperrt"}


@pytest.mark.parametrize(("place", "country"), [("de/de", "DE"), ("de/zh", "DE"), ("world/en", "NZ")])
def test_the_page_of_delivery_says_what_delays_it_with_the_quotes_that_allow_for_it(
    buyer: Client, shop: Shop, place: str, country: str
) -> None:
    address, language = f"/{place}/pages/delivery/?to={country}", place[-2:]
    market = shop.de if place[:2] == "de" else shop.world
    buyer.get(address)
    before = _quoted(market, country, shop)
    acts = DayRange(shop.at.date(), shop.at.date() + timedelta(days=9))
    words = {"de": "Sturm über dem Hafen", "zh": "港口风暴", "en": "A storm at the port"}
    announce(Notice((), words, shop.at, effect="dispatch", days=3, acts=acts), by="staff:1", at=shop.at)

    page, quotes = text_of(buyer.get(address)), _quoted(market, country, shop)

    assert words[language] in page
    assert [quote.arrives_last for quote in quotes] > [quote.arrives_last for quote in before]
    locale = locale_of(language)
    for quote in quotes:
        assert pick(quote.name, language) in page
        assert not quote.cost or " ".join(format_money(quote.cost, locale).split()) in page
        assert range_words(quote.arrives_first, quote.arrives_last, language) in page


def _quoted(market: Market, country: str, shop: Shop) -> list[DeliveryQuote]:
    view = market_by_code(market.code, on=shop.at.date())
    everywhere = frozenset(terms.warehouse for terms in terms_of(view))
    goods = Goods(weight_g=1, traits=frozenset(), stocked_at=everywhere)
    return list(quotes_for(view, country, goods, at=shop.at))


PROFILES = {
    "never filled": {},
    "dashes": {"manufacturer": {"name": {"en": "—"}, "address": {"en": "—"}, "country": "CN", "email": ""}},
    "a name": {"manufacturer": {"name": {"en": "Tingyu Ltd"}, "address": {}, "country": "CN", "email": ""}},
    "a mailbox": {"email": "hello@tingyu.example"},
    "half a representative": {
        "eu_responsible": {"name": {"en": "Muster GmbH"}, "address": {}, "country": "DE", "email": ""}
    },
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("place", ["de/de", "de/zh", "world/en"])
@pytest.mark.parametrize("profile", PROFILES)
def test_where_the_profile_lacks_something_no_page_prints_a_gap(
    buyer: Client, shop: Shop, profile: str, place: str, page: str
) -> None:
    empty = {
        "name": {"en": "Shop"},
        "email": "",
        "manufacturer": {"name": {}, "address": {}, "country": "CN", "email": ""},
    }
    with transaction.atomic():
        preferences.change(SHOP, empty | PROFILES[profile], by="staff:1", at=shop.at)
        touch_all()

    words = text_of(buyer.get(f"/{place}/pages/{page}/"))

    assert not GAP.search(words), GAP.search(words)


# A dash for nothing, a mark behind nothing, an end of a sentence behind a colon.
GAP = re.compile(
    r".{0,30}(?:—|, ,|，，|[:：] ?[.,。，]|, \.|([,，、] ?)[;。.]| ;|(?:an|from|to|von|致) [:;.,：。]).{0,20}"
)


def test_what_is_known_stands_in_the_sentences_that_name_it(buyer: Client, shop: Shop) -> None:
    told = {"name": {"en": "Shop"}, "email": "hello@tingyu.example", "manufacturer": {
        "name": {"en": "Tingyu Ltd"}, "address": {"en": "17 Haimo Road"}, "country": "CN", "email": ""}}  # fmt: skip
    with transaction.atomic():
        preferences.change(SHOP, told, by="staff:1", at=shop.at)
        touch_all()

    assert "Verkäufer ist Tingyu Ltd. Was im Shop steht," in text_of(buyer.get("/de/de/pages/terms/"))
    privacy, returns = (text_of(buyer.get(f"/de/de/pages/{page}/")) for page in ("privacy", "returns"))
    assert "Schreiben Sie an hello@tingyu.example. Verantwortlich ist Tingyu Ltd. Sie können sich" in privacy
    seller = "Tingyu Ltd, 17 Haimo Road, hello@tingyu.example"
    assert f"zum Beispiel per E-Mail: {seller}. Es genügt" in returns
    assert f"An {seller}: Hiermit widerrufe(n)" in returns


@pytest.mark.usefixtures("post")
def test_the_page_of_an_order_says_what_holds_it_up(buyer: Client, shop: Shop) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order
    token = make_link("order.view", subject=("order", order.pk), at=shop.at)
    acts = DayRange(date(2026, 11, 24), date(2026, 11, 27))
    hit = Notice((), {"de": "Sturm"}, shop.at, title={"de": "Orkan"}, effect="dispatch", days=3, acts=acts)
    row = announce(hit, by="staff:1", at=shop.at)
    announce(Notice((), {"de": "Nur Österreich"}, shop.at, countries=("AT",)), by="staff:1", at=shop.at)
    Order.objects.filter(pk=order.pk).update(state="paid")
    before = text_of(buyer.get(f"/de/de/order/{token}/"))

    run_until_idle(now=lambda: shop.at)
    at_risk = text_of(buyer.get(f"/de/de/order/{token}/"))
    tell(row.pk, revision=1, reach=EVERYWHERE, by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    told = text_of(buyer.get(f"/de/de/order/{token}/"))

    assert [page.count("Was Ihre Bestellung aufhält") for page in (before, at_risk, told)] == [0, 1, 1]
    assert [page.count("Sturm") for page in (before, at_risk, told)] == [1, 1, 1]
    assert "Neues Datum" not in at_risk
    assert "Neues Datum, mitgeteilt am Mo., 23. Nov." in told
    assert "Nur Österreich" not in before + told
