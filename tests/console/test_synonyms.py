"""Words that mean the same, as the staff write them."""

from django.test import Client

from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.synonyms import SYNONYMS


def test_groups_are_written_a_line_each_and_buyers_find_with_them_at_once(console: Client, shop: Shop) -> None:
    assert "mug = cup" in console.get("/console/products/synonyms").content.decode()
    assert "Nothing found" in text_of(Client().get("/de/en/search/", {"q": "beaker"}))

    answer = console.post("/console/products/synonyms", {"words-en": "mug = beaker=  mug \n\n", "words-zh": "杯=盏"})

    assert answer["Location"] == "/console/products/synonyms?done=synonyms"
    assert (SYNONYMS.read()["en"], SYNONYMS.read()["zh"], SYNONYMS.read()["de"]) == (
        (("mug", "beaker"),),
        (("杯", "盏"),),
        (),
    )
    assert "Goods for “beaker” 1 product" in text_of(Client().get("/de/en/search/", {"q": "beaker"}))


def test_a_word_alone_is_named_with_its_line_and_nothing_typed_is_lost(console: Client, shop: Shop) -> None:
    before = SYNONYMS.read()

    response = console.post("/console/products/synonyms", {"words-en": "mug = cup\nlonely =", "words-de": "a = b"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Line 2: please write two words or more" in page
    assert ("lonely =" in page, "a = b" in page) == (True, True)
    assert SYNONYMS.read() == before


def test_too_much_is_refused(console: Client, shop: Shop) -> None:
    response = console.post("/console/products/synonyms", {"words-en": "x" * 20_001})

    assert response.status_code == 422
    assert "At most 20000 characters" in response.content.decode()
