"""Issuing invoices and credit notes. An order has one invoice; what changes after it is said by credit notes.

Both are written under the lock of their order. Who asks again gets what is there.
"""

from collections.abc import Sequence
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
from tradewind.papers.items import Item, NotAddingUp
from tradewind.papers.models import IssuedPaper
from tradewind.papers.numbering import take_number
from tradewind.papers.paper import Kind, Paper, Reference
from tradewind.papers.seller import is_known
from tradewind.payments.models import LedgerEntry
from tradewind.payments.queries import intents_for

# Codes of why there is no invoice; pages put them into words.
NO_SELLER: Final = "no_seller"
NO_AMOUNTS: Final = "no_amounts"
NOT_PAID: Final = "not_paid"
IS_PAID: Final = "is_paid"
CANCELLED: Final = "cancelled"
NO_SALE: Final = "no_sale"
NO_BUYER: Final = "no_buyer"


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
    if order.state == OrderState.AWAITING_PAYMENT:
        return NOT_PAID
    return _why_not_written(order)


def issue_invoice(*, order_id: int, by: str, at: datetime) -> IssuedPaper:
    """The invoice of an order, issued now unless there is one. Raises NotInvoiceable, Order.DoesNotExist."""
    with transaction.atomic():
        order = _held(order_id)
        known = IssuedPaper.objects.filter(order=order, kind=IssuedPaper.Kind.INVOICE).first()
        if known is not None:
            return known
        why = why_not_invoiced(order)
        if why:
            raise NotInvoiceable(order_id, why)
        return _issue(order, _items(order), IssuedPaper.Kind.INVOICE, by=by, at=at)


def settle_credits(*, order_id: int, by: str, at: datetime) -> IssuedPaper | None:
    """Issue a credit note over what was invoiced and is no longer owed: of a cancelled order all, else goods that were taken
    off and money that went back. None where there is no invoice, or nothing that its credit notes do not say already.
    """
    with transaction.atomic():
        order = _held(order_id)
        invoice = IssuedPaper.objects.filter(order=order, kind=IssuedPaper.Kind.INVOICE).first()
        if invoice is None:
            return None
        left = _no_longer_owed(order, invoice)
        if amounts.gross_of(left, tax_included=order.tax_included) <= 0:
            return None
        return _issue(order, left, IssuedPaper.Kind.CREDIT_NOTE, corrects=invoice, by=by, at=at)


def open_credit(*, order_id: int) -> Money | None:
    """What a credit note would say if it was issued now; None where there is nothing to say."""
    order = Order.objects.get(pk=order_id)
    invoice = IssuedPaper.objects.filter(order=order, kind=IssuedPaper.Kind.INVOICE, forgotten_at=None).first()
    if invoice is None:
        return None
    try:
        left = _no_longer_owed(order, invoice)
    except NotInvoiceable:  # its amounts are no longer known
        return None
    amount = amounts.gross_of(left, tax_included=order.tax_included)
    return Money(amount, order.currency) if amount > 0 else None


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
    if not any(str(order.ship_to.get(part) or "").strip() for part in ("name", "company")):
        return NO_BUYER
    return "" if is_known(shop_profile()) else NO_SELLER


def _held(order_id: int) -> Order:
    return Order.objects.select_for_update(of=("self",)).select_related("account").get(pk=order_id)


def _items(order: Order) -> list[Item]:
    """Raises NotInvoiceable."""
    try:
        return amounts.items_of(order, list(OrderLine.objects.filter(order=order).order_by("position", "pk")))
    except NotAddingUp:
        raise NotInvoiceable(order.pk, NO_AMOUNTS) from None


def _issue(
    order: Order,
    items: Sequence[Item],
    kind: IssuedPaper.Kind,
    *,
    by: str,
    at: datetime,
    corrects: IssuedPaper | None = None,
) -> IssuedPaper:
    taken = take_number(kind, account_id=order.account_id, at=at)
    paper = compose(order, items, _form(kind, taken.number, at, corrects))
    row = IssuedPaper.objects.create(
        ref=new_ref("PA", 16),
        account_id=order.account_id,
        order=order,
        kind=kind,
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


def _form(kind: IssuedPaper.Kind, number: str, at: datetime, corrects: IssuedPaper | None) -> Form:
    if corrects is None:
        return Form(Kind(kind), number, at)
    invoice = keeping.read_paper(corrects.content)
    told = Reference(invoice.kind, invoice.number, invoice.issued_on)
    return Form(Kind(kind), number, at, corrects=told, buyer=invoice.buyer)


def _no_longer_owed(order: Order, invoice: IssuedPaper) -> list[Item]:
    """By thing and rate, less what credit notes have said before."""
    invoiced = amounts.read_items(invoice.items)
    notes = IssuedPaper.objects.filter(corrects=invoice).order_by("pk")
    credited = [item for note in notes for item in amounts.read_items(note.items)]
    if order.state == OrderState.CANCELLED:
        return amounts.difference(invoiced, credited)
    taken_off = [item for item in credited if item.kind != amounts.REFUND]
    goods = amounts.difference(amounts.difference(invoiced, taken_off), _items(order))
    standing = amounts.difference(amounts.difference(invoiced, credited), goods)
    included = order.tax_included
    owed = amounts.gross_of(standing, tax_included=included)
    back = owed - min(order.total, invoice.total - _given_back(order, invoice.total))
    if back <= 0 or order.state == OrderState.AWAITING_PAYMENT:
        return goods
    return [*goods, *amounts.share_of(standing, Money(min(back, owed), order.currency), tax_included=included)]


def _given_back(order: Order, invoiced: int) -> int:
    """What went back of the invoiced amount, in minor units: not what had come in beyond it."""
    intents = list(intents_for("order", order.pk))
    entries = [entry for intent in intents for entry in intent.entries.all()]
    came = sum(entry.amount for entry in entries if entry.kind == LedgerEntry.Kind.CAPTURE)
    went = -sum(entry.amount for entry in entries if entry.kind == LedgerEntry.Kind.REFUND)
    return max(went - max(came - invoiced, 0), 0)
