"""Numbers of papers: consecutive for each shop account, kind and year, without gaps.

Tax offices ask for a number that is given once, in a series that shows that nothing was left out. It is taken in the transaction
that writes the paper: rolled back, neither exists, and the next paper gets the number.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tradewind.markets.shop import shop_profile
from tradewind.papers.models import IssuedPaper, PaperSeries

# Spain wants corrections in a series of their own (Real Decreto 1619/2012, art. 6.1 a); nobody forbids it.
_PREFIXES: Final = {IssuedPaper.Kind.INVOICE: "INV", IssuedPaper.Kind.CREDIT_NOTE: "CRN"}


@dataclass(frozen=True, slots=True)
class Taken:
    year: int
    place: int
    number: str


def take_number(kind: IssuedPaper.Kind, *, account_id: int, at: datetime) -> Taken:
    """The next number, in the caller's transaction, which others of the same series wait for. Years begin in the shop's zone."""
    year = at.astimezone(ZoneInfo(shop_profile().zone)).year
    PaperSeries.objects.get_or_create(account_id=account_id, kind=kind.value, year=year)
    series = PaperSeries.objects.select_for_update().get(account_id=account_id, kind=kind.value, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    # The account is part of it: numbers of two accounts of one seller are never the same.
    return Taken(year, series.last, f"{_PREFIXES[kind]}{account_id}-{year}-{series.last:05}")
