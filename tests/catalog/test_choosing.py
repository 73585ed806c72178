"""Choices renamed and made one: pages, filters and search say so once the worker has been there."""

import pytest
from django.test import Client

from tests.at_once import succeed_at_once
from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.shop import Shop, open_shop
from tradewind.catalog.choosing import (
    BothChosen,
    ChoiceOutdated,
    Naming,
    NotOneThing,
    digest,
    is_family,
    merge_choice,
    rename_choice,
)
from tradewind.catalog.models import AttributeChoice, AttributeValue, Product
from tradewind.catalog.publishing import publish
from tradewind.core.deliveries import run_deliveries
from tradewind.core.models import AuditEntry
from tradewind.core.staff import NotValid
from tradewind.lib.clock import utc_now


def goods(shop: Shop) -> None:
    define_filters()
    category = clothes(shop)
    add_goods(shop, "tee", category, [Piece({"colour": "red", "size": "s"}), Piece({"colour": "blue", "size": "s"})])
    add_goods(shop, "cap", category, [Piece({"size": "m"})])


def choice(key: str, attribute: str = "size") -> AttributeChoice:
    return AttributeChoice.objects.get(attribute__key=attribute, key=key)


def rename(
    key: str, *, attribute: str = "size", position: int = 0, seen: str = "", swatch: str = "", **names: str
) -> None:
    row = choice(key, attribute)
    rename_choice(
        choice_id=row.pk,
        naming=Naming(names, swatch, position),
        seen=seen or digest(row),
        by="staff:1",
        at=utc_now(),
    )


def merge(key: str, into: str, *, attribute: str = "size") -> None:
    merge_choice(choice_id=choice(key, attribute).pk, into_id=choice(into, attribute).pk, by="staff:1", at=utc_now())


def work_off() -> None:
    """What a worker does about them."""
    while run_deliveries(now=utc_now):
        pass


def shown(client: Client, address: str) -> str:
    return client.get(f"/de/en/{address}").content.decode()


def test_a_new_name_is_in_filters_at_once_and_on_pages_and_found_after_the_worker(shop: Shop, client: Client) -> None:
    goods(shop)
    before = [shown(client, "product/tee/"), shown(client, "c/clothes/"), shown(client, "search/?q=Crimson")]

    rename("red", attribute="colour", position=7, en="Crimson", de="Karmin")
    meanwhile = [shown(client, "product/tee/"), shown(client, "c/clothes/"), shown(client, "search/?q=Crimson")]
    work_off()
    after = [shown(client, "product/tee/"), shown(client, "c/clothes/"), shown(client, "search/?q=Crimson")]

    assert ["Crimson</" in page or "Crimson\n" in page for page in before] == [False, False, False]
    assert [("Red" in page, "Crimson" in page) for page in meanwhile[:2]] == [(True, False), (False, True)]
    assert ["Crimson" in page for page in after[:2]] == [True, True]
    assert "Red" not in after[0]
    assert ("/product/tee/" in before[2], "/product/tee/" in after[2]) == (False, True)
    assert (choice("red", "colour").key, choice("red", "colour").position) == ("red", 7)
    # And stays so once the draft is published.
    publish(product=Product.objects.get(slug="tee"), languages=["en", "de"], by="staff:1", at=shop.at)
    assert "Crimson" in shown(client, "product/tee/")
    assert AuditEntry.objects.get(action="choice.renamed").after["name"]["de"] == "Karmin"


def test_two_that_mean_the_same_are_one_for_pages_filters_and_search(shop: Shop, client: Client) -> None:
    goods(shop)
    merge("m", "s")
    meanwhile = [shown(client, f"c/clothes/?size={key}") for key in ("s", "m")]
    work_off()

    assert ["/product/cap/" in page for page in meanwhile] == [False, True]
    cap = Product.objects.get(slug="cap")
    assert cap.variants.get().options == {"size": "s"}
    assert not AttributeChoice.objects.filter(attribute__key="size", key="m").exists()
    found = shown(client, "c/clothes/?size=s")
    assert ("/product/cap/" in found, "/product/tee/" in found) == (True, True)
    assert AttributeValue.objects.filter(choice=choice("s"), product=cap).count() == 1
    # Publishing does not bring it back.
    publish(product=cap, languages=["en"], by="staff:1", at=shop.at)
    assert not AttributeChoice.objects.filter(attribute__key="size", key="m").exists()


def test_what_a_product_offers_both_of_stays_two(shop: Shop) -> None:
    goods(shop)

    with pytest.raises(BothChosen):
        merge("red", "blue", attribute="colour")

    assert Product.objects.get(slug="tee").variants.filter(options__colour="red").count() == 1


def test_facts_follow_where_their_words_are_the_name_and_nothing_else(shop: Shop, client: Client) -> None:
    define_filters()
    product = add_goods(shop, "board", clothes(shop), [Piece({"size": "s"})])
    named = {"key": "walnut", "name": {"en": "Walnut", "de": "Walnuss"}}
    fact = {"key": "material", "name": {"en": "Material"}, "choices": [named]}
    content = {**product.content, "facts": [{**fact, "value": {"en": "Walnut", "de": "Walnuss, geölt"}}]}
    Product.objects.filter(pk=product.pk).update(content=content)
    publish(product=product, languages=["en", "de"], by="staff:1", at=shop.at)

    rename("walnut", attribute="material", en="Black walnut", de="Schwarznuss")
    work_off()
    product.refresh_from_db()

    assert product.content["facts"][0]["value"] == {"en": "Black walnut", "de": "Walnuss, geölt"}
    assert "Black walnut" in shown(client, "product/board/")
    assert "Walnuss, geölt" in client.get("/de/de/product/board/").content.decode()


def test_what_is_published_follows_where_the_draft_no_longer_names_it(shop: Shop, client: Client) -> None:
    goods(shop)
    cap = Product.objects.get(slug="cap")
    Product.objects.filter(pk=cap.pk).update(content={**cap.content, "options": []}, draft_version=7)

    rename("m", en="Middling")
    work_off()

    assert "Middling" in shown(client, "product/cap/")
    assert Product.objects.get(slug="cap").draft_version == 7
    merge("m", "s")
    work_off()
    assert "Middling" not in shown(client, "product/cap/")


def test_what_cannot_be_is_refused(shop: Shop) -> None:
    goods(shop)
    seen = digest(choice("s"))
    rename("s", en="Small")

    with pytest.raises(ChoiceOutdated):
        rename("s", seen=seen, en="Tiny")
    with pytest.raises(NotValid):
        rename("s", en="")
    with pytest.raises(NotValid):
        rename("s", en="Small", position=1000)
    with pytest.raises(NotOneThing):
        merge("s", "s")
    with pytest.raises(NotOneThing):
        merge_choice(choice_id=choice("s").pk, into_id=choice("red", "colour").pk, by="staff:1", at=utc_now())
    AttributeChoice.objects.filter(key="red").update(swatch="#b03030")
    assert is_family(choice("red", "colour"))
    with pytest.raises(NotValid):
        rename("red", attribute="colour", en="Scarlet")
    rename("red", attribute="colour", swatch="#b03031", en="Scarlet")
    assert (choice("red", "colour").name, choice("red", "colour").swatch) == ({"en": "Red"}, "#b03031")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_rename_at_once_one_is_told() -> None:
    shop = open_shop(utc_now())
    goods(shop)
    seen = digest(choice("s"))

    done = succeed_at_once(
        lambda: rename("s", seen=seen, en="Small"),
        lambda: rename("s", seen=seen, en="Tiny"),
        refusals=(ChoiceOutdated,),
    )

    assert done == 1
