"""Is a draft ready to be sent, or to become an order? What is missing is said all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradewind.buyers.models import Buyer
from tradewind.buyers.registering import register
from tradewind.checkout.details import BadDetails, BuyerDetails, read_details
from tradewind.checkout.summary import Summary
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.quotations.drafting import DraftOutdated
from tradewind.quotations.models import Quotation
from tradewind.quotations.summarising import is_sellable, summarise_draft


class NotReady(Exception):
    """Something is missing: address fields with words in the language of whoever looks, and the problems of the summary."""

    def __init__(self, details: Mapping[str, str], summary: Summary) -> None:
        super().__init__(", ".join([*details, *summary.problems]))
        self.details = details
        self.summary = summary


class SummaryChanged(Exception):
    """What it comes to is not what was looked at: another price, another tax, other dates."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody looked at before deciding: the revision, the digest of its summary, and the postcode that they were asked
    about. Errors are worded in `language`.
    """

    seen: int
    shown: str
    language: str
    doubted: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    draft: Quotation
    market: MarketView
    details: BuyerDetails
    summary: Summary


def make_ready(draft: Quotation, looked: Looked, *, needs_stock: bool, at: datetime) -> Ready:
    """Raises DraftOutdated, NotReady, SummaryChanged."""
    if draft.revision != looked.seen:
        raise DraftOutdated
    market = market_by_code(draft.market, on=at.date())
    summary = summarise_draft(draft, market, at=at)
    details, errors = details_of(draft, looked.language, doubted=looked.doubted)
    if details is None or not is_sellable(summary, needs_stock=needs_stock):
        raise NotReady(errors, summary)
    if summary.digest != looked.shown:
        raise SummaryChanged
    return Ready(draft, market, details, summary)


def details_of(draft: Quotation, language: str, *, doubted: str = "") -> tuple[BuyerDetails | None, Mapping[str, str]]:
    """The buyer as the checkout reads them, or what is wrong with each field in words."""
    typed = {name: str(value) for name, value in draft.ship_to.items()}
    try:
        return read_details({**typed, "email": draft.email, "postcode_doubted": doubted}, language=language), {}
    except BadDetails as bad:
        return None, bad.errors


def registered(ready: Ready, *, by: str, at: datetime) -> Buyer:
    """The buyer with this address, made where it is new; in the caller's transaction."""
    who = ready.details
    return register(email=who.email, name=who.name, language=ready.draft.language, country=who.country, at=at, by=by)
