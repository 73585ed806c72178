"""A table of rates as a form: rows to type in, or a table that was pasted or handed in as a file and takes their place."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.core.words import say, spoken
from tradewind.lib.currencies import UnknownCurrency, minor_digits
from tradewind.lib.freight import Rates
from tradewind.orders.importing.uploads import Unusable, table_of
from tradewind.shipping.rate_rows import COLUMNS, MOST_ROWS, Mistake, NoHeadings, Row, read_rows, rows_from, rows_of

# More rows than these are edited as text: a page holds only so many fields.
GRID: Final = 40
_EMPTY: Final = 3
_LARGEST: Final = 500_000
HEADINGS: Final[Mapping[str, str]] = {
    "zone": gettext_noop("Zone"),
    "countries": gettext_noop("Countries"),
    "postcodes": gettext_noop("Postcodes"),
    "up_to": gettext_noop("Up to (kg)"),
    "first_kg": gettext_noop("First weight (kg)"),
    "first": gettext_noop("First price"),
    "step_kg": gettext_noop("Further step (kg)"),
    "step": gettext_noop("Further price"),
    "per_kg": gettext_noop("Per kg"),
    "fee": gettext_noop("Parcel fee"),
}


@dataclass(frozen=True, slots=True)
class RatesForm:
    """`rows` as they are shown, with some empty ones; of a large table none, and all of it in `text`."""

    name: str
    currency: str
    rows: Sequence[Row]
    text: str
    mistakes: Sequence[tuple[Mistake, str]]
    rates: Rates | None

    @property
    def headings(self) -> Mapping[str, str]:
        return HEADINGS

    def mistake_in(self, line: int, column: str) -> str:
        return next((words for each, words in self.mistakes if (each.line, each.column) == (line, column)), "")


def form_of(name: str, rates: Rates | None, currency: str) -> RatesForm:
    """As it is kept."""
    rows = rows_from(rates) if rates is not None else []
    return _form(name, rates.currency if rates is not None else currency, rows, [], rates)


def read_form(request: HttpRequest, name: str, currency: str, *, must_rise: bool) -> RatesForm:
    """As it was sent. What is wrong in rows stands in the form. Raises WrongInput for what is no table at all."""
    try:
        minor_digits(currency)
    except UnknownCurrency:
        raise typed.WrongInput(f"{name}.currency", gettext_noop("Three letters, please, like CNY.")) from None
    rows = _sent(request, name)
    rates, mistakes = read_rows(rows, currency, must_rise=must_rise) if rows else (None, [])
    return _form(name, currency, rows, mistakes, rates)


def as_sent(request: HttpRequest, name: str, currency: str) -> RatesForm:
    """What was typed and pasted, without reading it."""
    form = _form(name, currency, _typed_rows(request.POST, name), [], None)
    return replace(form, text=request.POST.get(f"{name}.text", "") or form.text)


def _form(name: str, currency: str, rows: Sequence[Row], mistakes: Sequence[Mistake], rates: Rates | None) -> RatesForm:
    said = [(each, say(spoken(), each.words, value=each.value)) for each in mistakes]
    if len(rows) > GRID:
        return RatesForm(name, currency, (), _as_text(rows), said, rates)
    last = max((row.line for row in rows), default=0)
    empty = [Row(last + number, {}) for number in range(1, _EMPTY + 1)]
    return RatesForm(name, currency, (*rows, *empty), "", said, rates)


def _sent(request: HttpRequest, name: str) -> list[Row]:
    """A file goes before a pasted table, and that before the rows."""
    content = request.POST.get(f"{name}.text", "").strip().encode()
    file = request.FILES.get(f"{name}.file")
    if isinstance(file, UploadedFile):
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise typed.WrongInput(f"{name}.text", gettext_noop("This is too large for a table of rates."))
    if not content:
        return _typed_rows(request.POST, name)
    try:
        table = table_of(content, language=spoken())
        text = io.StringIO(
            table.content.decode("utf-8-sig" if table.encoding == "utf-8" else table.encoding), newline=""
        )
        rows = rows_of(csv.reader(text, delimiter=table.delimiter))
    except Unusable as problem:
        raise typed.WrongInput(f"{name}.text", "{words}", words=problem.words) from None
    except (NoHeadings, csv.Error):
        words = gettext_noop("The first row names the columns: {columns}")
        columns = " · ".join(say(spoken(), heading) for heading in HEADINGS.values())
        raise typed.WrongInput(f"{name}.text", words, columns=columns) from None
    return rows


def _typed_rows(fields: Mapping[str, str], name: str) -> list[Row]:
    count = min(typed.read_id(fields, f"{name}.count"), MOST_ROWS)
    rows = []
    for number in range(1, count + 1):
        cells = {column: fields.get(f"{name}.{number}.{column}", "").strip() for column in COLUMNS}
        if any(cells.values()):
            rows.append(Row(number, cells))
    return rows


def _as_text(rows: Sequence[Row]) -> str:
    """Under our own headings, with tabs between the cells, as spreadsheets paste."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, delimiter="\t", lineterminator="\n")
    sheet.writerow([say(spoken(), HEADINGS[column]) for column in COLUMNS])
    sheet.writerows([row.cells.get(column, "") for column in COLUMNS] for row in rows)
    return out.getvalue()
