"""The address of a product and what stands in its place, as staff decide them."""

from django.test import Client

from tests.catalog.goods import Piece, add_goods
from tests.console.test_products import complaint
from tests.shop import Shop
from tradewind.catalog.models import Category, Departure, Product, Ranking
from tradewind.catalog.ranking import Sold, note_sales


def test_taking_offline_names_a_successor_by_address_or_article_number(console: Client, shop: Shop) -> None:
    add_goods(shop, "cup", Category.objects.get(), [Piece({})])
    here = f"/console/products/{shop.product.pk}"

    wrong = console.post(f"{here}/withdrawal", {"successor": "nothing"})
    assert (wrong.status_code, complaint(wrong.content.decode())) == (
        422,
        "No other product has this address or article number.",
    )
    assert Product.objects.get(pk=shop.product.pk).state == Product.State.LIVE

    console.post(f"{here}/withdrawal", {"successor": "cup"})
    assert Departure.objects.get().successor == Product.objects.get(slug="cup")
    assert "Who asks for it is led to:" in console.get(here).content.decode()
    console.post(f"{here}/successor", {"successor": "", "for_good": "on"})
    assert Departure.objects.values_list("successor", "is_for_good").get() == (None, True)


def test_a_circle_is_refused_in_words(console: Client, shop: Shop) -> None:
    cup = add_goods(shop, "cup", Category.objects.get(), [Piece({})])
    console.post(f"/console/products/{shop.product.pk}/withdrawal", {"successor": "cup"})

    answer = console.post(f"/console/products/{cup.pk}/withdrawal", {"successor": "MUG-S", "reason": "old"})

    page = answer.content.decode()
    assert (answer.status_code, complaint(page)) == (422, "This one leads back to the product that it is to succeed.")
    assert 'value="MUG-S"' in page
    assert Product.objects.get(pk=cup.pk).state == Product.State.LIVE


def test_the_address_is_changed_and_stays_one_products(console: Client, shop: Shop) -> None:
    add_goods(shop, "cup", Category.objects.get(), [Piece({})])
    address = f"/console/products/{shop.product.pk}/address"

    taken = console.post(address, {"slug": "cup"})
    odd = console.post(address, {"slug": "Big Mug"})
    console.post(address, {"slug": "big-mug"})

    assert [complaint(answer.content.decode()) for answer in (taken, odd)] == [
        "Another product has this address already.",
        "Small letters, digits and hyphens, please: walnut-board.",
    ]
    page = console.get(f"/console/products/{shop.product.pk}").content.decode()
    assert (
        'Lead here as well: <span class="code">mug</span>' in page,
        Product.objects.get(pk=shop.product.pk).slug,
    ) == (True, "big-mug")


def test_a_place_is_pinned_and_explained(console: Client, shop: Shop) -> None:
    here = f"/console/products/{shop.product.pk}"
    note_sales({shop.product.pk: Sold(3, 3.0)})
    assert [words in console.get(here).content.decode() for words in ("Lifted by 8 steps", "3 paid orders")] == [
        True
    ] * 2

    wrong = [complaint(console.post(f"{here}/place", {"pin": pin}).content.decode()) for pin in ("first", "1000")]
    assert wrong == ["Please write a whole number, like 12.", "The number is too large to be true."]
    console.post(f"{here}/place", {"pin": "2"})
    assert "Pinned at 2" in console.get(here).content.decode()
    console.post(f"{here}/place", {"pin": ""})
    assert Ranking.objects.get().pin is None
