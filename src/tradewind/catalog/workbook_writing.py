"""The whole catalogue as a workbook, written row by row: memory does not grow with the catalogue.

Every text is written as text, whatever it looks like: an article number keeps its zeros, and "=1+1" is no formula.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from django.db.models import QuerySet
from openpyxl import Workbook

from tradewind.catalog import workbook
from tradewind.catalog.content import languages_of
from tradewind.catalog.models import Media, Price, Product, Variant
from tradewind.catalog.workbook_charts import chart_row
from tradewind.catalog.workbook_plan import OnProgress
from tradewind.catalog.workbook_sets import set_rows
from tradewind.lib.money import Money
from tradewind.lib.sheets import TEXT_FORMAT, append_rows
from tradewind.markets.models import Market

_CHUNK: Final = 500
_NUMBERS: Final = frozenset(
    {"place", "weight g", "length mm", "width mm", "height mm", "for sale", "number", "quantity"}
)
_WIDTHS: Final = {
    "product": 28,
    "sku": 22,
    "set": 22,
    "part": 22,
    "title": 48,
    "subtitle": 40,
    "description": 60,
    "points": 48,
    "choices": 30,
    "sizes": 40,
}


def write_workbook(into: Path | IO[bytes], *, on_progress: OnProgress | None = None) -> None:
    """Write every product, whatever its state. Progress is told in sheets, after every few hundred rows."""
    book = Workbook(write_only=True)
    markets = list(Market.objects.order_by("position", "id"))
    heads = {**workbook.COLUMNS, workbook.PRICES: ("sku", *(f"{m.code} {m.currency}" for m in markets))}
    rows: dict[str, Iterator[tuple[Any, ...]]] = {
        workbook.PRODUCTS: _products(),
        workbook.TEXTS: _texts(),
        workbook.FACTS: _facts(),
        workbook.CHOICES: _choices(),
        workbook.SIZE_CHARTS: (row for product in _all() for row in chart_row(product)),
        workbook.VARIANTS: _variants(),
        workbook.PRICES: _prices(markets),
        workbook.SETS: set_rows(),
        workbook.STOCK: _stock(),
        workbook.MEDIA: _media(),
    }
    for done, (name, lines) in enumerate(rows.items()):
        _write_sheet(book, name, heads[name], _told(lines, done, len(rows), on_progress))
    book.save(into)


def _told(
    lines: Iterator[tuple[Any, ...]], done: int, total: int, on_progress: OnProgress | None
) -> Iterator[tuple[Any, ...]]:
    for number, line in enumerate(lines):
        if on_progress and number % _CHUNK == 0:
            on_progress(done, total)
        yield line


def write_table(into: IO[bytes], head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write a list of texts as a workbook of its own."""
    book = Workbook(write_only=True)
    _write_sheet(book, "List", head, rows)
    book.save(into)


def _write_sheet(book: Workbook, name: str, head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    for index, column in enumerate(head):
        dimension = sheet.column_dimensions[workbook.column_name(index)]
        dimension.width = _WIDTHS.get(column, 16)
        # Also for the rows that people add: what they type stays as they typed it.
        if column not in _NUMBERS and name != workbook.PRICES:
            dimension.number_format = TEXT_FORMAT
    if name == workbook.PRICES:
        sheet.column_dimensions["A"].number_format = TEXT_FORMAT
    append_rows(sheet, head, rows)


def _all() -> Iterator[Product]:
    return Product.objects.select_related("category").order_by("position", "id").iterator(_CHUNK)


def _products() -> Iterator[tuple[Any, ...]]:
    for product in _all():
        yield product.slug, product.category.slug, product.state


def _texts() -> Iterator[tuple[Any, ...]]:
    for product in _all():
        content = product.content
        # A language with a box and no title is a language all the same.
        written = {code for name in workbook.TEXT_LISTS for code, text in content.get(name, {}).items() if text}
        for code in [code for code in workbook.LANGUAGES if code in {*languages_of(content), *written}]:
            lines = [content.get(name, {}).get(code, "") for name in workbook.TEXT_LINES]
            lists = [as_cell(name, content.get(name, {}).get(code, [])) for name in workbook.TEXT_LISTS]
            yield product.slug, code, *lines, *lists


def as_cell(name: str, lines: list[str]) -> str:
    """A list in one cell: a line each; paragraphs are parted by an empty line."""
    return ("\n\n" if name == "description" else "\n").join(lines)


def _facts() -> Iterator[tuple[Any, ...]]:
    for product in _all():
        for fact in product.content.get("facts", []):
            pairs = [fact[part].get(code, "") for code in workbook.LANGUAGES for part in ("name", "value")]
            chosen = ", ".join(choice["key"] for choice in fact.get("choices", []))
            yield product.slug, fact["key"], fact.get("number", ""), chosen, *pairs


def _choices() -> Iterator[tuple[Any, ...]]:
    for product in _all():
        for option in product.content.get("options", []):
            for value in option["values"]:
                pairs = [part["name"].get(code, "") for code in workbook.LANGUAGES for part in (option, value)]
                yield product.slug, option["key"], value["key"], value.get("swatch", ""), *pairs


def _ordered() -> QuerySet[Variant]:
    return Variant.objects.select_related("product").order_by("product__position", "product_id", "position", "id")


def _variants() -> Iterator[tuple[Any, ...]]:
    place, product_id = 0, 0
    for variant in _ordered().iterator(_CHUNK):
        place = place + 1 if variant.product_id == product_id else 1
        product_id = variant.product_id
        customs, sides = variant.customs, variant.package_mm or (None, None, None)
        declared = customs.get("declared", {})
        yield (
            *(variant.sku, variant.product.slug, place, workbook.write_choices(variant.options), variant.weight_g),
            *(*sides, customs.get("hs_code", ""), customs.get("origin", "")),
            *(declared.get("en", ""), declared.get("zh", ""), ", ".join(customs.get("traits", []))),
            "yes" if variant.is_offered else "no",
            variant.barcode,
            variant.net_content,
        )


def _prices(markets: list[Market]) -> Iterator[tuple[Any, ...]]:
    for variants in _chunks(_ordered()):
        asked: dict[tuple[int, int], Money] = {
            (row.variant_id, row.market_id): Money(row.amount, row.currency)
            for row in Price.objects.filter(variant_id__in=[variant.pk for variant in variants])
        }
        for variant in variants:
            yield variant.sku, *(asked.get((variant.pk, market.pk)) for market in markets)


def _chunks(rows: QuerySet[Variant]) -> Iterator[list[Variant]]:
    chunk: list[Variant] = []
    for row in rows.iterator(_CHUNK):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _stock() -> Iterator[tuple[Any, ...]]:
    for variant in _ordered().iterator(_CHUNK):
        yield variant.sku, variant.available, ", ".join(variant.stocked_at)


def _media() -> Iterator[tuple[Any, ...]]:
    rows = Media.objects.select_related("product").order_by("product__position", "product_id", "position")
    for medium in rows.iterator(_CHUNK):
        shows = "=".join(medium.option or [])
        said = (medium.role, medium.state, medium.origin, medium.permission)
        yield (
            medium.product.slug,
            medium.position + 1,
            shows,
            *said,
            *(medium.alt.get(c, "") for c in workbook.LANGUAGES),
        )
