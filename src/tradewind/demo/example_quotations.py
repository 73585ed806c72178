"""Two quotations of today: one that its buyer has in the mailbox, and one that somebody is still at."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.catalog.models import Variant
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.markets.queries import market_by_code
from tradewind.quotations.drafting import DraftContent, DraftLine, Start, begin_draft, usual_last_day
from tradewind.quotations.models import Quotation
from tradewind.quotations.readying import Looked
from tradewind.quotations.sending import send_quotation
from tradewind.quotations.states import QuotationState
from tradewind.quotations.summarising import summarise_draft

Clock = Callable[[], datetime]
_SENT: Final = "demo-quotation-1"
_BEGUN: Final = "demo-quotation-2"
_CAFE: Final = {
    "name": "Lene Petersen",
    "company": "Café Elbblick",
    "line1": "Övelgönne 40",
    "postcode": "22605",
    "city": "Hamburg",
    "country": "DE",
}
_SHOP: Final = {
    "name": "Dana Whitfield",
    "company": "Juniper & Clay",
    "city": "Asheville",
    "region": "NC",
    "country": "US",
}


def place_quotations(*, now: Clock) -> None:
    """Make what is not there yet. Letters are left to the worker."""
    at, by = now(), _owner()
    with transaction.atomic():
        sent = _draft(_SENT, "de", _for_the_cafe(at), by, at)
        if sent.state == QuotationState.DRAFT:
            shown = summarise_draft(sent, market_by_code(sent.market, on=at.date()), at=at).digest
            looked = Looked(seen=sent.revision, shown=shown, language="en")
            send_quotation(quotation_id=sent.pk, looked=looked, by=by, at=at)
        _draft(_BEGUN, "us", _for_the_shop(at), by, at)


def _for_the_cafe(at: datetime) -> DraftContent:
    """Of a market with a price of its own and something made for the buyer, written in German as they read it."""
    return DraftContent(
        email="lene.petersen@example.com",
        ship_to=_CAFE,
        language="de",
        lines=(
            DraftLine(12, _variant("TW-MUG-CEL"), price=1250),
            DraftLine(1, title="Gravur „Elbblick“ auf zwölf Bechern", price=4800),
        ),
        discount=500,
        note="Vielen Dank für das Gespräch auf der Messe. Die Gravur dauert drei Werktage.",
        internal_note="Met at the fair in Frankfurt; may want sixty more in spring.",
        valid_until=usual_last_day(at),
    )


def _for_the_shop(at: datetime) -> DraftContent:
    """What is known so far: the street and the e-mail address are missing."""
    return DraftContent(
        ship_to=_SHOP,
        language="en",
        lines=(DraftLine(6, _variant("TW-THR-MOC")),),
        internal_note="Asks for six throws. Waiting for the address.",
        valid_until=usual_last_day(at),
    )


def _draft(key: str, market: str, content: DraftContent, by: str, at: datetime) -> Quotation:
    return begin_draft(market=market_by_code(market, on=at.date()), content=content, start=Start(key=key), by=by, at=at)


def _variant(sku: str) -> int:
    return Variant.objects.get(sku=sku).pk


def _owner() -> str:
    return f"staff:{Staff.objects.filter(role=Role.OWNER).order_by('pk').values_list('pk', flat=True)[0]}"
