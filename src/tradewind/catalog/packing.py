"""Saying how a product is packed: what keeps it whole, what goes along, what is looked at before it leaves. It holds at once."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.catalog.editing import hold
from tradewind.catalog.models import PackingRule, Product, Variant
from tradewind.core.trail import write_audit
from tradewind.core.words import pick

# What a check looks at.
PARTS: Final = ("material", "workmanship", "size", "function")
MOST_ACCESSORIES: Final = 20


@dataclass(frozen=True, slots=True)
class PackingDraft:
    """`sample`: so many pieces of an order are looked at, 0 for each."""

    rule: str = ""
    accessories: tuple[str, ...] = ()
    is_fragile: bool = False
    needs_check: bool = False
    check_parts: tuple[str, ...] = ()
    check_note: str = ""
    sample: int = 0


def packing_of(product_id: int) -> PackingRule:
    """What is said of it; where nothing is, a rule that asks for nothing and is not kept."""
    return PackingRule.objects.filter(product_id=product_id).first() or PackingRule(product_id=product_id)


def packing_of_all(product_ids: Iterable[int]) -> dict[int, PackingRule]:
    """Those that something is said of. One statement."""
    return {rule.product_id: rule for rule in PackingRule.objects.filter(product_id__in=list(product_ids))}


def called(variant: Variant, language: str) -> tuple[str, str]:
    """Title and choices as the team writes them now, for whoever packs: the order has them in the buyer's language.

    The variant has its product with it.
    """
    content = variant.product.content
    chosen = (
        pick(value["name"], language)
        for option in content.get("options", [])
        for value in option["values"]
        if variant.options.get(option["key"]) == value["key"]
    )
    return pick(content.get("title", {}), language), ", ".join(filter(None, chosen))


def write_packing(*, product: Product, draft: PackingDraft, by: str, at: datetime) -> bool:
    """False where it is said so already."""
    with transaction.atomic():
        held = hold(product.pk, None)
        rule = packing_of(held.pk)
        before = _on_record(rule)
        for name, value in asdict(draft).items():
            setattr(rule, name, list(value) if isinstance(value, tuple) else value)
        after = _on_record(rule)
        if before == after:
            return False
        rule.save()
        write_audit("product.packing", subject=("product", held.pk), by=by, at=at, before=before, after=after)
    return True


def _on_record(rule: PackingRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in PackingDraft.__dataclass_fields__}
