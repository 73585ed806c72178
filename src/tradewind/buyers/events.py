"""Facts of buyers."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("buyers.registered", about={"buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class BuyerRegistered:
    """Somebody became known. `through` is the kind of the identity that they came with."""

    buyer_id: int
    through: str
