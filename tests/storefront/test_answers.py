"""Pages that answer, in every market and language, and special notices on all pages."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.markets.announcing import Notice, announce
from tradewind.markets.page_texts import PAGES, write_page_text


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
