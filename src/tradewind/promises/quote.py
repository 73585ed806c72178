"""The quote: what a page may say about dates and cost before anyone has promised anything.

A pure value with a digest of its inputs. The same inputs give the same quote wherever it is asked: product page, cart,
checkout, placing.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tradewind.lib.money import Money

# Among the inputs: by which weight, zone and step, or from which value of goods, the delivery costs what it costs.
WEIGHED: Final = "weighed"


@dataclass(frozen=True, slots=True)
class DeliveryQuote:
    """One delivery option with its dates for one destination. Days are whole local days, first and last included."""

    option: str
    name: dict[str, str]
    note: dict[str, str]
    cost: Money
    is_tracked: bool
    warehouse: str
    warehouse_country: str
    warehouse_city: dict[str, str]
    holds_until: datetime  # the next cut-off: an order after it leaves a working day later
    leaves_on: date
    leaves_zone: str
    arrives_first: date
    arrives_last: date
    arrives_zone: str
    inputs: dict[str, Any]
    share: float | None = None  # of parcels that arrive within these days, where that was learnt
    is_duty_paid: bool = False  # what is due at the border is paid with the order

    @property
    def digest(self) -> str:
        """Changes when anything that the buyer was shown changes."""
        shown = [
            self.option,
            self.cost.amount,
            self.cost.currency,
            self.leaves_on.isoformat(),
            self.arrives_first.isoformat(),
            self.arrives_last.isoformat(),
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()
