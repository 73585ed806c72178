"""Colours by the family that buyers look for."""

import pytest

from tests.shop import Shop
from tradewind.catalog.colours import FAMILIES, family_name, family_of
from tradewind.catalog.describing import define_attribute
from tradewind.catalog.facets import facets_of_categories
from tradewind.catalog.models import Attribute
from tradewind.catalog.publishing import publish
from tradewind.core.words import LOCALES


@pytest.mark.parametrize(
    ("swatch", "family"),
    [
        ("#a9ccb9", "green"),  # celadon
        ("#2f6b45", "green"),  # forest
        ("#9aa583", "green"),  # moss
        ("#2f4a70", "blue"),  # midnight
        ("#3d5374", "blue"),  # ink
        ("#e6dfd0", "beige"),  # cream
        ("#dcd7ca", "beige"),  # oat
        ("#d99a2b", "yellow"),  # mustard
        ("#c0392b", "red"),
        ("#e67e22", "orange"),
        ("#8b5a2b", "brown"),
        ("#f4c2c2", "pink"),
        ("#7d3c98", "purple"),
        ("#ffffff", "white"),
        ("#808080", "grey"),
        ("#111111", "black"),
        ("#101828", "black"),
        ("", ""),
        ("red", ""),
        ("#fff", ""),
    ],
)
def test_a_colour_belongs_to_the_family_that_people_see(swatch: str, family: str) -> None:
    assert family_of(swatch) == family


def test_each_family_is_of_its_own_kind_and_has_a_name_everywhere() -> None:
    assert [family_of(sample) for sample in FAMILIES.values()] == list(FAMILIES)
    assert all(family_name(family, language) for family in FAMILIES for language in LOCALES)


def test_every_colour_has_a_family() -> None:
    found = {
        family_of(f"#{r:02x}{g:02x}{b:02x}")
        for r in range(0, 256, 15)
        for g in range(0, 256, 15)
        for b in range(0, 256, 15)
    }

    assert found == set(FAMILIES)


def test_goods_are_filtered_by_the_family_whatever_their_maker_calls_the_colour(shop: Shop) -> None:
    define_attribute(key="size", kind=Attribute.Kind.CHOICE, name={"en": "Colour"}, is_filterable=True)
    values = shop.product.content["options"][0]["values"]
    values[0]["swatch"], values[1]["swatch"] = "#a9ccb9", "#2f6b45"
    shop.product.save(update_fields=["content"])
    publish(product=shop.product, languages=["en", "de", "zh"], by="x", at=shop.at)

    offered = facets_of_categories([shop.product.category_id], "de")
    assert [(choice.key, choice.name, choice.swatch) for choice in offered[0].choices] == [
        ("green", "Grün", FAMILIES["green"])
    ]
