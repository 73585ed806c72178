"""Texts, choices, variants and prices in the console: all at once, nothing typed is lost."""

from datetime import date

import pytest
from django.test import Client

from tests.console.editing import complaints, fields_of, send
from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.catalog.describing import define_attribute
from tradewind.catalog.models import Attribute, AttributeChoice, Category, Price, Product, PublishedVersion, Variant
from tradewind.catalog.queries import page_key, product_view
from tradewind.core import search
from tradewind.core.facts import timeline
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.markets.models import MarketRule


def texts(shop: Shop) -> str:
    return f"/console/products/{shop.product.pk}/texts"


def variants(shop: Shop) -> str:
    return f"/console/products/{shop.product.pk}/variants"


def prices(shop: Shop) -> str:
    return f"/console/products/{shop.product.pk}/price-table"


def test_a_product_is_begun_with_a_title_and_a_category(console: Client, shop: Shop) -> None:
    category = Category.objects.get()

    answer = send(console, "/console/products/new", title__en="Walnut Board, 40 cm", category=str(category.pk))

    product = Product.objects.exclude(pk=shop.product.pk).get()
    assert answer["Location"] == f"/console/products/{product.pk}/texts?done=created"
    assert (product.slug, product.state, product.content) == (
        "walnut-board-40-cm",
        "draft",
        {"title": {"en": "Walnut Board, 40 cm"}},
    )
    assert search.find("walnut", kinds=["product"]) == [("product", product.pk)]
    assert page_key(product.slug, "de", "en") is None


def test_what_is_missing_for_a_beginning_is_said_beside_the_fields(console: Client, shop: Shop) -> None:
    nothing = send(console, "/console/products/new")
    taken = send(console, "/console/products/new", title__en="x", slug="mug", category=str(Category.objects.get().pk))
    odd = send(console, "/console/products/new", title__en="x", slug="A b", category=str(Category.objects.get().pk))

    assert (nothing.status_code, list(complaints(nothing.content.decode()))) == (422, ["title.en", "category"])
    assert complaints(taken.content.decode()) == {"slug": "Another product has this address already."}
    assert complaints(odd.content.decode()) == {"slug": "Small letters, digits and hyphens, please: walnut-board."}
    assert Product.objects.count() == 1


def test_opening_and_saving_changes_nothing(console: Client, shop: Shop) -> None:
    before = Product.objects.get().content

    send(console, texts(shop))
    send(console, variants(shop))
    send(console, variants(shop), form=1)
    send(console, prices(shop))

    after = Product.objects.get()
    assert (after.content, after.draft_version) == (before, 0)
    assert list(Variant.objects.order_by("pk").values()) == list(
        Variant.objects.filter(pk__in=[v.pk for v in shop.variants]).order_by("pk").values()
    )
    assert AuditEntry.objects.filter(action__startswith="product.").count() == 0


def test_buyers_read_a_saved_text_only_when_it_is_published(console: Client, shop: Shop) -> None:
    send(console, texts(shop), title__de="Großer Becher", points__de="Aus Steinzeug\nMit Henkel", box__de="1 Becher")

    draft = Product.objects.get()
    assert (draft.content["title"]["de"], draft.content["points"]["de"]) == (
        "Großer Becher",
        ["Aus Steinzeug", "Mit Henkel"],
    )
    assert product_view(draft.pk, market_id=shop.de.pk, language="de").content["title"] == "Becher"
    page = console.get(f"/console/products/{draft.pk}").content.decode()
    assert "Title, In short, In the box" in page
    console.post(f"/console/products/{draft.pk}/publication")
    assert product_view(draft.pk, market_id=shop.de.pk, language="de").content["title"] == "Großer Becher"
    told = [(fact.name, fact.data.get("parts")) for fact in timeline("product", draft.pk)][-2:]
    assert told == [("catalog.edited", ["box", "points", "title"]), ("catalog.published", None)]
    entry = AuditEntry.objects.get(action="product.edited")
    assert (entry.before["title"]["de"], entry.after["title"]["de"]) == ("Becher", "Großer Becher")


def test_a_language_more_keeps_what_was_typed_and_is_saved_with_the_rest(console: Client, shop: Shop) -> None:
    page = send(console, texts(shop), button="more", also="fr", title__de="Neu").content.decode()

    assert fields_of(page)["title.de"] == "Neu"
    assert Product.objects.get().content["title"]["de"] == "Becher"
    fields = fields_of(page) | {"title.fr": "Tasse", "save": "1"}
    console.post(texts(shop), fields)
    assert Product.objects.get().content["title"] == {"en": "Mug", "de": "Neu", "zh": "马克杯", "fr": "Tasse"}


def test_facts_are_added_changed_and_taken_out(console: Client, shop: Shop) -> None:
    send(console, texts(shop), fact__1__name__en="Room width", fact__1__value__en="8 cm", fact__0__value__zh="炻器")

    facts = Product.objects.get().content["facts"]
    assert facts == [
        {
            "key": "material",
            "name": {"en": "Material"},
            "value": {"en": "Stoneware", "de": "Steinzeug", "zh": "炻器"},
        },
        {"key": "room-width", "name": {"en": "Room width"}, "value": {"en": "8 cm"}},
    ]
    empty = {f"fact__0__{part}__{code}": "" for part in ("name", "value") for code in ("en", "de", "zh")}
    send(console, texts(shop), **empty)
    assert [fact["key"] for fact in Product.objects.get().content["facts"]] == ["room-width"]


def test_what_filters_read_of_a_fact_is_kept_and_can_be_changed(console: Client, shop: Shop) -> None:
    attribute = define_attribute(key="material", kind=Attribute.Kind.CHOICE, name={"en": "Material"})
    for key in ("clay", "glass"):
        AttributeChoice.objects.create(attribute=attribute, key=key, name={"en": key})

    send(console, texts(shop), fact__0__number="12.5", fact__0__choices="clay, glass")
    send(console, texts(shop), fact__0__value__en="Clay and glass")
    wrong = send(console, texts(shop), fact__0__number="wide")
    unknown = send(console, texts(shop), fact__0__choices="gold")

    fact = Product.objects.get().content["facts"][0]
    assert (fact["number"], [choice["key"] for choice in fact["choices"]]) == (12.5, ["clay", "glass"])
    assert complaints(wrong.content.decode()) == {"fact.0.number": "Please write a number, like 12.5."}
    assert complaints(unknown.content.decode()) == {"fact.0.choices": "Filters know no gold here. Known: clay, glass."}


def test_every_wrong_field_is_named_at_once_and_nothing_typed_is_lost(console: Client, shop: Shop) -> None:
    answer = send(
        console, texts(shop), title__en="x" * 201, fact__1__name__en="Width", description__de="Neu\n\n\nund\x07mehr"
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert complaints(page) == {
        "title.en": "At most 200 characters, please.",
        "description.de": "This holds characters that cannot be stored. Please type it anew.",
        "fact.1.value.en": "Please fill this in.",
    }
    assert fields_of(page)["title.en"] == "x" * 201
    assert fields_of(page)["fact.1.name.en"] == "Width"
    assert Product.objects.get().content["title"]["en"] == "Mug"


def test_a_product_needs_a_title_in_one_language(console: Client, shop: Shop) -> None:
    answer = send(console, texts(shop), title__en="", title__de="", title__zh="")

    assert complaints(answer.content.decode()) == {"title.en": "Please write the title in one language at least."}


def test_the_second_of_two_editors_is_refused_and_sees_both_texts(console: Client, shop: Shop) -> None:
    opened = fields_of(console.get(texts(shop)).content.decode())
    send(client_of(make_staff(Role.CONTENT)), texts(shop), title__de="Von Anna", subtitle__de="Von Anna")

    mine = opened | {"title.de": "Von mir", "points.en": "Mine", "save": "1"}
    refused = console.post(texts(shop), mine)

    page = refused.content.decode()
    assert (refused.status_code, Product.objects.get().content["title"]["de"]) == (409, "Von Anna")
    assert fields_of(page)["title.de"] == "Von mir"
    assert fields_of(page)["points.en"] == "Mine"
    assert [q.split(">")[1] for q in page.split("</q>")[:-1] for q in [q.split("<q")[1]]] == [
        "Von Anna",
        "Von Anna",
        "Mug",
    ]
    # Saving again is a decision, made with both in sight.
    console.post(texts(shop), fields_of(page) | {"save": "1"})
    assert Product.objects.get().content["title"]["de"] == "Von mir"


def test_a_gap_leads_to_its_field(console: Client, shop: Shop) -> None:
    send(console, texts(shop), description__de="")

    refused = console.post(f"/console/products/{shop.product.pk}/publication")

    page = refused.content.decode()
    assert refused.status_code == 422
    assert f'<a href="{texts(shop)}?also=de#description.de">The description in Deutsch is missing.</a>' in page
    assert 'id="description.de"' in console.get(f"{texts(shop)}?also=de").content.decode()
    assert PublishedVersion.objects.filter(is_current=True, version=1).count() == 3


def test_a_product_goes_offline_and_comes_back(console: Client, shop: Shop) -> None:
    address = f"/console/products/{shop.product.pk}"

    first = console.post(f"{address}/withdrawal", {"reason": "worn mould"})["Location"]
    second = console.post(f"{address}/withdrawal")["Location"]
    assert (first, second, page_key("mug", "de", "de")) == (f"{address}?done=offline", f"{address}?done=gone", None)
    assert "Bring back as published last" in console.get(address).content.decode()
    assert console.post(f"{address}/return")["Location"] == f"{address}?done=online"
    assert page_key("mug", "de", "de") is not None


def test_a_variant_is_changed_added_and_moved(console: Client, shop: Shop) -> None:
    send(
        console,
        variants(shop),
        form=1,
        button="save",
        options="1",
        option__0__values="3",
        value__0__2__key="xl",
        value__0__2__name__en="extra large",
    )
    assert [value["key"] for value in Product.objects.get().content["options"][0]["values"]] == ["s", "l", "xl"]

    typed = {
        "sku": "MUG-XL",
        "option__size": "xl",
        "weight": "700",
        "length": "120",
        "width": "100",
        "height": "110",
        "hs": "6912.00",
        "origin": "cn",
        "declared__en": "Stoneware mug",
        "declared__zh": "炻器杯",
        "traits": "fragile, heavy",
        "position": "1",
    }
    new = {f"variant__2__{name}": value for name, value in typed.items()}
    answer = send(console, variants(shop), variants="3", variant__0__position="2", variant__1__position="3", **new)

    assert answer["Location"].endswith("/variants?done=variants")
    rows = Variant.objects.order_by("position")
    assert [row.sku for row in rows] == ["MUG-XL", "MUG-S", "MUG-L"]
    assert (rows[0].options, rows[0].weight_g, rows[0].package_mm, rows[0].customs) == (
        {"size": "xl"},
        700,
        [120, 100, 110],
        {
            "hs_code": "691200",
            "origin": "CN",
            "declared": {"en": "Stoneware mug", "zh": "炻器杯"},
            "traits": ["fragile", "heavy"],
        },
    )


def test_a_variant_that_is_sold_no_longer_keeps_its_past(console: Client, shop: Shop) -> None:
    fields = fields_of(console.get(variants(shop)).content.decode())
    del fields["variant.0.offered"]
    console.post(variants(shop), fields | {"save": "1"})

    gone = Variant.objects.get(pk=shop.small.pk)
    assert (gone.is_offered, gone.available, gone.price_changes.count()) == (False, 10, 2)
    assert [v.sku for v in product_view(shop.product.pk, market_id=shop.de.pk, language="de").variants] == ["MUG-L"]
    send(console, variants(shop), variant__0__offered="on")
    assert Variant.objects.get(pk=shop.small.pk).is_offered


def test_without_any_variant_for_sale_a_product_is_sold_out_and_cannot_be_published(
    console: Client, shop: Shop
) -> None:
    fields = fields_of(console.get(variants(shop)).content.decode())
    del fields["variant.0.offered"], fields["variant.1.offered"]
    console.post(variants(shop), fields | {"save": "1"})

    assert not Product.objects.get().is_available
    assert console.post(f"/console/products/{shop.product.pk}/publication").status_code == 422


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("sku", "MUG-L", "Another variant has the article number MUG-L."),
        ("sku", "", "Please fill this in."),
        ("sku", "MUG S", "Letters, digits and . _ / - only, please."),
        ("weight", "0", "Please write a number above zero."),
        ("weight", "heavy", "Please write a whole number, like 12."),
        ("length", "12", None),
        ("hs", "12", "An HS code has six to ten digits, like 691200."),
        ("origin", "XX", "Please write the country as two letters, like CN."),
        ("option__size", "l", None),
        ("option__size", "huge", None),
    ],
)
def test_a_wrong_field_of_a_variant_is_named_and_nothing_is_saved(
    field: str, value: str, words: str | None, console: Client, shop: Shop
) -> None:
    answer = send(console, variants(shop), **{f"variant__0__{field}": value, "variant__1__weight": "999"})

    found = complaints(answer.content.decode())
    assert answer.status_code == 422
    assert found
    if words:
        assert list(found.values()) == [words]
    assert Variant.objects.get(pk=shop.large.pk).weight_g == 400


def test_a_value_that_variants_are_sold_with_does_not_go(console: Client, shop: Shop) -> None:
    empty = {f"value__0__0__name__{code}": "" for code in ("en", "de", "zh")}

    answer = send(console, variants(shop), form=1, **empty)

    assert (answer.status_code, "MUG-S is sold with a choice" in answer.content.decode()) == (422, True)
    assert len(Product.objects.get().content["options"][0]["values"]) == 2


def test_a_new_choice_begins_with_its_first_value_for_every_variant(console: Client, shop: Shop) -> None:
    more = {
        "options": "2",
        "option__1__key": "colour",
        "option__1__name__en": "Colour",
        "option__1__values": "1",
        "value__1__0__key": "red",
        "value__1__0__name__en": "red",
        "value__1__0__swatch": "#aa0000",
    }
    send(console, variants(shop), form=1, **more)

    assert Product.objects.get().content["options"][1] == {
        "key": "colour",
        "name": {"en": "Colour"},
        "values": [{"key": "red", "name": {"en": "red"}, "swatch": "#aa0000"}],
    }
    assert [v.options for v in Variant.objects.order_by("position")] == [
        {"size": "s", "colour": "red"},
        {"size": "l", "colour": "red"},
    ]


def test_how_much_is_in_it_is_typed_as_people_write_it_and_read_back_in_one_form(console: Client, shop: Shop) -> None:
    wrong = send(console, variants(shop), variant__0__content="a lot")
    send(console, variants(shop), variant__0__content="0,25 L")

    assert wrong.status_code == 422
    assert "Please write how much is in it like 250 ml, 0.5 kg, 1.5 m or 2 m²." in wrong.content.decode()
    assert Variant.objects.get(pk=shop.small.pk).net_content == "0.25 l"
    assert fields_of(console.get(variants(shop)).content.decode())["variant.0.content"] == "0.25 l"
    send(console, variants(shop), variant__0__content="")
    assert Variant.objects.get(pk=shop.small.pk).net_content == ""


def test_two_people_at_the_variants_are_noticed(console: Client, shop: Shop) -> None:
    opened = fields_of(console.get(variants(shop)).content.decode())
    send(console, variants(shop), variant__0__weight="410")

    refused = console.post(variants(shop), opened | {"variant.0.weight": "420", "save": "1"})

    page = refused.content.decode()
    assert (refused.status_code, Variant.objects.get(pk=shop.small.pk).weight_g) == (409, 410)
    assert (fields_of(page)["variant.0.weight"], "<q >410</q>" in page) == ("420", True)


def test_prices_are_changed_as_a_table_and_stand_in_the_ledger(console: Client, shop: Shop) -> None:
    names = {f"price__{v.pk}__{shop.de.pk}": "12.50" for v in shop.variants}

    answer = send(console, prices(shop), reason="autumn", **names)

    assert answer["Location"].endswith("/price-table?done=prices")
    assert set(Price.objects.filter(market_id=shop.de.pk).values_list("amount", flat=True)) == {1250}
    assert set(Price.objects.filter(market_id=shop.world.pk).values_list("amount", flat=True)) == {900}
    ledger = shop.small.price_changes.order_by("-pk")[0]
    assert (ledger.before, ledger.amount, ledger.reason) == (1000, 1250, "autumn")


def test_one_wrong_price_keeps_all_back(console: Client, shop: Shop) -> None:
    wrong, right = f"price__{shop.small.pk}__{shop.de.pk}", f"price__{shop.large.pk}__{shop.de.pk}"
    gone = f"price__{shop.large.pk}__{shop.world.pk}"

    answer = send(console, prices(shop), **{wrong: "12,5,0", right: "11.00", gone: ""})

    found = complaints(answer.content.decode())
    assert list(found) == [wrong.replace("__", "."), gone.replace("__", ".")]
    assert fields_of(answer.content.decode())[wrong.replace("__", ".")] == "12,5,0"
    assert set(Price.objects.values_list("amount", flat=True)) == {1000, 900}


def test_a_price_that_somebody_else_changed_meanwhile_is_not_overwritten_unseen(console: Client, shop: Shop) -> None:
    name = f"price.{shop.small.pk}.{shop.de.pk}"
    opened = fields_of(console.get(prices(shop)).content.decode())
    send(console, prices(shop), **{name.replace(".", "__"): "11.00"})

    refused = console.post(prices(shop), opened | {name: "12.00"})

    assert complaints(refused.content.decode()) == {
        name: "Somebody else asks 11.00 since you opened this. Save again to ask yours."
    }
    console.post(prices(shop), fields_of(refused.content.decode()))
    assert Price.objects.get(variant=shop.small, market_id=shop.de.pk).amount == 1200


def test_who_may_not_publish_sees_no_button(shop: Shop) -> None:
    address = f"/console/products/{shop.product.pk}"
    content = client_of(make_staff(Role.CONTENT))
    checker = client_of(make_staff(Role.CHECKER))

    assert "Publish again" not in content.get(address).content.decode()
    assert content.post(f"{address}/publication").status_code == 403
    assert "Publish again" in checker.get(address).content.decode()
    assert checker.get(f"{address}/texts").status_code == 403


def test_a_set_is_put_together_from_its_parts(console: Client, shop: Shop) -> None:
    cup = Variant.objects.create(
        product=shop.product, sku="SET", options={}, weight_g=800, is_offered=False, position=2
    )

    send(console, variants(shop), variant__2__parts="MUG-S x 2, MUG-L x1")

    assert sorted(Variant.objects.get(pk=cup.pk).consists_of) == [[shop.small.pk, 2], [shop.large.pk, 1]]
    assert fields_of(console.get(variants(shop)).content.decode())["variant.2.parts"] == "MUG-L x 1, MUG-S x 2"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("MUG-L", "Please write article numbers with their units, like MUG-S x 2, MUG-L x 1."),
        ("CUP x 1", "No article has the number CUP."),
        ("MUG-L x 0", "Each part stands once, with at least one unit."),
        ("MUG-S x 1", "A set cannot hold itself."),
        ("MUG-L x 1", None),
    ],
)
def test_parts_that_make_no_set_are_refused_with_all_else(
    typed: str, words: str | None, console: Client, shop: Shop
) -> None:
    answer = send(console, variants(shop), variant__0__parts=typed, variant__1__weight="999")

    told = complaints(answer.content.decode())["variant.0.parts"]
    assert told == words or "lies in a warehouse" in told
    assert Variant.objects.get(pk=shop.large.pk).weight_g == 400


def test_prices_of_other_markets_are_proposed_and_asked_only_when_saved(console: Client, shop: Shop) -> None:
    for market, rate in ((shop.de, "0.92"), (shop.world, "1")):
        MarketRule.objects.create(
            market=market,
            key="exchange_rate",
            value={"from": "USD", "rate": rate},
            valid_from=date(2020, 1, 1),
            source="test",
            checked_on=date(2026, 11, 1),
            confidence="V",
        )
    name = f"price.{shop.small.pk}.{shop.world.pk}"

    page = send(console, prices(shop), button="propose", base=str(shop.de.pk)).content.decode()

    assert "Nothing is asked before you save them." in page
    proposed = fields_of(page)
    # 10.00 EUR with 19 % in it, by 1 / 0.92.
    assert (proposed[name], Price.objects.get(variant=shop.small, market_id=shop.world.pk).amount) == ("9.13", 900)
    console.post(prices(shop), proposed)
    assert Price.objects.get(variant=shop.small, market_id=shop.world.pk).amount == 913


def test_without_an_exchange_rate_the_page_says_so_and_keeps_what_was_typed(console: Client, shop: Shop) -> None:
    typed = {f"price__{shop.small.pk}__{shop.world.pk}": "8.88"}

    page = send(console, prices(shop), button="propose", base=str(shop.de.pk), **typed).content.decode()

    assert "there is no proposal for: world" in page
    assert fields_of(page)[f"price.{shop.small.pk}.{shop.world.pk}"] == "8.88"
