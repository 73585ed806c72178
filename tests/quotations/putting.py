"""Drafts as staff put them together in the small shop."""

from dataclasses import replace
from datetime import date
from typing import Any

from tests.console.making import AT
from tests.shop import HAMBURG, Shop
from tradewind.checkout.details import BuyerDetails
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.orders.models import Order
from tradewind.quotations.accepting import Accepted, accept
from tradewind.quotations.drafting import DraftContent, DraftLine, Start, begin_draft, content_of_draft, save_draft
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.quotations.ordering import Paying, Payment, place_at_once
from tradewind.quotations.readying import Looked
from tradewind.quotations.sending import send_quotation
from tradewind.quotations.summarising import summarise_draft

LAST_DAY = date(2026, 12, 7)


def begin(
    shop: Shop, *lines: DraftLine, market: str = "de", who: BuyerDetails = HAMBURG, language: str = "de", **fields: Any
) -> Quotation:
    address = {name: value for name, value in who.ship_to().items() if value}
    content = DraftContent(
        email=who.email, ship_to=address, language=language, lines=lines, valid_until=LAST_DAY, **fields
    )
    return begin_draft(market=shop.market(market), content=content, start=Start(), by="staff:1", at=shop.at)


def change(shop: Shop, draft: Quotation, **fields: Any) -> Quotation:
    draft.refresh_from_db()
    content = replace(content_of_draft(draft), **fields)
    return save_draft(quotation_id=draft.pk, seen=draft.revision, content=content, by="staff:1", at=shop.at)


def looked(shop: Shop, draft: Quotation) -> Looked:
    """As whoever has just opened its page has seen it."""
    draft = Quotation.objects.get(pk=draft.pk)
    summary = summarise_draft(draft, shop.market(draft.market), at=shop.at)
    return Looked(seen=draft.revision, shown=summary.digest, language="en")


def send(shop: Shop, draft: Quotation) -> QuotationVersion:
    return send_quotation(quotation_id=draft.pk, looked=looked(shop, draft), by="staff:1", at=shop.at)


def seller() -> Staff:
    made, _ = Staff.objects.get_or_create(
        email="seller@shop.example", defaults={"name": "Ms Seller", "role": Role.MANAGER, "created_at": AT}
    )
    return made


def place(shop: Shop, draft: Quotation, how: Paying = Paying.LINK, words: str = "") -> Order:
    return place_at_once(
        quotation_id=draft.pk, looked=looked(shop, draft), payment=Payment(how, words), by=seller(), at=shop.at
    )


def say_yes(shop: Shop, version: QuotationVersion, method: str = "card") -> Accepted:
    return accept(quotation_id=version.quotation_id, number=version.number, method=method, at=shop.at)
