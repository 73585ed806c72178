"""Reserving stock. Nothing is sold twice, whatever happens at the same moment.

Bundles are taken apart and lines summed per variant first. Rows are locked in the order of their keys, and stock levels before the variants
and products that show them, so that two orders never wait for each other; and each level is changed by an UPDATE whose
own condition and row count decide. The table's CHECK constraint is the last to say no.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from tradewind.catalog.models import BundlePart
from tradewind.catalog.stock_shown import hold_shown, write_availability
from tradewind.core.facts import SYSTEM, record
from tradewind.core.rows import insert_each
from tradewind.inventory.events import StockCameBack, StockRanOut
from tradewind.inventory.models import Reservation, StockLevel, StockMovement, Warehouse


@dataclass(frozen=True, slots=True)
class Wanted:
    variant_id: int
    quantity: int


class NotEnoughStock(Exception):
    """Fewer units are free than were asked for. Nothing was reserved."""

    def __init__(self, variant_id: int, wanted: int, available: int) -> None:
        super().__init__(f"variant {variant_id}: {wanted} wanted, {available} available")
        self.variant_id = variant_id
        self.wanted = wanted
        self.available = available


def reserve(
    *, subject: tuple[str, int], lines: Iterable[Wanted], warehouses: Sequence[int], at: datetime
) -> list[Reservation]:
    """Hold units for a subject in these warehouses, the first that has a whole line first, else split over them.

    One transaction: all lines or none. Raises NotEnoughStock.
    """
    with transaction.atomic():
        demand = sum_by_variant(lines)
        made = _reserve(subject, demand, warehouses, at)
        refresh_shown(demand, at=at)
    return made


def exchange(
    *,
    subject: tuple[str, int],
    given: Mapping[int, int],
    lines: Iterable[Wanted],
    warehouses: Sequence[int],
    at: datetime,
) -> None:
    """Give back so many units of each stocked variant, as far as the subject holds them, and hold others instead: all of it
    or nothing. Raises NotEnoughStock.
    """
    with transaction.atomic():
        demand = sum_by_variant(lines)
        back = [row.level_id for row in _held_by(subject[0], [subject[1]]) if row.level.variant_id in given]
        wanted = Q(variant_id__in=demand, warehouse_id__in=warehouses)
        # All levels at once, before the first change: one after the other would be another order than everybody else's.
        list(StockLevel.objects.select_for_update().filter(wanted | Q(pk__in=back)).order_by("pk"))
        _release_some(subject, given, at)
        _reserve(subject, demand, warehouses, at)
        refresh_shown({*given, *demand}, at=at)


def release(*, subject: tuple[str, int], at: datetime) -> int:
    """Give back what a subject holds. Returns the units; zero when it holds nothing any more."""
    with transaction.atomic():
        held = _held_by(subject[0], [subject[1]])
        for reservation in held:
            level = StockLevel.objects.filter(pk=reservation.level_id)
            level.update(reserved=F("reserved") - reservation.quantity)
            _settle(reservation, Reservation.State.RELEASED, at)
        refresh_shown({r.level.variant_id for r in held}, at=at)
    return sum(reservation.quantity for reservation in held)


def hand_over(
    *, origin: tuple[str, int], target: tuple[str, int], units: Mapping[int, int], last: str, at: datetime
) -> None:
    """So many units of each stocked variant, as far as `origin` holds them, are held for `target` from now on. They are
    free at no moment. What lies in the warehouse `last` goes over last.
    """
    left = dict(units)
    with transaction.atomic():
        held = _held_by(origin[0], [origin[1]])
        places = dict(Warehouse.objects.values_list("pk", "code"))
        for reservation in sorted(held, key=lambda each: places[each.level.warehouse_id] == last):
            given = min(left.get(reservation.level.variant_id, 0), reservation.quantity)
            if not given:
                continue
            left[reservation.level.variant_id] -= given
            if given == reservation.quantity:
                reservation.subject_kind, reservation.subject_id = target
                reservation.save(update_fields=["subject_kind", "subject_id"])
                continue
            reservation.quantity -= given
            reservation.save(update_fields=["quantity"])
            Reservation.objects.create(
                level=reservation.level, subject_kind=target[0], subject_id=target[1], quantity=given, made_at=at
            )


def hand_over_all(*, origin: tuple[str, int], target: tuple[str, int]) -> None:
    """All that one subject holds is held for another from now on."""
    with transaction.atomic():
        held = Reservation.objects.filter(pk__in=[reservation.pk for reservation in _held_by(origin[0], [origin[1]])])
        held.update(subject_kind=target[0], subject_id=target[1])


def ship(*, subject: tuple[str, int], at: datetime, by: str = SYSTEM) -> int:
    """What a subject holds has left the house: off the shelf and no longer reserved. Returns the units."""
    return ship_all(subject[0], [subject[1]], at=at, by=by).get(subject[1], 0)


def ship_all(kind: str, subject_ids: Sequence[int], *, at: datetime, by: str = SYSTEM) -> dict[int, int]:
    """The same for many subjects of one kind, in a few statements. Returns the units of those that held any."""
    units: dict[int, int] = defaultdict(int)
    leaving: dict[int, int] = defaultdict(int)
    with transaction.atomic():
        held = _held_by(kind, subject_ids)
        for reservation in held:
            units[reservation.subject_id] += reservation.quantity
            leaving[reservation.level_id] += reservation.quantity
        for level_id, quantity in sorted(leaving.items()):
            level = StockLevel.objects.filter(pk=level_id)
            level.update(reserved=F("reserved") - quantity, on_hand=F("on_hand") - quantity)
        names = ("level", "kind", "quantity", "reason", "by", "at")
        shipped = StockMovement.Kind.SHIPPED
        insert_each(StockMovement, names, ((row.level_id, shipped, -row.quantity, "", by, at) for row in held))
        settled = Reservation.objects.filter(pk__in=[row.pk for row in held])
        settled.update(state=Reservation.State.SHIPPED, settled_at=at)
    return dict(units)


def ship_some(*, subject: tuple[str, int], units: Mapping[int, int], at: datetime, by: str = SYSTEM) -> None:
    """So many units of each stocked variant, as far as the subject holds them, have left; the rest stays held."""
    left = dict(units)
    with transaction.atomic():
        for reservation in _held_by(subject[0], [subject[1]]):
            gone = min(left.get(reservation.level.variant_id, 0), reservation.quantity)
            if not gone:
                continue
            left[reservation.level.variant_id] -= gone
            level = StockLevel.objects.filter(pk=reservation.level_id)
            level.update(reserved=F("reserved") - gone, on_hand=F("on_hand") - gone)
            shipped = StockMovement.Kind.SHIPPED
            StockMovement.objects.create(level=reservation.level, kind=shipped, quantity=-gone, by=by, at=at)
            _settle_part(reservation, gone, at)


def refresh_shown(variant_ids: Iterable[int], *, at: datetime) -> None:
    """Write down into the catalogue what can be sold now of these and of the bundles that hold them, and record running
    out and coming back.
    """
    ids = set(variant_ids)
    ids |= set(BundlePart.objects.filter(part__in=ids).values_list("bundle_id", flat=True))
    held = hold_shown(ids)
    parts = {variant.pk: variant.consists_of for variant in held if variant.consists_of}
    needed = {variant.pk for variant in held} | {part for each in parts.values() for part, _ in each}
    free = _free_units(needed)
    changes = write_availability(held, free | {bundle: _free_bundles(each, free) for bundle, each in parts.items()})
    for variant, (before, after) in zip(held, changes, strict=True):
        if before > 0 >= after:
            record(StockRanOut(variant.pk), by=SYSTEM, at=at)
        elif before <= 0 < after:
            record(StockCameBack(variant.pk, after), by=SYSTEM, at=at)


def _free_units(variant_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """(warehouse, free units) of each variant, in the order of the warehouses that are on."""
    rows = StockLevel.objects.filter(variant_id__in=variant_ids, warehouse__is_on=True)
    rows = rows.order_by("warehouse__position", "warehouse_id")
    free: dict[int, list[tuple[str, int]]] = {}
    for variant_id, code, on_hand, reserved in rows.values_list("variant_id", "warehouse__code", "on_hand", "reserved"):
        free.setdefault(variant_id, []).append((code, max(on_hand - reserved, 0)))
    return free


def _free_bundles(parts: list[list[int]], free: dict[int, list[tuple[str, int]]]) -> list[tuple[str, int]]:
    """(warehouse, bundles that it can put together), in the warehouses' order: a bundle leaves from one place."""
    units = {part: dict(free.get(part, [])) for part, _ in parts}
    places = list(dict.fromkeys(code for part, _ in parts for code, _ in free.get(part, [])))
    return [(code, min(max(units[part].get(code, 0), 0) // wanted for part, wanted in parts)) for code in places]


def sum_by_variant(lines: Iterable[Wanted]) -> dict[int, int]:
    """Units of each stocked variant, bundles taken apart, in the order of the keys. One statement."""
    asked: dict[int, int] = {}
    for line in lines:
        asked[line.variant_id] = asked.get(line.variant_id, 0) + line.quantity
    demand = dict(asked)
    for bundle, part, quantity in BundlePart.objects.filter(bundle__in=asked).values_list(
        "bundle_id", "part_id", "quantity"
    ):
        demand.pop(bundle, None)
        demand[part] = demand.get(part, 0) + quantity * asked[bundle]
    return dict(sorted(demand.items()))


def _reserve(
    subject: tuple[str, int], demand: dict[int, int], warehouses: Sequence[int], at: datetime
) -> list[Reservation]:
    levels = _lock(demand, warehouses)
    return Reservation.objects.bulk_create(
        _hold(level, quantity, subject, at)
        for variant_id, wanted in demand.items()
        for level, quantity in _divide(variant_id, wanted, levels.get(variant_id, []), warehouses)
    )


def _release_some(subject: tuple[str, int], units: Mapping[int, int], at: datetime) -> None:
    left = dict(units)
    for reservation in _held_by(subject[0], [subject[1]]):
        given = min(left.get(reservation.level.variant_id, 0), reservation.quantity)
        if not given:
            continue
        left[reservation.level.variant_id] -= given
        StockLevel.objects.filter(pk=reservation.level_id).update(reserved=F("reserved") - given)
        if given == reservation.quantity:
            _settle(reservation, Reservation.State.RELEASED, at)
        else:
            reservation.quantity -= given
            reservation.save(update_fields=["quantity"])


def _lock(demand: dict[int, int], warehouses: Sequence[int]) -> dict[int, list[StockLevel]]:
    rows = StockLevel.objects.select_for_update().filter(variant_id__in=demand, warehouse_id__in=warehouses)
    levels: dict[int, list[StockLevel]] = {}
    for row in rows.order_by("pk"):
        levels.setdefault(row.variant_id, []).append(row)
    # A statement of its own, after the lock: whoever switches a warehouse off holds its levels until that is committed.
    on = set(Warehouse.objects.filter(pk__in=warehouses, is_on=True).values_list("pk", flat=True))
    return {variant: [row for row in rows if row.warehouse_id in on] for variant, rows in levels.items()}


def _divide(
    variant_id: int, wanted: int, levels: list[StockLevel], warehouses: Sequence[int]
) -> list[tuple[StockLevel, int]]:
    levels = sorted(levels, key=lambda level: warehouses.index(level.warehouse_id))
    whole = next((level for level in levels if level.on_hand - level.reserved >= wanted), None)
    if whole is not None:
        return [(whole, wanted)]
    parts, missing = [], wanted
    for level in levels:
        part = min(max(level.on_hand - level.reserved, 0), missing)
        if part:
            parts.append((level, part))
            missing -= part
    if missing:
        raise NotEnoughStock(variant_id, wanted, wanted - missing)
    return parts


def _hold(level: StockLevel, quantity: int, subject: tuple[str, int], at: datetime) -> Reservation:
    free = StockLevel.objects.filter(pk=level.pk, on_hand__gte=F("reserved") + quantity)
    if not free.update(reserved=F("reserved") + quantity):
        raise NotEnoughStock(level.variant_id, quantity, 0)
    return Reservation(level=level, subject_kind=subject[0], subject_id=subject[1], quantity=quantity, made_at=at)


def _held_by(kind: str, subject_ids: Sequence[int]) -> list[Reservation]:
    held = Reservation.objects.select_for_update(of=("self",)).select_related("level")
    theirs = held.filter(subject_kind=kind, subject_id__in=subject_ids, state=Reservation.State.HELD)
    return list(theirs.order_by("level_id", "pk"))


def _settle(reservation: Reservation, state: Reservation.State, at: datetime) -> None:
    reservation.state, reservation.settled_at = state, at
    reservation.save(update_fields=["state", "settled_at"])


def _settle_part(reservation: Reservation, gone: int, at: datetime) -> None:
    """What left stands for itself, so that it shows how much was shipped when."""
    if gone == reservation.quantity:
        _settle(reservation, Reservation.State.SHIPPED, at)
        return
    reservation.quantity -= gone
    reservation.save(update_fields=["quantity"])
    Reservation.objects.create(
        level=reservation.level,
        subject_kind=reservation.subject_kind,
        subject_id=reservation.subject_id,
        quantity=gone,
        made_at=reservation.made_at,
        state=Reservation.State.SHIPPED,
        settled_at=at,
    )
