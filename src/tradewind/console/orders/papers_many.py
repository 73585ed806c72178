"""The papers of many orders in one archive: of those that are ticked in the list, or of all that the filters find."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.account.again import asks_again
from tradewind.console.counts import count_words
from tradewind.console.orders.listing import asked_for, show_orders
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import may, needs
from tradewind.core.trail import write_audit
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.lib.sheets import csv_parts
from tradewind.markets.shop import shop_profile
from tradewind.orders.queries import ids_matching, orders_by_id
from tradewind.papers.files import file_of, name_of
from tradewind.papers.labels import title
from tradewind.papers.models import IssuedPaper
from tradewind.papers.paper import Kind
from tradewind.papers.queries import papers_of_orders

# Setting those that nobody has asked for before takes some 15 ms each, while the archive goes out.
MOST: Final = 1_000
ZIP: Final = "application/zip"
FORM: Final = "bulk"
_NOTHING: Final = gettext_noop("Please tick the orders first, or take all that were found.")
_TOO_MANY: Final = gettext_noop(
    "Papers of at most {most} orders at once, please. Narrow the list down with the filters."
)
_NONE: Final = gettext_noop("None of these orders has an invoice yet.")
_HEAD: Final = (
    gettext_noop("File"),
    gettext_noop("Kind"),
    gettext_noop("Number"),
    gettext_noop("Day"),
    gettext_noop("Order"),
    gettext_noop("Total"),
    gettext_noop("Currency"),
)


@needs("orders.export")
@asks_again("orders.export")
@require_POST
def take_papers(request: HttpRequest) -> HttpResponseBase:
    query = QueryDict(request.POST.get("query", ""))
    staff, now = pages.staff_of(request), utc_now()
    try:
        ids = _chosen(request, query)
        found = papers_of_orders(ids, staff.reach)
        papers = [paper for paper in found if paper.sealed_at is None or may(staff, "papers.sealed")]
        if not papers:
            raise typed.WrongInput("papers", _NONE)
    except typed.WrongInput as wrong:
        entered = {"ticked": ",".join(request.POST.getlist("order"))}
        return show_orders(request, query, problem=Problem(FORM, wrong.field, wrong.words, entered), status=422)
    without = orders_by_id([pk for pk in ids if pk not in {paper.order_id for paper in papers}], staff.reach)
    after = {"orders": len(ids), "papers": len(papers)}
    write_audit("papers.taken_out", subject=("orders", None), by=pages.actor_of(request), at=now, after=after)
    listed = _list(papers, [row.ref for row in without.values()])
    zone = ZoneInfo(shop_profile().zone)
    headers = {"Content-Disposition": f'attachment; filename="papers-{now.astimezone(zone):%Y-%m-%d-%H%M}.zip"'}
    return StreamingHttpResponse(_archive(papers, listed, now), content_type=ZIP, headers=headers)


def _chosen(request: HttpRequest, query: QueryDict) -> list[int]:
    """Raises WrongInput."""
    reach = pages.reach_of(request)
    if "found" in request.POST:
        ids = ids_matching(asked_for(query, reach)[0].filters, reach, limit=MOST + 1)
    else:
        ids = [typed.read_id({"id": number}, "id") for number in request.POST.getlist("order")]
    if not ids:
        raise typed.WrongInput("papers", _NOTHING)
    if len(ids) > MOST:
        raise typed.WrongInput("papers", _TOO_MANY, most=count_words(MOST))
    return ids


def _list(papers: Sequence[IssuedPaper], without: Sequence[str]) -> bytes:
    """What is in the archive, as a table for the books; orders that have no paper stand at its end."""
    zone, language = ZoneInfo(shop_profile().zone), words.spoken()
    rows: list[list[Any]] = [
        [
            name_of(paper),
            title(Kind(paper.kind), language),
            paper.number,
            f"{paper.issued_at.astimezone(zone):%Y-%m-%d}",
            paper.order.ref,
            Money(paper.total, paper.currency).decimal,
            paper.currency,
        ]
        for paper in papers
    ]
    rows += [["", "", "", "", ref, "", ""] for ref in without]
    return b"".join(csv_parts([words.say(language, title) for title in _HEAD], iter(rows)))


def _archive(papers: Sequence[IssuedPaper], listed: bytes, at: datetime) -> Iterator[bytes]:
    """The archive as it is written: memory does not grow with it."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("papers.csv", listed, zipfile.ZIP_DEFLATED)
        for paper in papers:
            archive.writestr(name_of(paper), file_of(paper, at=at))  # PDFs are compressed already
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What an archive writes into when nobody can go back in it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
