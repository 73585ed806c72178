"""Facts of quotations."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("quotations.sent", about={"quotation": "quotation_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class QuotationSent:
    """A quotation was made, or a new version of it. What it says stands in the row of the version."""

    quotation_id: int
    buyer_id: int
    version_id: int
    number: int
    total: int
    currency: str


@fact("quotations.ordered", about={"quotation": "quotation_id", "order": "order_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class QuotationOrdered:
    """It became an order: because the buyer accepted it, or because staff placed it."""

    quotation_id: int
    order_id: int
    buyer_id: int
    is_accepted: bool


@fact("quotations.declined", about={"quotation": "quotation_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class QuotationDeclined:
    """The buyer does not want it. Their words, if any, stand in the row."""

    quotation_id: int
    buyer_id: int | None


@fact("quotations.asked_anew", about={"quotation": "quotation_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class QuotationAskedAnew:
    """The buyer came after it had lapsed and asks for a new one."""

    quotation_id: int
    buyer_id: int | None


@fact("quotations.not_to_be_had", about={"quotation": "quotation_id", "buyer": "buyer_id"})
@dataclass(frozen=True, slots=True)
class QuotationNotToBeHad:
    """The buyer accepted it, and it cannot be delivered as quoted. `why` is a code of quotations.accepting."""

    quotation_id: int
    buyer_id: int | None
    why: str
