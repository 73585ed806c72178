"""Named reads of papers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tradewind.core.reach import Reach
from tradewind.lib.money import Money
from tradewind.papers.families import family_of
from tradewind.papers.models import IssuedPaper


class NoSuchPaper(LookupError):
    """No paper of this order has this name."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper as lists show it."""

    id: int
    ref: str
    order_id: int
    kind: str
    number: str
    total: Money
    issued_at: datetime
    is_sealed: bool
    is_forgotten: bool


def papers_of(order_id: int) -> Sequence[PaperRow]:
    """The papers of an order and of those that belong to it, in the order in which they were issued: the invoice of what it was
    split off is over its goods, and so are those of what it took in.
    """
    return [_row(paper) for paper in IssuedPaper.objects.filter(order_id__in=family_of([order_id])).order_by("pk")]


def papers_for_buyer(order_id: int) -> Sequence[PaperRow]:
    """Those that the buyer's own page offers: none once their data were erased."""
    return [row for row in papers_of(order_id) if not row.is_sealed]


def paper_of(order_id: int, *, ref: str = "", paper_id: int = 0) -> IssuedPaper:
    """One of `papers_of`, by its reference or its row. Raises NoSuchPaper."""
    papers = IssuedPaper.objects.select_related("file").filter(order_id__in=family_of([order_id]))
    try:
        return papers.get(ref=ref) if ref else papers.get(pk=paper_id)
    except IssuedPaper.DoesNotExist:
        raise NoSuchPaper(order_id, ref or paper_id) from None


def papers_of_orders(order_ids: Collection[int], reach: Reach) -> list[IssuedPaper]:
    """All papers of these orders that are within reach, as `papers_of` has them, each once, by account and number."""
    papers = IssuedPaper.objects.filter(order_id__in=family_of(order_ids), forgotten_at=None).select_related(
        "file", "order"
    )
    return list(reach.of(papers).order_by("account_id", "kind", "year", "place"))


def _row(paper: IssuedPaper) -> PaperRow:
    return PaperRow(
        id=paper.pk,
        ref=paper.ref,
        order_id=paper.order_id,
        kind=paper.kind,
        number=paper.number,
        total=Money(paper.total, paper.currency),
        issued_at=paper.issued_at,
        is_sealed=paper.sealed_at is not None,
        is_forgotten=paper.forgotten_at is not None,
    )
