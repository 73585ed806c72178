"""An order's papers for whoever holds its link: the invoice, credit notes, and a proforma invoice while it is unpaid."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.papers import issuing
from tradewind.papers.files import PDF, Forgotten, file_of, name_of
from tradewind.papers.labels import title
from tradewind.papers.paper import Kind
from tradewind.papers.queries import NoSuchPaper, paper_of, papers_for_buyer
from tradewind.papers.rendering import render
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.place import Place

PROFORMA: Final = "proforma"


@behind_link
@require_safe
def paper_file(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    """`ref` says which paper; one that is not this order's, or not any more for its buyer, leads back to the order."""
    ref = request.GET.get("ref", "")
    try:
        if ref == PROFORMA:
            paper = issuing.proforma(order_id=order_id, at=utc_now())
            return _as_pdf(render(paper), f"{paper.number}.pdf")
        issued = paper_of(order_id, ref=ref) if ref else None
        if issued is not None and issued.sealed_at is None:
            return _as_pdf(file_of(issued, at=utc_now()), name_of(issued))
    except (NoSuchPaper, Forgotten, issuing.NotInvoiceable):
        return _back(place, token)
    return _back(place, token)


def _back(place: Place, token: str) -> HttpResponse:
    return HttpResponseRedirect(place.url("order", token=token), status=HTTPStatus.SEE_OTHER)


def papers_offered(order_id: int, language: str) -> list[tuple[str, str]]:
    """(reference, words) of every paper that the order's page links to."""
    papers = [paper for paper in papers_for_buyer(order_id) if not paper.is_forgotten]
    is_one = sum(paper.kind == Kind.INVOICE for paper in papers) == 1
    offered = [(paper.ref, _words(Kind(paper.kind), paper.number, language, is_one=is_one)) for paper in papers]
    if not offered and not issuing.why_no_proforma(Order.objects.get(pk=order_id)):
        offered.append((PROFORMA, say(language, "{paper} (PDF)", paper=title(Kind.PROFORMA, language))))
    return offered


def _words(kind: Kind, number: str, language: str, *, is_one: bool) -> str:
    named = say(language, "{paper} (PDF)", paper=title(kind, language))
    # Most orders have one invoice; of credit notes there may be several.
    return named if kind == Kind.INVOICE and is_one else f"{named} {number}"


def _as_pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})
