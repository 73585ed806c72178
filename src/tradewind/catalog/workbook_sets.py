"""What sets consist of: a row of the workbook for each part. A part leaves its set with an emptied quantity."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.catalog.models import BundlePart
from tradewind.catalog.ports import SetRefused, set_maker
from tradewind.catalog.workbook_plan import NO_ARTICLE, Plan, SetPlan, note
from tradewind.catalog.workbook_reading import Row
from tradewind.catalog.workbook_variants import variants_called

_CHUNK: Final = 500
_MOST_UNITS: Final = 999
_ITSELF: Final = gettext_noop("A set cannot hold itself.")
_NESTED: Final = gettext_noop("A set cannot hold another set.")
_LIES: Final = gettext_noop(
    "This article lies in a warehouse. Count it to zero first: a set is put together from its parts."
)

Units = dict[str, int]


def set_rows() -> Iterator[tuple[str, str, int]]:
    parts = BundlePart.objects.order_by("bundle__sku", "part__sku").values_list("bundle__sku", "part__sku", "quantity")
    yield from parts.iterator(_CHUNK)


def plan_sets(plan: Plan, rows: Sequence[Row], skus: dict[str, int]) -> None:
    """`skus` are the variants that the workbook makes or changes, with their ids, 0 for new ones."""
    if not rows:
        return
    known = {variant.sku: variant.pk for variant in variants_called(_named(rows))} | skus
    present = _present()
    after = {sku: dict(units) for sku, units in present.items()}
    kept: list[tuple[Row, str, str]] = []
    for row in rows:
        bundle, part = _article(row, "set", known), _article(row, "part", known)
        if not bundle or not part:
            continue
        if bundle == part:
            row.complain("part", _ITSELF)
            continue
        _plan_part(plan, row, (bundle, part), after.setdefault(bundle, {}))
        kept.append((row, bundle, part))
    _refuse_nested(kept, after, present)
    _refuse_stocked(kept, after, present, known)
    named = sorted({bundle for _, bundle, _ in kept})
    changed = [SetPlan(sku, present.get(sku, {}), after[sku]) for sku in named if after[sku] != present.get(sku, {})]
    # What is taken apart first, what becomes a set last: a part of one may go on as a part of another, or as a set.
    plan.sets = sorted(changed, key=lambda each: (bool(each.after), not each.before))


def articles_of(sets: Sequence[SetPlan]) -> set[str]:
    """The article numbers of sets and of their parts."""
    return {sku for each in sets for sku in (each.sku, *each.before, *each.after)}


def write_sets(sets: Sequence[SetPlan], *, by: str, at: datetime) -> None:
    """In the transaction of the caller, who holds the articles. Raises SetRefused, also where a set is no longer what the plan
    was made from.
    """
    known = {variant.sku: variant for variant in variants_called(articles_of(sets))}
    for each in sets:
        bundle = known[each.sku]
        if bundle.consists_of != sorted([known[sku].pk, units] for sku, units in each.before.items()):
            raise SetRefused(each.sku)
        set_maker().compose(bundle, {known[sku].pk: units for sku, units in each.after.items()}, by=by, at=at)


def _named(rows: Sequence[Row]) -> set[str]:
    return {row.name(column) for row in rows for column in ("set", "part")}


def _present() -> dict[str, Units]:
    """All sets there are: whether one may hold another is asked of the whole."""
    sets: dict[str, Units] = {}
    for bundle, part, units in set_rows():
        sets.setdefault(bundle, {})[part] = units
    return sets


def _article(row: Row, column: str, known: dict[str, int]) -> str:
    sku = row.code(column, known=known)
    if sku and sku not in known:
        row.complain(column, NO_ARTICLE, name=sku)
        return ""
    return sku


def _plan_part(plan: Plan, row: Row, pair: tuple[str, str], units: Units) -> None:
    bundle, part = pair
    before = units.get(part)
    if not row.has("quantity"):
        if before is None:
            row.complain("part", gettext_noop("Please say in a column quantity how many units the set holds."))
        return
    wanted = row.whole("quantity")
    if wanted is not None and wanted > _MOST_UNITS:
        row.complain("quantity", gettext_noop("At most {most} units, please."), most=_MOST_UNITS)
    units.pop(part, None)
    if wanted is not None:
        units[part] = wanted
    note(plan.changes, row, "quantity", f"{bundle} · {part}", str(before or ""), str(wanted or ""))


def _refuse_nested(kept: Sequence[tuple[Row, str, str]], after: dict[str, Units], present: dict[str, Units]) -> None:
    """Of two rows that do not go together, the one that says something new is the one to put right."""
    holders = {part for units in after.values() for part in units}
    for row, bundle, part in kept:
        if part in after[bundle] and after.get(part) and part not in present.get(bundle, {}):
            row.complain("part", _NESTED)
        elif after[bundle] and bundle in holders and not present.get(bundle):
            row.complain("set", _NESTED)


def _refuse_stocked(
    kept: Sequence[tuple[Row, str, str]], after: dict[str, Units], present: dict[str, Units], known: dict[str, int]
) -> None:
    """A thing that lies somewhere does not become a set."""
    new = {known[bundle]: row for row, bundle, _ in reversed(kept) if after[bundle] and not present.get(bundle)}
    for variant_id in sorted(set_maker().lying_somewhere(new)):
        new[variant_id].complain("set", _LIES)
