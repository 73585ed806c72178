"""The checklist of a parcel: what of an order is still here, item by item, with what goes along and what keeps it whole.

Goods are called as whoever reads it calls them. Sets are taken apart: what lies on the table are their parts. Computed from the order each time, so that it never says what was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Q

from tradewind.catalog.models import PackingRule, Variant
from tradewind.catalog.packing import called, packing_of_all
from tradewind.core.words import spoken
from tradewind.lib.gtin import bare
from tradewind.orders.models import Order, OrderLine
from tradewind.shipping.models import Packing
from tradewind.shipping.packing_rules import asks_for_proof

GIFT: Final = "gift"


@dataclass(frozen=True, slots=True)
class Item:
    """So many of one thing. `key` names it within its order."""

    key: str
    line_id: int
    sku: str
    barcode: str
    title: str
    options: str
    picture: str
    wanted: int
    seen: int
    product_id: int | None
    is_fragile: bool
    variant_id: int | None = None

    @property
    def is_complete(self) -> bool:
        return self.seen >= self.wanted

    def is_called(self, code: str) -> bool:
        """Does a scanned code name it?"""
        return code.casefold() == self.sku.casefold() or bool(self.barcode and bare(code) == bare(self.barcode))


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do once: put an accessory in, follow a packing rule. `kind` is accessory, rule or gift."""

    key: str
    kind: str
    words: str
    about: str
    units: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    items: tuple[Item, ...]
    ticks: tuple[Tick, ...]
    asks_for_proof: bool

    @property
    def is_complete(self) -> bool:
        return all(item.is_complete for item in self.items) and all(tick.is_done for tick in self.ticks)

    @property
    def missing(self) -> int:
        return sum(item.wanted - item.seen for item in self.items) + sum(not tick.is_done for tick in self.ticks)


def checklist_of(order: Order, packing: Packing | None) -> Checklist:
    """Of what is still here. `packing` says what of it is in the parcel. Three statements, one more for sets."""
    lines = lines_left(order.pk)
    counts: Mapping[str, int] = packing.counts if packing else {}
    done = set(packing.ticks) if packing else set()
    variants = variants_on_table(lines)
    rules = packing_of_all({variant.product_id for variant in variants.values()})
    items = tuple(item for line in lines for item in _items(line, variants, rules, counts))
    fragile = [item.wanted for item in items if item.is_fragile]
    return Checklist(items, tuple(_ticks(order, items, rules, done)), asks_for_proof(order, fragile))


def lines_left(order_id: int) -> list[OrderLine]:
    goods = OrderLine.objects.filter(order_id=order_id, kind=OrderLine.Kind.GOODS, quantity__gt=F("dispatched"))
    return list(goods.order_by("position", "id"))


def wanted_of(lines: Sequence[OrderLine]) -> dict[str, int]:
    """Units by item, as a finished packing keeps them, of lines of which something is here."""
    return {
        f"{line.pk}.{sku}": (line.quantity - line.dispatched) * int(units)
        for line in lines
        for sku, units in line.parts or [[line.sku, 1]]
    }


def variants_on_table(lines: Sequence[OrderLine]) -> dict[tuple[int, str], Variant]:
    """By line and SKU: the article that was sold, whatever it is called now. Parts of sets are known by their SKU alone."""
    known = {line.variant_id for line in lines if line.variant_id and not line.parts}
    things = [(line, str(sku)) for line in lines for sku, _ in line.parts or [[line.sku, 1]]]
    rows = Variant.objects.filter(Q(pk__in=known) | Q(sku__in={sku for _, sku in things} - {""}))
    by_id = {variant.pk: variant for variant in rows.select_related("product")}
    by_sku = {variant.sku: variant for variant in by_id.values()}
    found = {
        (line.pk, sku): by_id.get(line.variant_id) if line.variant_id and not line.parts else by_sku.get(sku)
        for line, sku in things
    }
    return {key: variant for key, variant in found.items() if variant is not None}


def _items(
    line: OrderLine,
    variants: Mapping[tuple[int, str], Variant],
    rules: Mapping[int, PackingRule],
    counts: Mapping[str, int],
) -> Iterable[Item]:
    left = line.quantity - line.dispatched
    for sku, units in line.parts or [[line.sku, 1]]:
        variant = variants.get((line.pk, str(sku)))
        rule = rules.get(variant.product_id) if variant else None
        title, options = called(variant, spoken()) if variant else ("", "")
        key = f"{line.pk}.{sku}"
        yield Item(
            key=key,
            line_id=line.pk,
            sku=str(sku),
            barcode=variant.barcode if variant else "",
            title=title or line.title,
            options=options if title else line.options,
            picture=line.picture,
            wanted=left * int(units),
            seen=min(int(counts.get(key, 0)), left * int(units)),
            product_id=variant.product_id if variant else None,
            is_fragile=rule is not None and rule.is_fragile,
            variant_id=variant.pk if variant else None,
        )


def _ticks(order: Order, items: Sequence[Item], rules: Mapping[int, PackingRule], done: set[str]) -> Iterable[Tick]:
    units: dict[int, int] = {}
    titles: dict[int, str] = {}
    for item in items:
        if item.product_id is not None and item.product_id in rules:
            units[item.product_id] = units.get(item.product_id, 0) + item.wanted
            titles.setdefault(item.product_id, item.title)
    for product_id, number in units.items():
        rule = rules[product_id]
        for accessory in rule.accessories:
            key = f"accessory:{product_id}:{accessory}"
            yield Tick(key, "accessory", accessory, titles[product_id], number, key in done)
        if rule.rule:
            key = f"rule:{product_id}"
            yield Tick(key, "rule", rule.rule, titles[product_id], number, key in done)
    if order.gift_note:
        yield Tick(GIFT, GIFT, order.gift_note, "", 1, GIFT in done)
