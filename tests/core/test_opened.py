"""The copied shop of most tests is the shop that the activities open, and nothing of the test before is in it."""

from typing import Any

import pytest
from django.db import transaction

from tests.keeping import filled, number_on
from tests.opened import KeptShop
from tests.shop import open_shop
from tradewind.catalog.models import Category, Variant

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all our tables."""
    return {model.__name__: sorted(model._base_manager.values_list(), key=repr) for model in filled()}


def test_a_copy_has_the_rows_and_handles_of_a_shop_that_is_opened(opened_once: KeptShop) -> None:
    with transaction.atomic():
        copied = opened_once.open_again()
        rows_of_copy = everything()
        transaction.set_rollback(True)
    number_on()

    opened = open_shop(opened_once.at)

    assert rows_of_copy == everything()
    assert copied == opened
    assert {model.__name__ for model in opened_once.models} <= set(rows_of_copy)


def test_what_a_test_does_to_its_shop_the_next_does_not_see(opened_once: KeptShop) -> None:
    with transaction.atomic():
        first = opened_once.open_again()
        first.small.sku = "SOLD"
        first.small.save()
        transaction.set_rollback(True)

    second = opened_once.open_again()

    assert second.small.sku == Variant.objects.get(pk=second.small.pk).sku == "MUG-S"


def test_beside_rows_that_are_there_already_a_shop_is_opened_and_not_copied(opened_once: KeptShop) -> None:
    Category.objects.create(slug="garden", name={"en": "Garden"})

    opened_once.open_again()

    assert sorted(Category.objects.values_list("slug", flat=True)) == ["garden", "kitchen"]
