"""A large catalogue with real texts: the demo's products, copied under other names until there are enough.

The database copies its own rows, one statement a table: made one by one, a hundred thousand products take hours, and
their making is not what is measured here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import cycle, islice
from typing import Final

from django.core.management.color import no_style
from django.db import connection, models, transaction

from tradewind.catalog.models import AttributeValue, Listing, Media, Price, Product, PublishedVersion, Variant
from tradewind.core.models import SearchDocument
from tradewind.demo.goods import load_goods
from tradewind.demo.setting_up import set_up_shop
from tradewind.inventory.models import StockLevel, Warehouse

# Stock of each variant in each warehouse: nothing runs out while we measure.
STOCK: Final = 100_000
# These have many variants. So often more in each round, and there are three to a product.
_AGAIN: Final = {"rain-boots": 4, "t-shirt": 1}
_OF_GOODS: Final = "goods."


def build_catalogue(products: int, *, at: datetime) -> dict[str, int]:
    """Fill an empty database. The copies are called copy-0, copy-1, …; returns how many rows there are of each kind."""
    with transaction.atomic():
        set_up_shop(at=at)
        load_goods(at=at)
        _number_the_copies(products)
        with _search_index_made_afterwards():
            for statement in _statements():
                _run(statement)
    counted = (Product, Variant, Media, Price, PublishedVersion, StockLevel, Listing, AttributeValue, SearchDocument)
    return {model._meta.model_name or "": model._default_manager.count() for model in counted}


def slug_of(number: int) -> str:
    return f"copy-{number}"


def _number_the_copies(products: int) -> None:
    """Tables for this connection only: which product each copy is made of, and which variant each of its variants."""
    originals = list(Product.objects.order_by("pk").values_list("pk", "slug"))
    after = max(pk for pk, _ in originals) + 1
    round_of_them = cycle([pk for pk, slug in originals for _ in range(1 + _AGAIN.get(slug, 0))])
    _run("CREATE TEMPORARY TABLE copy (number integer, product_id bigint PRIMARY KEY, original_id bigint)")
    with connection.cursor() as cursor:
        rows = [(number, after + number, pk) for number, pk in enumerate(islice(round_of_them, products))]
        cursor.executemany("INSERT INTO copy VALUES (%s, %s, %s)", rows)
    _run("CREATE TEMPORARY TABLE twin (variant_id bigint PRIMARY KEY, original_id bigint, product_id bigint)")
    _run(
        f"INSERT INTO twin SELECT {_next_of(Variant)} + row_number() OVER (ORDER BY copy.number, o.id), o.id,"  # noqa: S608
        f" copy.product_id FROM copy JOIN {Variant._meta.db_table} o ON o.product_id = copy.original_id"
    )
    _run("CREATE INDEX twin_of_product ON twin (product_id, original_id)")


def _statements() -> list[str]:
    of_product = "JOIN copy ON copy.original_id = o.product_id"
    of_variant = "JOIN twin ON twin.original_id = o.variant_id"
    mine, own_variant = {"product_id": "copy.product_id"}, {"variant_id": "twin.variant_id"}
    codes = list(Warehouse.objects.order_by("position").values_list("code", flat=True))
    stocked = ", ".join(f'"{code}"' for code in codes)
    variant = {"id": "twin.variant_id", "product_id": "twin.product_id", "sku": "o.sku || '-' || twin.product_id"}
    variant |= {"available": str(STOCK * len(codes)), "stocked_at": f"'[{stocked}]'", "consists_of": "'[]'"}
    product = {"id": "copy.product_id", "slug": "'copy-' || copy.number", "position": "copy.number"}
    word = f"' ' || substr(o.kind, {len(_OF_GOODS) + 1}) || 't"  # of the name, in the document's language
    names = f"{word}copy' || copy.number || {word}copy' || {word}' || copy.number"
    found = {"subject_id": "copy.product_id", "tokens": f"o.tokens || {names}"}
    value = mine | own_variant
    listing = mine | {"recommended": "copy.number"}
    its_twin = f"{of_product} LEFT JOIN twin ON twin.product_id = copy.product_id AND twin.original_id = o.variant_id"
    return [
        _copies(Product, product, "JOIN copy ON copy.original_id = o.id", "copy.number"),
        _copies(Media, mine, of_product, "copy.number, o.id"),
        _copies(PublishedVersion, mine, of_product, "copy.number, o.id"),
        _copies(Listing, listing, of_product, "copy.number, o.id"),
        _copies(
            SearchDocument,
            found,
            f"JOIN copy ON copy.original_id = o.subject_id AND o.kind LIKE '{_OF_GOODS}%%'",
            "copy.number, o.id",
        ),
        _copies(Variant, variant, "JOIN twin ON twin.original_id = o.id", "twin.variant_id"),
        # Choices only: numbers and texts stand on no list.
        _copies(AttributeValue, value, f"{its_twin} WHERE o.choice_id IS NOT NULL", "copy.number, o.id"),
        _copies(Price, own_variant, of_variant, "twin.variant_id, o.id"),
        _stock(),
        *connection.ops.sequence_reset_sql(no_style(), [Product, Variant]),
    ]


def _copies(model: type[models.Model], changes: Mapping[str, str], joined: str, order: str) -> str:
    """Rows of this table once more. `changes` says what a column gets instead of what the original `o` has."""
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in changes]
    names, values = ", ".join(columns), ", ".join(changes.get(column, f"o.{column}") for column in columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {model._meta.db_table} o {joined} ORDER BY {order}"  # noqa: S608


def _stock() -> str:
    columns = "(variant_id, warehouse_id, on_hand, reserved)"
    each = f"SELECT twin.variant_id, w.id, {STOCK}, 0 FROM twin, {Warehouse._meta.db_table} w"  # noqa: S608
    return f"INSERT INTO {StockLevel._meta.db_table} {columns} {each}"


@contextmanager
def _search_index_made_afterwards() -> Iterator[None]:
    """PostgreSQL puts each word of each document into the index by itself, which takes ten times as long as all of them at once."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'core_search_index'")
        (made_by,) = cursor.fetchone()
    _run("DROP INDEX core_search_index")
    yield
    # As whoever fills a large database by hand would: with the 64 MB of the default, it is made in hundreds of passes.
    _run("SET LOCAL maintenance_work_mem = '1GB'")
    _run(made_by)


def _next_of(model: type[models.Model]) -> int:
    return model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [])
