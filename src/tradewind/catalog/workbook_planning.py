"""What a workbook would change: every cell against the catalogue, and every cell that cannot be used.

Nothing is written here. The plan keeps the versions of the drafts that it was made from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.catalog import workbook
from tradewind.catalog.models import Category, OldSlug, Price, Product
from tradewind.catalog.workbook import CellProblem, WorkbookRefused
from tradewind.catalog.workbook_charts import plan_chart
from tradewind.catalog.workbook_plan import NO_ARTICLE, OnProgress, Plan, PricePlan, ProductPlan, note
from tradewind.catalog.workbook_reading import Row, read_rows
from tradewind.catalog.workbook_sets import plan_sets
from tradewind.catalog.workbook_texts import plan_choice, plan_fact, plan_texts
from tradewind.catalog.workbook_variants import plan_variants, variants_called
from tradewind.lib.batches import in_batches
from tradewind.lib.money import Money
from tradewind.lib.text import SLUG
from tradewind.markets.models import Market

_MOVED_ON: Final = gettext_noop("This product has another address now: {now}.")
_CHUNK: Final = 500
_NO_CATEGORY: Final = gettext_noop("No category is called {name}. Categories: {allowed}.")
_ROW_BY_ROW: Final[dict[str, Callable[[Plan, Row], None]]] = {
    workbook.TEXTS: plan_texts,
    workbook.FACTS: plan_fact,
    workbook.CHOICES: plan_choice,
    workbook.SIZE_CHARTS: plan_chart,
}
_STAYS: Final = gettext_noop("The state is not changed here. Publish in the console.")


def plan_workbook(content: bytes, *, on_progress: OnProgress | None = None) -> Plan:
    """Raises NoWorkbook, and WorkbookRefused with every cell that cannot be used."""
    problems: list[CellProblem] = []
    markets = {f"{market.code} {market.currency}": market for market in Market.objects.all()}
    rows = read_rows(content, list(markets), problems)
    plan = Plan()
    _plan_products(plan, rows)
    done, total = 0, sum(len(each) for each in rows.values())
    for sheet, plan_row in _ROW_BY_ROW.items():
        for row in rows[sheet]:
            plan_row(plan, row)
            done += 1
            if on_progress:
                on_progress(done, total)
    skus = plan_variants(plan.products, rows[workbook.VARIANTS], plan.changes)
    _plan_prices(plan, rows[workbook.PRICES], markets, skus)
    plan_sets(plan, rows[workbook.SETS], skus)
    if problems:
        raise WorkbookRefused(problems)
    plan.changed = {change.what.partition(" · ")[0] for change in plan.changes} - set(plan.created)
    plan.changed &= plan.products.keys()
    plan.unchanged = len(plan.products) - len(plan.changed) - len(plan.created)
    return plan


def _plan_products(plan: Plan, rows: dict[str, list[Row]]) -> None:
    """The products that any sheet names; new ones stand in the sheet of products."""
    named = {row.name("product") for sheet in rows.values() for row in sheet if row.has("product")}
    known = {product.slug: product for product in _found(named)}
    for product in known.values():
        plan.products[product.slug] = ProductPlan(product.slug, product, product.category, dict(product.content))
    categories = {category.slug: category for category in Category.objects.all()}
    moved = dict(OldSlug.objects.values_list("slug", "product__slug"))
    for row in rows[workbook.PRODUCTS]:
        slug = row.code("product", known=known)
        if not slug:
            continue
        if slug not in known and slug in moved:
            row.complain("product", _MOVED_ON, now=moved[slug])
        if slug not in known and not SLUG.fullmatch(slug):
            row.complain("product", gettext_noop("Small letters, digits and hyphens, please: walnut-board."))
        each = plan.products.setdefault(slug, ProductPlan(slug, None, None, {}))
        before = each.category.slug if each.category else ""
        asked = row.code("category", known=categories) if row.has("category") else before
        if asked not in categories:
            allowed = ", ".join(sorted(categories)[:30])
            row.complain("category", _NO_CATEGORY, name=asked or "—", allowed=allowed)
            continue
        state = row.text("state")
        if state and state != (each.product.state if each.product else Product.State.DRAFT):
            row.complain("state", _STAYS)
        each.category = categories[asked]
        if each.product is None:
            plan.created.append(slug)
        note(plan.changes, row, "category", f"{slug} · category", before, asked)


def _found(slugs: Iterable[str]) -> Iterator[Product]:
    for some in in_batches(sorted(slugs), _CHUNK):
        yield from Product.objects.select_related("category").filter(slug__in=some)


def _plan_prices(plan: Plan, rows: Sequence[Row], markets: dict[str, Market], skus: dict[str, int]) -> None:
    """`skus` are the variants that the workbook makes or changes, with their ids, 0 for new ones."""
    named = {row.name("sku") for row in rows}
    known = {**{variant.sku: variant.pk for variant in variants_called(named)}, **skus}
    asked: dict[tuple[int, int], Money] = defaultdict()
    ids = [pk for pk in known.values() if pk]
    for some in in_batches(ids, _CHUNK):
        for price in Price.objects.filter(variant_id__in=some):
            asked[price.variant_id, price.market_id] = Money(price.amount, price.currency)
    for row in rows:
        sku = row.code("sku", known=known)
        if sku and sku not in known:
            row.complain("sku", NO_ARTICLE, name=sku)
        if sku in known:
            for column, market in markets.items():
                if row.has(column):
                    _plan_price(plan, row, column, market, (sku, asked.get((known[sku], market.pk))))


def _plan_price(plan: Plan, row: Row, column: str, market: Market, present: tuple[str, Money | None]) -> None:
    sku, before = present
    price = row.amount(column, market.currency)
    if price is None:
        if before is not None and row.raw(column) in ("", None):
            message = gettext_noop("A price cannot be taken away here: {price} is asked. Write another one.")
            row.complain(column, message, price=str(before.decimal))
        return
    if price == before:
        plan.prices_unchanged += 1
        return
    plan.prices.append(PricePlan(sku, market.pk, before, price))
    note(plan.changes, row, column, f"{sku} · {column}", str(before.decimal) if before else "", str(price.decimal))
