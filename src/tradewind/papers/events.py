"""Facts of papers."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("papers.issued", about={"order": "order_id"})
@dataclass(frozen=True, slots=True)
class PaperIssued:
    """An invoice or a credit note was written, with its number. `kind` is one of papers.paper.Kind."""

    order_id: int
    paper_id: int
    kind: str
    number: str
    total: int
    currency: str
