"""The papers of one order: making what is missing, and handing out the files."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, refusals, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.orders.papers_shown import WHY_NOT
from tradewind.console.typed import Problem
from tradewind.core.staff import may, needs
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.papers import issuing
from tradewind.papers.files import PDF, Forgotten, file_of, name_of
from tradewind.papers.queries import NoSuchPaper, paper_of
from tradewind.papers.rendering import render

FORM: Final = "papers"


@needs("papers.make")
@require_POST
def make_papers(request: HttpRequest, order_id: int) -> HttpResponse:
    """The first invoice, unless there is one, and what is missing since. A second click finds all of it."""
    by, at = pages.actor_of(request), utc_now()
    try:
        issuing.issue_invoice(order_id=order_id, by=by, at=at)
        issuing.settle_papers(order_id=order_id, by=by, at=at)
    except Order.DoesNotExist:
        raise Http404 from None
    except issuing.NotInvoiceable as refusal:
        return _refuse(request, order_id, refusal)
    return pages.to_page("console:order", done="papers", anchor="papers", order_id=order_id)


@needs("orders.view")
@require_safe
def paper_file(request: HttpRequest, order_id: int, paper_id: int) -> HttpResponse:
    try:
        paper = paper_of(order_id, paper_id=paper_id)
        if paper.sealed_at is not None and not may(pages.staff_of(request), "papers.sealed"):
            return refusals.not_allowed(request)
        return as_pdf(file_of(paper, at=utc_now()), name_of(paper))
    except (NoSuchPaper, Forgotten):
        raise Http404 from None


@needs("papers.make")
@require_safe
def proforma_file(request: HttpRequest, order_id: int) -> HttpResponse:
    """Made anew each time: it says what the order says now."""
    try:
        paper = issuing.proforma(order_id=order_id, at=utc_now())
    except Order.DoesNotExist:
        raise Http404 from None
    except issuing.NotInvoiceable as refusal:
        return _refuse(request, order_id, refusal)
    return as_pdf(render(paper), f"{paper.number}.pdf")


def as_pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=PDF, headers=headers)


def _refuse(request: HttpRequest, order_id: int, refusal: issuing.NotInvoiceable) -> HttpResponse:
    wrong = typed.WrongInput("papers", WHY_NOT[refusal.why])
    entered: dict[str, Any] = {}
    return show_order(request, order_id, problem=Problem(FORM, wrong.field, wrong.words, entered), status=409)
