"""The form of a warehouse: what it shows of the present one, and the warehouse that was typed."""

from datetime import time
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.console.products.reading import Form
from tradewind.console.shop.closure_form import SPARE, read_rows, row_fields
from tradewind.console.shop.reading import read_country, read_texts, read_zone
from tradewind.inventory.models import Warehouse
from tradewind.inventory.warehousing import Place, told

_NO_TIME: Final = gettext_noop("Please write the time like 16:00.")


def fields_of(warehouse: Warehouse) -> dict[str, str]:
    """What the form begins with."""
    fields = told(warehouse)
    texts = {f"{name}.{code}": text for name in ("name", "city") for code, text in fields.pop(name).items()}
    rows = row_fields(fields.pop("closures"), fields.pop("stops"))
    serves, per_day = " ".join(fields.pop("serves")), fields.pop("per_day")
    own = {"serves": serves, "per_day": str(per_day or "")}
    return {key: str(value) for key, value in fields.items()} | texts | rows | own


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
    closures, stops = read_rows(form)
    return Place(
        name=read_texts(form, "name", longest=60),
        city=read_texts(form, "city", longest=60),
        country=read_country(form, "country"),
        subdivision=form.text("subdivision", longest=8).upper(),
        zone=read_zone(form, "zone"),
        cutoff=form.take("cutoff", lambda: _time(form, "cutoff"), time()),
        handling_days=form.take("handling_days", lambda: typed.read_quantity(form.fields, "handling_days"), 0),
        closures=tuple(closures),
        serves=form.text("serves", longest=800).upper().replace(",", " ").split(),
        position=form.take("position", lambda: typed.read_quantity(form.fields, "position"), 0),
        stops=tuple(stops),
        per_day=form.number("per_day") or 0,
    )


def _time(form: Form, name: str) -> time:
    try:
        return time.fromisoformat(form.fields.get(name, "").strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise typed.WrongInput(name, _NO_TIME) from None
