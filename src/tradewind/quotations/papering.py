"""The quotation as a paper: what the version says, made anew each time and kept nowhere."""

from dataclasses import replace

from tradewind.core.words import pick, say
from tradewind.markets.shop import shop_profile
from tradewind.papers.composing import Form, compose
from tradewind.papers.items import items_of
from tradewind.papers.paper import Fact, Kind, Paper
from tradewind.papers.seller import is_known
from tradewind.quotations.keeping import as_rows
from tradewind.quotations.models import QuotationVersion


def can_be_paper() -> bool:
    """Without name and address of the company a paper would say nothing of who offers."""
    return is_known(shop_profile())


def quotation_paper(version: QuotationVersion) -> Paper:
    """No account stands on it: what is not accepted is not to be paid."""
    order, lines = as_rows(version)
    language = order.language
    number = version.quotation.ref if version.number == 1 else f"{version.quotation.ref}-{version.number}"
    made = compose(order, items_of(order, lines), Form(Kind.QUOTATION, number, version.sent_at))
    delivery = pick(order.delivery_option.get("name", {}), language)
    return replace(
        made,
        valid_until=version.valid_until,
        facts=(Fact(say(language, "Delivery"), delivery),) if delivery else (),
        accounts=(),
        payments=(),
        paid=None,
        notes=(*(line for line in version.note.splitlines() if line.strip()), *made.notes),
    )
