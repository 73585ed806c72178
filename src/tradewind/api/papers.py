"""The papers of an order for programs: which there are, and their files."""

import re
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from tradewind.api.asking import refuse_unknown
from tradewind.api.keys import READ_ORDERS, Key, key_of
from tradewind.api.orders import order_named
from tradewind.api.problems import Problem, Refusal
from tradewind.api.shapes import Amount, Moment, one_of
from tradewind.lib.clock import utc_now
from tradewind.papers.files import PDF, Forgotten, file_of, name_of
from tradewind.papers.models import IssuedPaper
from tradewind.papers.queries import NoSuchPaper, PaperRow, paper_of, papers_for_buyer

router = Router(auth=Key(READ_ORDERS), tags=["orders"])
_REF: Final = re.compile(r"[0-9A-Z-]{1,24}")
_REFUSALS: Final = dict.fromkeys((401, 403, 404, 422, 429), Problem)


class Paper(BaseModel):
    """An invoice or a credit note. Nothing of it ever changes."""

    ref: str = Field(description="Names it in addresses.")
    kind: str = one_of(IssuedPaper.Kind, "An invoice, or a credit note over a part of it or the whole.")
    number: str = Field(description="As printed: consecutive for each shop account, kind and year.")
    issued_at: Moment
    total: Amount
    address: str = Field(description="Where its PDF file is, with the same key.")


class PaperList(BaseModel):
    """The papers of an order, in the order in which they were issued."""

    papers: list[Paper]


class PaperNotFound(Refusal):
    def __init__(self) -> None:
        words = "This order has no such paper. Those that it has stand at /api/v1/orders/{ref}/papers"
        super().__init__(HTTPStatus.NOT_FOUND, "no_such_paper", words)


@router.api_operation(
    ["GET", "HEAD"],
    "/orders/{ref}/papers",
    operation_id="listPapers",
    summary="List the papers of an order",
    response={200: PaperList, **_REFUSALS},
)
def list_papers(request: HttpRequest, ref: str) -> PaperList:
    """Invoice and credit notes. What was issued to a buyer whose data are erased is not among them."""
    refuse_unknown(request.GET, ())
    rows = papers_for_buyer(order_named(ref, key_of(request).reach))
    return PaperList(papers=[_told(ref, row) for row in rows])


@router.api_operation(
    ["GET", "HEAD"],
    "/orders/{ref}/papers/{paper}",
    operation_id="getPaper",
    summary="Get the file of a paper",
    response={200: None, **_REFUSALS},
)
def get_paper(request: HttpRequest, ref: str, paper: str) -> HttpResponse:
    """The PDF: always the same bytes, with its fonts."""
    refuse_unknown(request.GET, ())
    order_id = order_named(ref, key_of(request).reach)
    try:
        found = paper_of(order_id, ref=paper) if _REF.fullmatch(paper) else None
        if found is None or found.sealed_at is not None:
            raise PaperNotFound
        content = file_of(found, at=utc_now())
    except (NoSuchPaper, Forgotten):
        raise PaperNotFound from None
    headers = {"Content-Disposition": f'attachment; filename="{name_of(found)}"'}
    return HttpResponse(content, content_type=PDF, headers=headers)


def _told(ref: str, row: PaperRow) -> Paper:
    return Paper(
        ref=row.ref,
        kind=row.kind,
        number=row.number,
        issued_at=row.issued_at,
        total=Amount.of(row.total),
        address=f"/api/v1/orders/{ref}/papers/{row.ref}",
    )
