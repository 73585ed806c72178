"""Goods that follow a choice in batches: a worker may die, a second name may come, and somebody may edit meanwhile."""

import signal
import threading
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any, Final

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.at_once import at_the_same_time
from tests.catalog.goods import Piece, add_goods, clothes, define_filters
from tests.catalog.test_choosing import choice, merge, rename, shown, work_off
from tests.messaging.test_mail_and_crashes import PATIENCE, wait_until, worker
from tests.messaging.test_waiting_and_crashes import DYING
from tests.shop import Shop, open_shop
from tradewind.catalog.choice_work import ChoiceCourier, hold_choice, register_courier, twins_of, unfinished
from tradewind.catalog.choice_writing import write_choice
from tradewind.catalog.choosing import StillMerging
from tradewind.catalog.models import (
    AttributeChoice,
    AttributeValue,
    Listing,
    Media,
    Product,
    PublishedVersion,
    Variant,
)
from tradewind.catalog.publishing import publish
from tradewind.core import deliveries
from tradewind.core.deliveries import attempt
from tradewind.core.models import Delivery
from tradewind.core.work import claim
from tradewind.lib.clock import utc_now

NOBODY: Final = "smtp://127.0.0.1:9"
SLOW: Final = 0.5
# Dies at the so manieth of these statements, having the same batches as the tests here.
DYING_LATE: Final = "seen = 0\n" + DYING.replace(
    "if sql.startswith(sys.argv[2]):",
    "global seen\n    seen += sql.startswith(sys.argv[2])\n    if seen == int(sys.argv[3]):",
).replace(
    "django.setup()",
    "django.setup()\nfrom tradewind.catalog.choice_work import ChoiceCourier\n"
    "from tradewind.core import deliveries\ndeliveries.register(ChoiceCourier(at_once=100, longest_hold=60))",
)


@pytest.fixture
def by_the_hundred() -> Iterator[None]:
    deliveries.register(ChoiceCourier(at_once=100, longest_hold=60))
    yield
    register_courier()


def many(shop: Shop, number: int) -> list[Product]:
    """So many shirts in red and size m, as if each had been published, and a cap in blue and s."""
    define_filters()
    first = add_goods(shop, "tee", clothes(shop), [Piece({"colour": "red", "size": "m"})])
    add_goods(shop, "cap", first.category, [Piece({"colour": "blue", "size": "s"})])
    copies = Product.objects.bulk_create(_like(first, slug=f"tee-{each}") for each in range(1, number))
    variant = first.variants.get()
    variants = Variant.objects.bulk_create(_like(variant, product=each, sku=each.slug) for each in copies)
    for model in (PublishedVersion, Listing, Media):
        rows = list(model.objects.filter(product=first))
        model.objects.bulk_create(_like(row, product=each) for each in copies for row in rows)
    values = list(AttributeValue.objects.filter(product=first))
    AttributeValue.objects.bulk_create(
        _like(row, product=each.product, variant=each) for each in variants for row in values
    )
    return [first, *copies]


def _like(row: Any, **changes: object) -> Any:
    fields = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname != "id"
    }
    copy = type(row)(**fields)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def batch() -> bool:
    """One delivery, or False where there is none left."""
    rows = claim(Delivery, now=utc_now(), limit=1, lease=deliveries.LEASE)
    for row in rows:
        attempt(row, now=utc_now)
    return bool(rows)


def waiting(row: AttributeChoice) -> list[int]:
    return [each.waiting for each in unfinished(row)]


def drafts(key: str = "colour") -> dict[str, int]:
    """How many drafts have which English name there, of the shirts."""
    found: dict[str, int] = {}
    for content in Product.objects.filter(slug__startswith="tee").values_list("content", flat=True):
        name = next(each for each in content["options"] if each["key"] == key)["values"][0]["name"]["en"]
        found[name] = found.get(name, 0) + 1
    return found


def everything() -> list[object]:
    models = (Product, PublishedVersion, Variant, Listing, AttributeValue, AttributeChoice)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.usefixtures("by_the_hundred")
def test_goods_follow_by_the_hundred_and_have_the_old_name_until_then(shop: Shop, client: Client) -> None:
    many(shop, 450)
    rename("red", attribute="colour", en="Crimson")
    red, left = choice("red", "colour"), []

    while batch():
        left.append(sum(waiting(red)))
        if len(left) == 2:
            pages = [shown(client, f"product/tee-{number}/") for number in (1, 300)]

    assert left == [350, 250, 150, 50, 0]
    assert [("Red" in page, "Crimson" in page) for page in pages] == [(False, True), (True, False)]
    assert drafts() == {"Crimson": 450}
    published = PublishedVersion.objects.filter(product__slug__startswith="tee", language="en")
    assert {row.content["options"][0]["values"][0]["name"] for row in published} == {"Crimson"}
    assert set(Product.objects.filter(slug__startswith="tee").values_list("draft_version", flat=True)) == {1}


@pytest.mark.usefixtures("by_the_hundred")
def test_a_second_run_over_the_same_goods_changes_nothing(shop: Shop) -> None:
    many(shop, 101)
    rename("red", attribute="colour", en="Crimson")
    work_off()
    before = everything()

    orders = Delivery.objects.filter(kind=ChoiceCourier.kind)
    again = {"state": Delivery.State.WAITING, "finished_at": None, "result": None, "due_at": utc_now()}
    assert orders.update(**again) == 2
    work_off()

    assert (everything(), orders.filter(state=Delivery.State.DONE).count()) == (before, 2)


def test_a_batch_that_takes_too_long_leaves_the_rest_to_the_next(shop: Shop) -> None:
    many(shop, 3)
    rename("red", attribute="colour", en="Crimson")
    deliveries.register(ChoiceCourier(longest_hold=0))
    try:
        left = []
        while batch():
            left.append(drafts().get("Red", 0))
    finally:
        register_courier()

    assert left == [2, 1, 0]


@pytest.mark.usefixtures("by_the_hundred")
def test_of_two_names_one_after_the_other_goods_end_with_the_second(shop: Shop) -> None:
    products = many(shop, 150)
    told = {"key": "colour", "name": {"en": "Colour"}, "choices": [{"key": "red", "name": {"en": "Red"}}]}
    for product in (products[0], products[-1]):
        content = {**product.content, "facts": [{**told, "value": {"en": "Red"}}]}
        Product.objects.filter(pk=product.pk).update(content=content)
        product.refresh_from_db()
        publish(product=product, languages=["en", "de", "zh"], by="staff:1", at=shop.at)

    rename("red", attribute="colour", en="Crimson")
    batch()
    assert drafts() == {"Crimson": 100, "Red": 50}
    rename("red", attribute="colour", en="Scarlet")
    batch()
    assert drafts() == {"Crimson": 100, "Scarlet": 50}
    work_off()

    assert (drafts(), waiting(choice("red", "colour"))) == ({"Scarlet": 150}, [])
    for product in (products[0], products[-1]):
        product.refresh_from_db()
        published = PublishedVersion.objects.get(product=product, language="en", is_current=True)
        assert product.content["facts"][0]["value"] == {"en": "Scarlet"}
        assert published.content["facts"] == [["Colour", "Scarlet"]]


@pytest.mark.usefixtures("by_the_hundred")
def test_two_become_one_by_the_hundred_and_filters_find_each_where_it_is(shop: Shop, client: Client) -> None:
    many(shop, 150)
    merge("m", "s")
    with pytest.raises(StillMerging):
        merge("s", "m")
    batch()

    having = [AttributeValue.objects.filter(choice=choice(key)).count() for key in ("s", "m")]
    offered = shown(client, "c/clothes/")
    assert (having, waiting(choice("s")), waiting(choice("m"))) == ([101, 50], [50], [50])
    assert ('value="s"' in offered, 'value="m"' in offered) == (True, True)
    work_off()

    assert not AttributeChoice.objects.filter(attribute__key="size", key="m").exists()
    assert AttributeValue.objects.filter(choice=choice("s")).count() == 151
    assert (drafts("size"), Variant.objects.filter(options__size="m").count()) == ({"S": 150}, 0)
    assert 'value="m"' not in shown(client, "c/clothes/")


@pytest.mark.usefixtures("by_the_hundred")
def test_what_takes_the_choice_behind_the_workers_back_follows_as_well(shop: Shop) -> None:
    first = many(shop, 101)[0]
    content = first.content
    merge("m", "s")
    batch()
    # Edited after its turn: it has the choice again.
    Product.objects.filter(pk=first.pk).update(content=content)
    work_off()

    assert drafts("size") == {"S": 101}
    assert not AttributeChoice.objects.filter(attribute__key="size", key="m").exists()


def test_what_offers_both_keeps_both_and_is_named(shop: Shop) -> None:
    products = many(shop, 3)
    merge("m", "s")
    held = Product.objects.get(pk=products[1].pk)
    size = held.content["options"][1]
    both = {**size, "values": [*size["values"], {"key": "s", "name": {"en": "S"}}]}
    Product.objects.filter(pk=held.pk).update(content={**held.content, "options": [held.content["options"][0], both]})
    work_off()

    assert (twins_of(choice("m")), unfinished(choice("m"))) == ([held.slug], [])
    assert [variant.options["size"] for variant in Variant.objects.filter(sku__startswith="tee").order_by("pk")] == [
        "s",
        "m",
        "s",
    ]
    Product.objects.filter(pk=held.pk).update(content=held.content)
    merge("m", "s")
    work_off()
    assert not AttributeChoice.objects.filter(attribute__key="size", key="m").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.processes
@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "number", "is_done"),
    [
        ('UPDATE "core_delivery"', 1, 0),
        ('UPDATE "catalog_publishedversion"', 400, 100),
        ('INSERT INTO "core_delivery"', 2, 100),
        ('DELETE FROM "catalog_attributechoice"', 1, 150),
    ],
)
def test_whoever_comes_after_a_worker_that_died_goes_on_where_it_was(statement: str, number: int, is_done: int) -> None:
    shop = open_shop(utc_now())
    many(shop, 150)
    rename("red", attribute="colour", en="Crimson")
    work_off()
    merge("m", "s")
    with worker(NOBODY, DYING_LATE, statement, str(number)) as dying:
        assert dying.wait(PATIENCE) == -signal.SIGKILL
    assert drafts("size") == {name: count for name, count in (("S", is_done), ("M", 150 - is_done)) if count}
    with transaction.atomic():
        Delivery.objects.filter(Delivery.IS_OPEN).update(due_at=utc_now())

    with worker(NOBODY):
        wait_until(lambda: not Delivery.objects.filter(Delivery.IS_OPEN, kind=ChoiceCourier.kind).exists())

    assert drafts("size") == {"S": 150}
    assert not AttributeChoice.objects.filter(attribute__key="size", key="m").exists()
    assert set(Product.objects.filter(slug__startswith="tee").values_list("draft_version", flat=True)) == {2}


def _renamed_while_a_batch_is_written(hold: Callable[[int], AttributeChoice]) -> dict[str, int]:
    """A batch reads the name; it is changed and written everywhere before the batch writes."""
    red = choice("red", "colour")
    has_read = threading.Event()

    def first() -> None:
        with transaction.atomic():
            held = hold(red.pk)
            has_read.set()
            sleep(SLOW)
            product = Product.objects.select_for_update().get(slug="tee")
            write_choice(product, held, held, [{"en": "Red"}], by="staff:1", at=utc_now())

    def second() -> None:
        assert has_read.wait(10)
        rename("red", attribute="colour", en="Scarlet")
        work_off()

    assert at_the_same_time(first, second) == [None, None]
    return drafts()


@pytest.mark.django_db(transaction=True)
def test_a_new_name_waits_for_the_batch_that_has_read_the_old_one() -> None:
    many(open_shop(utc_now()), 1)

    assert _renamed_while_a_batch_is_written(hold_choice) == {"Scarlet": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="writers of SQLite wait for each other in any case")
def test_without_holding_the_attribute_the_old_name_would_come_back() -> None:
    """The control: the same, reading the choice without holding its attribute."""
    many(open_shop(utc_now()), 1)

    def hold(choice_id: int) -> AttributeChoice:
        return AttributeChoice.objects.select_related("attribute").get(pk=choice_id)

    assert _renamed_while_a_batch_is_written(hold) == {"Red": 1}
