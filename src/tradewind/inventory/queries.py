"""Reading stock."""

from collections.abc import Iterable, Mapping

from tradewind.inventory.models import Reservation, StockLevel, Warehouse


def warehouses() -> list[Warehouse]:
    """All warehouses in the order of preference."""
    return list(Warehouse.objects.order_by("position", "pk"))


def levels(variant_ids: Iterable[int]) -> list[StockLevel]:
    """What each warehouse holds of these variants, by variant and then in the warehouses' order."""
    rows = StockLevel.objects.filter(variant_id__in=list(variant_ids)).select_related("warehouse")
    return list(rows.order_by("variant_id", "warehouse__position", "warehouse_id"))


def places_with(wanted: Mapping[int, int]) -> dict[int, set[str]]:
    """For each variant the codes of the warehouses that have the wanted units free."""
    places: dict[int, set[str]] = {variant_id: set() for variant_id in wanted}
    rows = StockLevel.objects.filter(variant_id__in=list(wanted))
    for variant_id, code, on_hand, reserved in rows.values_list("variant_id", "warehouse__code", "on_hand", "reserved"):
        if on_hand - reserved >= wanted[variant_id]:
            places[variant_id].add(code)
    return places


def reservations_of(kind: str, subject_id: int) -> list[Reservation]:
    """What a subject holds or held, oldest first."""
    rows = Reservation.objects.filter(subject_kind=kind, subject_id=subject_id)
    return list(rows.select_related("level__warehouse").order_by("pk"))
