"""Previewing: what a file would do, seen while it is read and before anything is stored."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tradewind.orders.importing.building import OrderRecord
from tradewind.orders.importing.merging import Compared, compare_with, state_after
from tradewind.orders.matching import variants_by_sku
from tradewind.orders.models import Order, OrderLine

SHOWN: Final = 10
_NAMED: Final = 20


class Preview:
    """Looks at each order of a dry run: keeps the first as they will stand, and a digest of what becomes of all."""

    def __init__(self) -> None:
        self.first: list[dict[str, Any]] = []
        self._digest = hashlib.sha256()
        self._skus: set[str] = set()

    @property
    def digest(self) -> str:
        """The same when the same would become of the same orders: what was seen in a preview is what is done."""
        return self._digest.hexdigest()

    def look_at(self, records: Sequence[OrderRecord], known: Mapping[str, Order]) -> None:
        for record in records:
            order = known.get(record.number)
            result = compare_with(order, record)
            self._digest.update(f"{record.number}\0{result.value}\n".encode())
            if result in {Compared.NEW, Compared.CHANGED}:
                self._skus |= {line.sku for line in record.lines if line.kind == OrderLine.Kind.GOODS and line.sku}
            if len(self.first) < SHOWN:
                self.first.append(_as_it_will_stand(record, order, result))

    def unmatched(self) -> dict[str, Any]:
        """The article numbers that are not among ours: how many, and the first of them."""
        missing = sorted(self._skus - variants_by_sku(self._skus).keys())
        return {"number": len(missing), "first": missing[:_NAMED]}


def _as_it_will_stand(record: OrderRecord, order: Order | None, result: Compared) -> dict[str, Any]:
    told = record.told
    state = told.state if told else record.state
    if order is not None:
        state = state_after(order, told) if told and result is Compared.CHANGED else order.state
    address = (told or record).ship_to
    goods = [line for line in record.lines if line.kind == OrderLine.Kind.GOODS]
    return {
        "result": result.value,
        "number": record.number,
        "placed_at": record.placed_at.isoformat(),
        "state": str(state),
        "name": address.get("name", ""),
        "city": address.get("city", ""),
        "country": record.place.country,
        "items": sum(line.quantity for line in goods),
        "goods": [[line.quantity, line.sku, line.title] for line in goods[:3]],
        "total": record.total,
        "currency": record.currency,
        "is_priced": told.is_priced if told else True,
    }
