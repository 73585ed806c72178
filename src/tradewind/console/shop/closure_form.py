"""Rows of days on which goods do not leave: closures of the warehouse, stops of its carriers and suppliers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.products.reading import Form
from tradewind.inventory.stops import CARRIER, LONGEST_NAME, SUPPLIER, Stop
from tradewind.lib.calendars import DayRange

SPARE: Final = 2
MOST: Final = 61
_LONGEST_CODE: Final = 30
# What a row is, by what its field holds; empty: the warehouse itself is closed.
KINDS: Final = {
    "": gettext_noop("The warehouse is closed"),
    CARRIER: gettext_noop("A carrier collects nothing"),
    SUPPLIER: gettext_noop("A supplier does not work"),
}
_BACKWARDS: Final = gettext_noop("It ends before it begins.")


def row_fields(closures: Sequence[Sequence[str]], stops: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the form begins with."""
    rows = [{"kind": "", "first": first, "last": last} for first, last in closures] + [dict(stop) for stop in stops]
    fields = {f"closure.{n}.{part}": str(value) for n, row in enumerate(rows) for part, value in row.items()}
    return fields | {"closures": str(len(rows) + SPARE)}


def read_rows(form: Form) -> tuple[list[DayRange], list[Stop]]:
    """Closures and stops, each by day."""
    rows = list(_rows(form))
    rows.sort(key=lambda row: (row.days.first, row.days.last, row.kind, row.name, row.way))
    return [row.days for row in rows if not row.kind], [row for row in rows if row.kind]


def _rows(form: Form) -> Iterator[Stop]:
    """As stops, those of the warehouse itself without a kind. One of one day may have its first day only."""
    for number in range(form.count("closures", most=MOST)):
        name = f"closure.{number}"
        kind = form.fields.get(f"{name}.kind", "")
        who = form.text(f"{name}.name", longest=LONGEST_NAME)
        way = form.text(f"{name}.way", longest=_LONGEST_CODE) if kind == CARRIER else ""
        first, last = (
            form.take(field, lambda field=field: typed.read_day(form.fields, field), None)  # type: ignore[misc]
            for field in (f"{name}.first", f"{name}.last")
        )
        if kind not in KINDS:
            form.complain(f"{name}.kind", gettext_noop("Please choose one of those that are offered."))
        elif first is None and (last is not None or who) and f"{name}.first" not in form.errors:
            form.complain(f"{name}.first", gettext_noop("Please fill this in."))
        elif first is not None and last is not None and last < first:
            form.complain(f"{name}.last", _BACKWARDS)
        elif first is not None:
            yield Stop(kind, DayRange(first, last or first), who if kind else "", way)
