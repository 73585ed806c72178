"""What a way to deliver asks and takes beside its days: by weight, measures and zone, for the buyer and for the shop."""

from dataclasses import dataclass
from typing import Final

from tradewind.lib.freight import Rates, read_rates
from tradewind.lib.money import Money
from tradewind.shipping.models import DeliveryOption

DIVISORS: Final = (0, 5000, 6000, 8000)


@dataclass(frozen=True, slots=True)
class Freight:
    """`rates` is what buyers pay where that is no flat amount, `own` what the carrier takes from the shop. 0: no limit.

    `is_duty_paid` is None where nobody said: the market's own rules then say who collects what.
    """

    kind: str = ""
    is_duty_paid: bool | None = None
    divisor: int = 0
    rounds_to_g: int = 1
    longest_mm: int = 0
    sides_mm: int = 0
    free_from: Money | None = None
    rates: Rates | None = None
    own: Rates | None = None


PLAIN: Final = Freight()


def freight_of(row: DeliveryOption) -> Freight:
    """As it stands in an option, which need not be stored."""
    return Freight(
        kind=row.kind,
        is_duty_paid=None if not row.duty else row.duty == DeliveryOption.Duty.PAID,
        divisor=row.divisor,
        rounds_to_g=row.rounds_to_g,
        longest_mm=row.longest_mm,
        sides_mm=row.sides_mm,
        free_from=None if row.free_from is None else Money(row.free_from, row.currency),
        rates=read_rates(row.rates) if row.rates else None,
        own=read_rates(row.own_rates) if row.own_rates else None,
    )
