"""Taking a workbook over: all of it in one transaction, or nothing. Publishing stays a separate act."""

from datetime import datetime

from django.db import transaction

from tradewind.catalog.editing import Outdated, SkuTaken, create_product, write_texts, write_variants
from tradewind.catalog.leading_on import SlugTaken
from tradewind.catalog.models import Variant
from tradewind.catalog.ports import SetRefused
from tradewind.catalog.pricing import PriceRefused, set_price
from tradewind.catalog.workbook_plan import Plan, PricePlan, ProductPlan, Progress
from tradewind.catalog.workbook_sets import hold_articles, write_sets
from tradewind.catalog.workbook_variants import variants_called


class ChangedMeanwhile(Exception):
    """Somebody has changed the same things since the workbook was looked at: nothing is imported. Look again."""


def apply_plan(plan: Plan, *, by: str, at: datetime, on_progress: Progress | None = None) -> None:
    """Write what the plan says, through the same activities as the console. Raises ChangedMeanwhile."""
    touched = [each for slug, each in plan.products.items() if slug in plan.changed or slug in plan.created]
    total = len(touched) + len(plan.prices)
    try:
        with transaction.atomic():
            # Before any product: who places an order holds articles first, and products after them.
            hold_articles(plan.sets)
            for done, each in enumerate(touched, start=1):
                _write_product(each, by=by, at=at)
                if on_progress:
                    on_progress(done, total)
            variants = {variant.sku: variant for variant in variants_called({price.sku for price in plan.prices})}
            for done, price in enumerate(plan.prices, start=len(touched) + 1):
                _write_price(price, variants[price.sku], by=by, at=at)
                if on_progress:
                    on_progress(done, total)
            write_sets(plan.sets, by=by, at=at)
    except (Outdated, SkuTaken, SlugTaken, PriceRefused, SetRefused, KeyError) as problem:
        raise ChangedMeanwhile from problem


def _write_price(plan: PricePlan, variant: Variant, *, by: str, at: datetime) -> None:
    """Prices have no version to compare: the ledger's entry, made while the price is held, says what it replaced."""
    change = set_price(variant=variant, market_id=plan.market_id, price=plan.price, by=by, at=at, reason="workbook")
    if change is not None and change.before != (plan.before.amount if plan.before else None):
        raise ChangedMeanwhile(plan.sku)


def _write_product(each: ProductPlan, *, by: str, at: datetime) -> None:
    options = each.content.get("options", [])
    texts = {name: text for name, text in each.content.items() if name != "options"}
    if each.category is None:
        raise KeyError(each.slug)
    if each.product is None:
        product = create_product(slug=each.slug, category=each.category, content=texts, by=by, at=at)
        version = product.draft_version
    else:
        product = each.product
        if "options" in product.content:
            texts["options"] = product.content["options"]
        version = write_texts(
            product=product, version=each.version, content=texts, category=each.category, by=by, at=at
        )
    if each.has_variants or options != product.content.get("options", []):
        write_variants(product=product, version=version, options=options, variants=each.variants, by=by, at=at)
