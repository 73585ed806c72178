"""Issuing invoices and credit notes. What changes after an invoice is said by a credit note, a further invoice, or both.

They are written under the locks of all orders that belong together. Who asks again gets what is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core.facts import record
from tradewind.lib.money import Money
from tradewind.lib.refs import new_ref
from tradewind.markets.shop import shop_profile
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState
from tradewind.papers import items as amounts
from tradewind.papers import keeping
from tradewind.papers.composing import Form, compose
from tradewind.papers.events import PaperIssued
from tradewind.papers.families import held_family, looked_at_family, standing, writer
from tradewind.papers.items import Item, NotAddingUp
from tradewind.papers.models import IssuedPaper
from tradewind.papers.numbering import Taken, take_number
from tradewind.papers.paper import Kind, Paper, Reference
from tradewind.papers.reckoning import Missing, missing, papers_within
from tradewind.papers.seller import is_known

# Codes of why there is no invoice; pages put them into words.
NO_SELLER: Final = "no_seller"
NO_AMOUNTS: Final = "no_amounts"
NOT_PAID: Final = "not_paid"
IS_PAID: Final = "is_paid"
CANCELLED: Final = "cancelled"
NO_SALE: Final = "no_sale"
NO_BUYER: Final = "no_buyer"
MERGED: Final = "merged"

_INVOICE, _CREDIT = IssuedPaper.Kind.INVOICE, IssuedPaper.Kind.CREDIT_NOTE


class NotInvoiceable(Exception):
    """There is something that an invoice has to say and that is not known, or nothing to invoice. `why` is a code."""

    def __init__(self, order_id: int, why: str) -> None:
        super().__init__(f"order {order_id} has no invoice: {why}")
        self.why = why


def why_not_invoiced(order: Order) -> str:
    """A code, empty where an invoice can be issued. Amounts are looked at when it is."""
    if order.kind != Order.Kind.SALE:
        return NO_SALE
    if order.state == OrderState.CANCELLED:
        return CANCELLED
    if order.state == OrderState.MERGED:
        return MERGED
    if order.state == OrderState.AWAITING_PAYMENT:
        return NOT_PAID
    return _why_not_written(order)


@dataclass(frozen=True, slots=True)
class OpenPapers:
    """What papers would come to if they were issued now; None where there is nothing to say."""

    invoice: Money | None = None
    credit: Money | None = None


def issue_invoice(*, order_id: int, by: str, at: datetime) -> IssuedPaper:
    """The first invoice of an order and of all that belong to it, issued now unless there is one: it is over all that stands.

    Raises NotInvoiceable, Order.DoesNotExist.
    """
    with transaction.atomic():
        family = held_family(order_id)
        papers = papers_within(family)
        known = next((paper for paper in papers if paper.kind == _INVOICE), None)
        if known is not None:
            return known
        order = writer(family, order_id)
        why = why_not_invoiced(order)
        if why:
            raise NotInvoiceable(order_id, why)
        found = missing(family, papers, _items)
        if not found.invoice:
            raise NotInvoiceable(order_id, NO_AMOUNTS)
        return _write_invoice(standing(family)[0], family, papers, found, by=by, at=at)


def settle_papers(*, order_id: int, by: str, at: datetime) -> list[IssuedPaper]:
    """Say what changed since what was invoiced: a credit note over what is no longer owed, and an invoice over what came in
    addition. Nothing where there is no invoice, or nothing that papers do not say already. Raises NotInvoiceable.
    """
    with transaction.atomic():
        family = held_family(order_id)
        papers = papers_within(family)
        if not papers:
            return []
        found = missing(family, papers, _items)
        order, written = writer(family, order_id), []
        if found.credit:
            written.append(_write_credit(order, papers, found.credit, by=by, at=at))
        if found.invoice:
            order = order if order in standing(family) else standing(family)[0]
            written.append(_write_invoice(order, family, papers, found, by=by, at=at))
        return written


def open_papers(*, order_id: int) -> OpenPapers:
    """What `settle_papers` would issue now."""
    family = looked_at_family(order_id)
    papers = papers_within(family)
    if not papers:
        return OpenPapers()
    try:
        found = missing(family, papers, _items)
    except NotInvoiceable:  # its amounts are no longer known
        return OpenPapers()
    included, currency = family[0].tax_included, family[0].currency
    credit, invoice = (
        Money(amounts.gross_of(items, tax_included=included), currency) if items else None
        for items in (found.credit, found.invoice)
    )
    return OpenPapers(invoice=invoice, credit=credit)


def proforma(*, order_id: int, at: datetime) -> Paper:
    """What an order that is not paid would be invoiced with. It is not kept and has no number of a series.

    Raises NotInvoiceable, Order.DoesNotExist.
    """
    order = Order.objects.select_related("account").get(pk=order_id)
    why = why_no_proforma(order)
    if why:
        raise NotInvoiceable(order_id, why)
    return compose(order, _items(order), Form(Kind.PROFORMA, f"PRO-{order.ref}", at))


def why_no_proforma(order: Order) -> str:
    """A code, empty where there can be one."""
    if order.kind != Order.Kind.SALE:
        return NO_SALE
    if order.state != OrderState.AWAITING_PAYMENT:
        return CANCELLED if order.state == OrderState.CANCELLED else IS_PAID
    return _why_not_written(order)


def _why_not_written(order: Order) -> str:
    if not order.is_priced:
        return NO_AMOUNTS
    if not _is_named(order):
        return NO_BUYER
    return "" if is_known(shop_profile()) else NO_SELLER


def _is_named(order: Order) -> bool:
    return any(str(order.ship_to.get(part) or "").strip() for part in ("name", "company"))


def _items(order: Order) -> list[Item]:
    """Raises NotInvoiceable."""
    try:
        return amounts.items_of(order, list(OrderLine.objects.filter(order=order).order_by("position", "pk")))
    except NotAddingUp:
        raise NotInvoiceable(order.pk, NO_AMOUNTS) from None


def _write_invoice(
    order: Order, family: Sequence[Order], papers: Sequence[IssuedPaper], found: Missing, *, by: str, at: datetime
) -> IssuedPaper:
    before = [paper for paper in papers if paper.kind == _INVOICE]
    taken = take_number(_INVOICE, account_id=order.account_id, at=at)
    form = Form(
        Kind.INVOICE,
        taken.number,
        at,
        buyer=None if _is_named(order) or not before else keeping.read_paper(before[-1].content).buyer,
        orders=[each.pk for each in family],
        paid=found.paid,
        since=before[-1].issued_at if before else None,
    )
    return _store(order, found.invoice, taken, form, by=by)


def _write_credit(
    order: Order, papers: Sequence[IssuedPaper], items: Sequence[Item], *, by: str, at: datetime
) -> IssuedPaper:
    """It names the invoices on which stands what it takes back; a part of the price may have stood on any."""
    invoices = [paper for paper in papers if paper.kind == _INVOICE]
    things = {amounts.thing(item) for item in items if item.kind != amounts.REFUND and item.is_line}
    named = [
        paper for paper in invoices if things & {amounts.thing(item) for item in amounts.read_items(paper.items)}
    ] or invoices
    told = [keeping.read_paper(paper.content) for paper in named]
    taken = take_number(_CREDIT, account_id=order.account_id, at=at)
    references = tuple(Reference(paper.kind, paper.number, paper.issued_on) for paper in told)
    form = Form(Kind.CREDIT_NOTE, taken.number, at, corrects=references, buyer=told[-1].buyer)
    return _store(order, items, taken, form, by=by, corrects=named[-1])


def _store(
    order: Order,
    items: Sequence[Item],
    taken: Taken,
    form: Form,
    *,
    by: str,
    corrects: IssuedPaper | None = None,
) -> IssuedPaper:
    at = form.at
    paper = compose(order, items, form)
    row = IssuedPaper.objects.create(
        ref=new_ref("PA", 16),
        account_id=order.account_id,
        order=order,
        kind=IssuedPaper.Kind(form.kind),
        corrects=corrects,
        year=taken.year,
        place=taken.place,
        number=taken.number,
        currency=order.currency,
        total=paper.total.amount,
        content=keeping.as_data(paper),
        items=amounts.as_data(items),
        by=by,
        issued_at=at,
        sealed_at=at if order.erased_at else None,
    )
    record(PaperIssued(order.pk, row.pk, row.kind, row.number, row.total, row.currency), by=by, at=at)
    return row
