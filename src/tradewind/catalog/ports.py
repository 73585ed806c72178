"""What the catalogue needs from above: who puts sets together, and knows what lies in warehouses. Wiring fills the slot."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from tradewind.catalog.models import Variant


class SetRefused(Exception):
    """The variant cannot consist of these parts."""


class SetMaker(Protocol):
    def lying_somewhere(self, variant_ids: Iterable[int]) -> set[int]:
        """Those of the variants that have stock of their own: no set can be made of them."""

    def compose(self, bundle: Variant, units: Mapping[int, int], *, by: str, at: datetime) -> None:
        """Let it consist of so many units of each variant, or of none. Raises SetRefused."""


_slot: list[SetMaker] = []


def fill(maker: SetMaker) -> None:
    _slot[:] = [maker]


def set_maker() -> SetMaker:
    return _slot[0]
