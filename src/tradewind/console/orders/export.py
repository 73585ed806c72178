"""Orders out as a file: all that the filters find, in the columns of the list, for spreadsheets and for the books."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import labels, pages, typed
from tradewind.console.account.again import asks_again
from tradewind.console.counts import count_words
from tradewind.console.orders.columns import COLUMNS, head
from tradewind.console.orders.listing import asked_for, columns_for, show_orders
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.core.trail import write_audit
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import country_choices
from tradewind.lib.sheets import csv_parts, write_list
from tradewind.markets.shop import shop_profile
from tradewind.orders.queries import OrderRow, count_matching, rows_matching

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A workbook is written as a whole before it is sent; CSV goes out as it is read, however long it is.
MOST_IN_WORKBOOK: Final = 20_000
_TOO_MANY: Final = gettext_noop("More than {most} orders: take them as CSV, or narrow the list down.")
_WHICH: Final = gettext_noop("Please choose Excel or CSV.")
_EXTERNAL: Final = gettext_noop("Number of the sales channel")
_CURRENCY: Final = gettext_noop("Currency")
_PLACED: Final = gettext_noop("Placed ({zone})")
_TAGS: Final = gettext_noop("Tags")
_KEPT: Final = gettext_noop("Kept back")
_OWN_SHOP: Final = gettext_noop("Own shop")
_MONEY: Final = frozenset({"total", "paid"})

Value = Callable[[OrderRow], Any]


@dataclass(frozen=True, slots=True)
class _Wording:
    """What rows are told with while they go out, when nobody speaks the reader's language any more."""

    language: str
    zone: ZoneInfo
    tables: dict[str, dict[str, str]]
    countries: dict[str, str]
    own_shop: str

    def of(self, table: str, code: str) -> str:
        return self.tables[table].get(code, code)


@needs("orders.export")
@asks_again("orders.export")
@require_POST
def export_orders(request: HttpRequest) -> HttpResponseBase:
    query = QueryDict(request.POST.get("query", ""))
    staff, kind = pages.staff_of(request), request.POST.get("as", "")
    asked = asked_for(query, staff.reach)[0]
    if kind not in {"xlsx", "csv"}:
        return _refuse(request, query, typed.WrongInput("as", _WHICH))
    is_workbook = kind == "xlsx"
    too_many = MOST_IN_WORKBOOK + 1
    if is_workbook and count_matching(asked.filters, staff.reach, limit=too_many) == too_many:
        return _refuse(request, query, typed.WrongInput("as", _TOO_MANY, most=count_words(MOST_IN_WORKBOOK)))
    now, columns = utc_now(), columns_for(asked, staff)
    # Which filters, not what was searched for: the trail is never erased.
    after = {"as": kind, "query": asked.kept_query, "columns": list(columns)}
    write_audit("orders.exported", subject=("orders", None), by=pages.actor_of(request), at=now, after=after)
    wording = _wording()
    titles, values = _layout(columns, wording)
    rows = rows_matching(asked.filters, staff.reach, oldest_first=asked.is_oldest_first)
    lines = ([value(row) for value in values] for row in rows)
    name = f"orders-{now.astimezone(wording.zone):%Y-%m-%d-%H%M}.{kind}"
    return _workbook(titles, lines, name) if is_workbook else _csv(titles, lines, name)


def _workbook(titles: list[str], lines: Iterator[list[Any]], name: str) -> FileResponse:
    into = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    write_list(into, "Orders", titles, lines)
    into.seek(0)
    return FileResponse(into, as_attachment=True, filename=name, content_type=XLSX)


def _csv(titles: list[str], lines: Iterator[list[Any]], name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(csv_parts(titles, lines), content_type="text/csv; charset=utf-8", headers=headers)


def _wording() -> _Wording:
    language = words.spoken()
    tables = ("order_state", "order_kind", "method", "hold_reason")
    return _Wording(
        language=language,
        zone=ZoneInfo(shop_profile().zone),
        tables={table: {code: labels.tag(table, code).words for code in labels.codes(table)} for table in tables},
        countries=dict(country_choices(words.locale_of(language))),
        own_shop=words.say(language, _OWN_SHOP),
    )


def _layout(columns: tuple[str, ...], wording: _Wording) -> tuple[list[str], list[Value]]:
    """Heads and values: the numbers, the list's columns, the currency where there are amounts, and what staff have put on it."""

    def say(message: str, **values: object) -> str:
        return words.say(wording.language, message, **values)

    parts: list[tuple[str, Value]] = [
        (say(gettext_noop("Number")), lambda row: row.ref),
        (say(_EXTERNAL), lambda row: row.external_id),
    ]
    in_words = _values(wording)
    for column in columns:
        title = say(_PLACED, zone=wording.zone.key) if column == "placed" else head(column)
        parts.append((title, in_words[column]))
    if _MONEY & set(columns):
        parts.append((say(_CURRENCY), lambda row: row.total.currency))
    parts.append((say(_KEPT), lambda row: row.marks.held_for and wording.of("hold_reason", row.marks.held_for)))
    parts.append((say(_TAGS), lambda row: ", ".join(row.marks.tags)))
    return [title for title, _ in parts], [value for _, value in parts]


def _values(wording: _Wording) -> dict[str, Value]:
    values: dict[str, Value] = {
        "placed": lambda row: row.placed_at.astimezone(wording.zone).replace(tzinfo=None, microsecond=0),
        "buyer": lambda row: row.buyer_name,
        "country": lambda row: wording.countries.get(row.country, row.country),
        "city": lambda row: row.city,
        "state": lambda row: (
            wording.of("order_kind", row.kind) if row.kind == "credit" else wording.of("order_state", row.state)
        ),
        "items": lambda row: row.items,
        "total": lambda row: row.total if row.is_priced else None,
        "paid": lambda row: row.paid if row.is_priced else None,
        "method": lambda row: wording.of("method", row.method),
        "delivery": lambda row: words.pick(row.delivery, wording.language),
        "account": lambda row: wording.own_shop if row.channel == "own" else row.account,
    }
    missing = COLUMNS.keys() - values.keys()
    if missing:
        raise LookupError(missing)
    return values


def _refuse(request: HttpRequest, query: QueryDict, wrong: typed.WrongInput) -> HttpResponse:
    problem = Problem("export", wrong.field, wrong.words, {})
    return show_orders(request, query, problem=problem, status=422)
