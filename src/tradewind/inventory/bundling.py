"""Bundles: what one consists of. It is in stock as far as its parts are, and holding one holds its parts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tradewind.catalog.listing import note_changes
from tradewind.catalog.models import BundlePart, Listing, Product, Variant
from tradewind.catalog.ports import SetRefused
from tradewind.core.facts import record
from tradewind.core.trail import write_audit
from tradewind.inventory.events import BundleChanged
from tradewind.inventory.models import StockLevel
from tradewind.inventory.reserving import refresh_shown


@dataclass(frozen=True, slots=True)
class Part:
    """So many units of a variant in one bundle."""

    variant_id: int
    quantity: int


class PartsRefused(Exception):
    """The bundle cannot consist of these parts; nothing is changed. `variant_id` is the part that does not fit."""

    def __init__(self, variant_id: int) -> None:
        super().__init__(f"{type(self).__name__}: variant {variant_id}")
        self.variant_id = variant_id


class NestedBundle(PartsRefused):
    """A part is a bundle itself, or the bundle is a part of another one."""


class PartNotKnown(PartsRefused):
    """There is no such variant, or it is the bundle itself."""


class NotAPart(PartsRefused):
    """A part counts at least one unit, and stands once."""


class StockOfItsOwn(PartsRefused):
    """The variant lies in a warehouse. Count it to zero first: a bundle is put together from its parts."""


def set_parts(*, bundle: Variant, parts: Sequence[Part], by: str, at: datetime) -> bool:
    """Let a variant consist of these parts from now on, or of none. False when it does already. Raises PartsRefused.

    Orders that hold parts of the bundle as it was keep them.
    """
    wanted = [[part.variant_id, part.quantity] for part in sorted(parts, key=lambda part: part.variant_id)]
    with transaction.atomic():
        ids = sorted({bundle.pk, *(part.variant_id for part in parts)})
        rows = {row.pk: row for row in Variant.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        _refuse(bundle, parts, rows)
        before = rows[bundle.pk].consists_of
        if before == wanted:
            return False
        BundlePart.objects.filter(bundle=bundle).delete()
        BundlePart.objects.bulk_create(BundlePart(bundle=bundle, part_id=n, quantity=units) for n, units in wanted)
        traits = sorted({trait for part in parts for trait in rows[part.variant_id].customs.get("traits", [])})
        customs = {**rows[bundle.pk].customs, **({"traits": traits} if parts else {})}
        Variant.objects.filter(pk=bundle.pk).update(consists_of=wanted, customs=customs)
        # What a set contains is declared with it: whoever has the product's variants open looks again.
        draft = F("draft_version") + int(customs != rows[bundle.pk].customs)
        Product.objects.filter(pk=bundle.product_id).update(stock_version=F("stock_version") + 1, draft_version=draft)
        refresh_shown([bundle.pk], at=at)
        # Pages of its parts name the set.
        note_changes(Listing.objects.filter(product_id=bundle.product_id).values_list("market_id", flat=True))
        write_audit("bundle.changed", subject=("variant", bundle.pk), by=by, at=at, before=before, after=wanted)
        record(BundleChanged(bundle.pk, bundle.product_id), by=by, at=at)
    bundle.refresh_from_db()
    return True


def _refuse(bundle: Variant, parts: Iterable[Part], rows: dict[int, Variant]) -> None:
    seen: set[int] = set()
    for part in parts:
        if part.quantity < 1 or part.variant_id in seen:
            raise NotAPart(part.variant_id)
        seen.add(part.variant_id)
        if part.variant_id not in rows or part.variant_id == bundle.pk:
            raise PartNotKnown(part.variant_id)
        if rows[part.variant_id].consists_of:
            raise NestedBundle(part.variant_id)
    if not seen:
        return
    if BundlePart.objects.filter(part=bundle).exists():
        raise NestedBundle(bundle.pk)
    if StockLevel.objects.filter(variant_id=bundle.pk, on_hand__gt=0).exists():
        raise StockOfItsOwn(bundle.pk)


class SetMaker:
    """What the catalogue asks for when a workbook says what sets consist of."""

    def lying_somewhere(self, variant_ids: Iterable[int]) -> set[int]:
        lying = StockLevel.objects.filter(variant_id__in=list(variant_ids), on_hand__gt=0)
        return set(lying.values_list("variant_id", flat=True))

    def compose(self, bundle: Variant, units: Mapping[int, int], *, by: str, at: datetime) -> None:
        try:
            set_parts(bundle=bundle, parts=[Part(part, count) for part, count in units.items()], by=by, at=at)
        except PartsRefused as problem:
            raise SetRefused(bundle.sku) from problem
