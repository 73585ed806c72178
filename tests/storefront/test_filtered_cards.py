"""Cards of a filtered list: each shows the variant that meets the filters and leads to it, at no further statement."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.shop import Shop
from tests.storefront.reading import text_of
from tradewind.catalog.models import Media, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.catalog.shelving import shelve
from tradewind.inventory.reserving import Wanted, reserve
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money

PAGE: Final = "/de/en/c/clothes/"
Cards = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def shirt(shop: Shop) -> Product:
    """Red S and M, blue S and M; its first picture shows all of it, then each colour has a detail and a front."""
    define_filters()
    pieces = [Piece({"colour": colour, "size": size}) for colour in ("red", "blue") for size in ("s", "m")]
    product = add_goods(shop, "shirt", clothes(shop), pieces)
    places = [(colour, role) for colour in ("red", "blue") for role in ("detail", "front")]
    for position, (colour, role) in enumerate(places, 1):
        add_picture(product, role, position, colour)
    add_goods(shop, "cap", product.category, [Piece({"size": "m"})])
    return product


def add_picture(product: Product, role: str, position: int, colour: str | None) -> Media:
    alt = f"{role} {colour}"
    rendition = {"path": "x.webp", "width": 400, "height": 400, "format": "webp"}
    return Media.objects.create(
        product=product,
        role=role,
        position=position,
        alt={"en": alt},
        origin="own",
        option=["colour", colour] if colour else None,
        renditions=[rendition],
    )


@pytest.fixture
def cards(buyer: Client, shirt: Product) -> Cards:
    def read(address: str = PAGE, **query: str | list[str]) -> dict[str, tuple[str, str]]:
        """(query that the card leads with, words of its picture) by product."""
        page = buyer.get(address, query).content.decode()
        found = re.findall(
            r'<a href="/de/en/product/([\w-]+)/(\?[^"]*)?">\s*<span class="card-picture">(.*?)</span>', page, re.DOTALL
        )
        return {slug: (at.replace("&amp;", "&"), re.findall(r'alt="([^"]*)"', html)[0]) for slug, at, html in found}

    return read


def sell_out(shop: Shop, product: Product, number: int) -> None:
    variant = product.variants.order_by("position")[number]
    lines = [Wanted(variant.pk, variant.available)]
    reserve(subject=("order", number), lines=lines, warehouses=[shop.shenzhen.pk], at=shop.at)


def test_a_card_shows_the_colour_that_was_asked_for_and_leads_to_it(buyer: Client, cards: Cards) -> None:
    assert cards() == {"shirt": ("", "Shirt"), "cap": ("", "Cap")}
    assert cards(colour="blue") == {"shirt": ("?colour=blue&size=s", "front blue")}
    assert cards(colour="blue", size="m") == {"shirt": ("?colour=blue&size=m", "front blue")}
    assert cards(size="m") == {"shirt": ("?colour=red&size=m", "front red"), "cap": ("?size=m", "Cap")}
    assert cards("/de/en/search/", q="shirt", colour="blue") == {"shirt": ("?colour=blue&size=s", "front blue")}

    page = buyer.get("/de/en/product/shirt/?colour=blue&size=m").content.decode()
    assert re.findall(r'alt="((?:front|detail) \w+)"', page)[0] == "detail blue"
    assert "Blue" in text_of(buyer.get("/de/en/product/shirt/?colour=blue&size=m"))


def test_of_two_colours_that_were_asked_for_the_card_shows_the_first(cards: Cards) -> None:
    assert cards(colour=["blue", "red"])["shirt"] == ("?colour=red&size=s", "front red")


def test_a_colour_without_a_front_shows_another_picture_of_its_own_and_without_any_the_front_of_all(
    shirt: Product, cards: Cards
) -> None:
    Media.objects.filter(product=shirt, role="front", option=["colour", "blue"]).delete()
    shelve(shirt)
    assert cards(colour="blue")["shirt"][1] == "detail blue"

    Media.objects.filter(product=shirt, option=["colour", "blue"]).update(role=Media.Role.VIDEO)
    shelve(shirt)
    assert cards(colour="blue")["shirt"] == ("?colour=blue&size=s", "Shirt")


def test_what_can_be_bought_comes_before_what_is_sold_out_at_the_next_request(
    shop: Shop, shirt: Product, cards: Cards
) -> None:
    assert cards(colour="blue")["shirt"][0] == "?colour=blue&size=s"

    sell_out(shop, shirt, 2)
    assert cards(colour="blue")["shirt"][0] == "?colour=blue&size=m"
    assert cards(colour="blue", size="s")["shirt"][0] == "?colour=blue&size=s"
    assert "shirt" not in cards(colour="blue", size="s", stock="1")

    variant = shirt.variants.order_by("position")[2]
    receive(variant_id=variant.pk, warehouse=shop.shenzhen, quantity=1, by="x", at=shop.at)
    assert cards(colour="blue")["shirt"][0] == "?colour=blue&size=s"


def test_a_price_between_those_of_the_others_moves_filters_at_the_next_request(
    shop: Shop, shirt: Product, cards: Cards
) -> None:
    red_s, red_m, blue_s, _ = shirt.variants.order_by("position")
    for variant, cents in ((red_s, 500), (red_m, 9000)):
        set_price(variant=variant, market_id=shop.de.pk, price=Money(cents, "EUR"), by="x", at=shop.at)
    assert cards(colour="blue", price_to="20")["shirt"][0] == "?colour=blue&size=s"

    set_price(variant=blue_s, market_id=shop.de.pk, price=Money(3000, "EUR"), by="x", at=shop.at)

    assert cards(colour="blue", price_to="20")["shirt"][0] == "?colour=blue&size=m"


def test_a_new_picture_is_on_the_kept_list_at_the_next_request(shop: Shop, shirt: Product, cards: Cards) -> None:
    assert cards(colour="blue")["shirt"][1] == "front blue"
    Media.objects.filter(product=shirt, option=["colour", "blue"], role="front").update(alt={"en": "a better blue"})

    publish(product=shirt, languages=["en", "de", "zh"], by="staff:1", at=shop.at)

    assert cards(colour="blue")["shirt"][1] == "a better blue"


def test_a_shade_leads_with_its_own_key_where_its_family_was_asked_for(
    shop: Shop, shirt: Product, cards: Cards
) -> None:
    colours = {"key": "celadon", "name": {"en": "Celadon"}, "swatch": "#8fb8a0"}
    product = add_goods(shop, "robe", shirt.category, [Piece({"colour": "red"}), Piece({"colour": "blue"})])
    option = product.content["options"][0]
    content = {**product.content, "options": [{**option, "values": [option["values"][0], colours]}]}
    Product.objects.filter(pk=product.pk).update(content=content)
    Variant.objects.filter(product=product, options={"colour": "blue"}).update(options={"colour": "celadon"})
    add_picture(product, "front", 1, "celadon")
    publish(product=product, languages=["en", "de", "zh"], by="staff:1", at=shop.at)

    assert cards(colour="green") == {"robe": ("?colour=celadon", "front celadon")}


def test_a_filter_that_no_variant_chooses_by_leaves_the_card_as_it_is(shop: Shop, shirt: Product, cards: Cards) -> None:
    linen = {"key": "linen", "name": {"en": "Linen"}}
    fact = {"key": "material", "name": {"en": "Material"}, "value": {"en": "Linen"}, "choices": [linen]}
    Product.objects.filter(pk=shirt.pk).update(content={**shirt.content, "facts": [fact]})
    shirt.refresh_from_db()
    publish(product=shirt, languages=["en", "de", "zh"], by="staff:1", at=shop.at)

    assert cards(material="linen") == {"shirt": ("", "Shirt")}
    assert cards(stock="1")["shirt"] == ("", "Shirt")


def test_it_takes_no_further_statement_however_many_cards_there_are(shop: Shop, shirt: Product, buyer: Client) -> None:
    def statements(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            buyer.get(f"{PAGE}{query}")
        return len(captured)

    statements("?sort=newest")
    without, one = statements("?price_to=50"), statements("?colour=blue")
    for number in range(30):
        add_goods(shop, f"sock-{number}", shirt.category, [Piece({"colour": "red"}), Piece({"colour": "blue"})])
    many = statements("?colour=blue")

    # How rare a choice is was asked before.
    assert (one, many, statements("?colour=blue")) == (without + 1, without + 1, 1)
