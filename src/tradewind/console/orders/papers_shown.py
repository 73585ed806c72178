"""What the page of an order shows of its papers: those that there are, and what is missing and why."""

from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.core import words
from tradewind.orders.models import Order
from tradewind.papers import issuing
from tradewind.papers.labels import title
from tradewind.papers.paper import Kind
from tradewind.papers.queries import papers_of

WHY_NOT: Final = {
    issuing.NO_SELLER: gettext_noop(
        "The shop's profile does not say yet which company sells, and where it sits. An invoice has to."
    ),
    issuing.NO_AMOUNTS: gettext_noop("What is known of this order's amounts does not add up to an invoice."),
    issuing.NOT_PAID: gettext_noop("The order is not paid: a proforma invoice asks for the money."),
    issuing.IS_PAID: gettext_noop("The order is paid: it has an invoice."),
    issuing.CANCELLED: gettext_noop("The order was cancelled before there was an invoice."),
    issuing.MERGED: gettext_noop("All of this order is part of another one, and so are its papers."),
    issuing.NO_SALE: gettext_noop("This is a credit note of an imported history."),
    issuing.NO_BUYER: gettext_noop("It is not known who bought, and an invoice has to name the buyer."),
}


def papers_shown(order_id: int) -> dict[str, Any]:
    """Values for the page's template. Without an invoice, `no_invoice` is why there can be none, or empty."""
    order = Order.objects.get(pk=order_id)
    papers = papers_of(order_id)
    has_invoice = any(paper.kind == "invoice" for paper in papers)
    return {
        "papers": papers,
        "paper_title": lambda kind: title(Kind(kind), words.spoken()),
        "has_invoice": has_invoice,
        "no_invoice": "" if has_invoice else issuing.why_not_invoiced(order),
        "no_proforma": issuing.why_no_proforma(order),
        "why_no_paper": lambda why: words.say(words.spoken(), WHY_NOT[why]),
        "open_papers": issuing.open_papers(order_id=order_id),
    }
