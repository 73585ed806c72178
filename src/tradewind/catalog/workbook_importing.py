"""Taking a workbook over: all of it in one transaction, or nothing. Publishing stays a separate act.

On SQLite nobody else writes meanwhile, so products are written by the hundred, each table with few statements.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

from django.db import transaction

from tradewind.catalog.editing import NewProduct, Outdated, TextsDraft, create_products, write_texts_of
from tradewind.catalog.editing_variants import SkuTaken, VariantsDraft, write_variants_of
from tradewind.catalog.leading_on import SlugTaken
from tradewind.catalog.models import Product, Variant
from tradewind.catalog.ports import SetRefused
from tradewind.catalog.pricing import Asked, PriceRefused, set_prices
from tradewind.catalog.workbook_plan import OnProgress, Plan, PricePlan, ProductPlan
from tradewind.catalog.workbook_sets import articles_of, write_sets
from tradewind.catalog.workbook_variants import variants_called
from tradewind.core.rows import hold_all
from tradewind.lib.batches import in_batches

# The keys of variants and of their products, by article number.
_Articles: TypeAlias = dict[str, tuple[int, int]]
_AT_ONCE: Final = 500


class ChangedMeanwhile(Exception):
    """Somebody has changed the same things since the workbook was looked at: nothing is imported. Look again."""


def apply_plan(plan: Plan, *, by: str, at: datetime, on_progress: OnProgress | None = None) -> None:
    """Write what the plan says, through the same activities as the console. Raises ChangedMeanwhile."""
    touched = [each for slug, each in plan.products.items() if slug in plan.changed or slug in plan.created]
    total, done = len(touched) + len(plan.prices), 0
    try:
        with transaction.atomic():
            articles = _articles({price.sku for price in plan.prices})
            _hold(plan, touched, articles)
            for some in in_batches(touched, _AT_ONCE):
                _write_products(some, by=by, at=at)
                done = _tell(on_progress, done + len(some), total)
            # Those that the workbook has just made.
            articles |= _articles({price.sku for price in plan.prices} - articles.keys())
            for prices in in_batches(plan.prices, _AT_ONCE):
                _write_prices(prices, articles, by=by, at=at)
                done = _tell(on_progress, done + len(prices), total)
            write_sets(plan.sets, by=by, at=at)
    except (Outdated, SkuTaken, SlugTaken, PriceRefused, SetRefused, KeyError, Product.DoesNotExist) as problem:
        raise ChangedMeanwhile from problem


def _hold(plan: Plan, touched: Sequence[ProductPlan], priced: _Articles) -> None:
    """Articles before products, like whoever places an order, and all of each kind at once."""
    ids = {variant.id for each in touched if each.has_variants for variant in each.variants if variant.id}
    in_sets = _articles(articles_of(plan.sets)).values()
    hold_all(Variant, ids | {pk for pk, _ in in_sets}, no_key=not plan.sets)
    with_prices = {product_id for _, product_id in priced.values()}
    hold_all(Product, {each.product.pk for each in touched if each.product} | with_prices)


def _write_products(plans: Sequence[ProductPlan], *, by: str, at: datetime) -> None:
    new = [_new(each) for each in plans if each.product is None]
    made = {product.slug: product for product in create_products(new, by=by, at=at)} if new else {}
    versions = {product.pk: product.draft_version for product in made.values()}
    versions |= write_texts_of([_texts(each) for each in plans if each.product], by=by, at=at)
    drafts = []
    for each in plans:
        product = each.product or made[each.slug]
        options = each.content.get("options", [])
        if each.has_variants or options != product.content.get("options", []):
            drafts.append(VariantsDraft(product.pk, versions[product.pk], options, each.variants))
    if drafts:
        write_variants_of(drafts, by=by, at=at)


def _new(each: ProductPlan) -> NewProduct:
    if each.category is None:
        raise KeyError(each.slug)
    return NewProduct(
        each.slug, each.category, {name: each.content[name] for name in each.content if name != "options"}
    )


def _texts(each: ProductPlan) -> TextsDraft:
    """The choices stay: they are written with the variants."""
    if each.product is None or each.category is None:
        raise KeyError(each.slug)
    texts = {name: text for name, text in each.content.items() if name != "options"}
    if "options" in each.product.content:
        texts["options"] = each.product.content["options"]
    return TextsDraft(each.product.pk, each.version, texts, each.category)


def _write_prices(plans: Sequence[PricePlan], articles: _Articles, *, by: str, at: datetime) -> None:
    """Prices have no version to compare: the ledger's entry, made while the product is held, says what it replaced."""
    asked = [Asked(*articles[plan.sku], plan.market_id, plan.price) for plan in plans]
    seen = {
        (asked.variant_id, plan.market_id): plan.before.amount if plan.before else None
        for plan, asked in zip(plans, asked, strict=True)
    }
    for change in set_prices(asked, by=by, at=at, reason="workbook"):
        if change.before != seen[change.variant_id, change.market_id]:
            raise ChangedMeanwhile(change.variant_id)


def _articles(skus: set[str]) -> _Articles:
    """Those that are not made yet are left out."""
    return {variant.sku: (variant.pk, variant.product_id) for variant in variants_called(skus)}


def _tell(on_progress: OnProgress | None, done: int, total: int) -> int:
    if on_progress:
        on_progress(done, total)
    return done
