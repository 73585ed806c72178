"""The form of a warehouse: what it shows of the present one, and the warehouse that was typed."""

from collections.abc import Iterator
from datetime import time
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.products.reading import Form
from tradewind.console.shop.reading import read_country, read_texts, read_zone
from tradewind.inventory.models import Warehouse
from tradewind.inventory.warehousing import Place, told
from tradewind.lib.calendars import DayRange

SPARE: Final = 2
MOST: Final = 61
_NO_TIME: Final = gettext_noop("Please write the time like 16:00.")
_BACKWARDS: Final = gettext_noop("It ends before it begins.")


def fields_of(warehouse: Warehouse) -> dict[str, str]:
    """What the form begins with."""
    fields = told(warehouse)
    texts = {f"{name}.{code}": text for name in ("name", "city") for code, text in fields.pop(name).items()}
    closures = fields.pop("closures")
    serves = " ".join(fields.pop("serves"))
    fields |= {
        f"closure.{n}.{part}": day
        for n, pair in enumerate(closures)
        for part, day in zip(("first", "last"), pair, strict=True)
    }
    return (
        {key: str(value) for key, value in fields.items()}
        | texts
        | {"serves": serves, "closures": str(len(closures) + SPARE)}
    )


def new_fields(position: int) -> dict[str, str]:
    """What the form of a new warehouse begins with."""
    return {
        "country": "CN",
        "zone": "Asia/Shanghai",
        "cutoff": "16:00",
        "handling_days": "1",
        "position": str(position),
        "closures": str(SPARE),
    }


def read_place(form: Form) -> Place:
    """What was typed; it is to be used only if the form has no errors. Whether it can be, the inventory says."""
    return Place(
        name=read_texts(form, "name", longest=60),
        city=read_texts(form, "city", longest=60),
        country=read_country(form, "country"),
        subdivision=form.text("subdivision", longest=8).upper(),
        zone=read_zone(form, "zone"),
        cutoff=form.take("cutoff", lambda: _time(form, "cutoff"), time()),
        handling_days=form.take("handling_days", lambda: typed.read_quantity(form.fields, "handling_days"), 0),
        closures=tuple(sorted(_closures(form), key=lambda each: (each.first, each.last))),
        serves=form.text("serves", longest=800).upper().replace(",", " ").split(),
        position=form.take("position", lambda: typed.read_quantity(form.fields, "position"), 0),
    )


def _time(form: Form, name: str) -> time:
    try:
        return time.fromisoformat(form.fields.get(name, "").strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise typed.WrongInput(name, _NO_TIME) from None


def _closures(form: Form) -> Iterator[DayRange]:
    """A closure of one day may have its first day only."""
    for number in range(form.count("closures", most=MOST)):
        first, last = (
            form.take(name, lambda name=name: typed.read_day(form.fields, name), None)  # type: ignore[misc]
            for name in (f"closure.{number}.first", f"closure.{number}.last")
        )
        if first is None and last is not None and f"closure.{number}.first" not in form.errors:
            form.complain(f"closure.{number}.first", gettext_noop("Please fill this in."))
        elif first is not None and last is not None and last < first:
            form.complain(f"closure.{number}.last", _BACKWARDS)
        elif first is not None:
            yield DayRange(first, last or first)
