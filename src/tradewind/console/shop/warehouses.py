"""Warehouses: the list, a new one, and what one is. Cut-off, holidays and closures decide when goods leave."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tradewind.console import pages
from tradewind.console.products.reading import Form
from tradewind.console.shop.closure_form import KINDS, MOST, SPARE
from tradewind.console.shop.page import FIRST_LANGUAGES, MORE_LANGUAGES, saved_meanwhile
from tradewind.console.shop.queries import (
    days_off,
    holders,
    leaves_on,
    unannounced_years,
    warehouse_rows,
    ways_from,
)
from tradewind.console.shop.warehouse_form import fields_of, new_fields, read_place
from tradewind.core.staff import NotValid, needs
from tradewind.core.words import pick, say, spoken
from tradewind.inventory.models import Warehouse
from tradewind.inventory.switching import switch_warehouse
from tradewind.inventory.warehousing import WarehouseOutdated, change_warehouse, digest, next_position, open_warehouse
from tradewind.lib.clock import utc_now


@needs("warehouses.view")
@require_safe
def warehouses_page(request: HttpRequest) -> HttpResponse:
    return pages.show(request, "shop/warehouses.html", {"rows": warehouse_rows(at=utc_now())})


@needs("warehouses.change")
@require_http_methods(["GET", "HEAD", "POST"])
def new_warehouse(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, Form(new_fields(next_position())))
    form = Form(request.POST)
    if "more" in request.POST:
        return _show(request, form, more=True)
    code, place = form.text("code", longest=20, is_needed=True).lower(), read_place(form)
    if not form.errors:
        try:
            open_warehouse(code=code, place=place, by=pages.actor_of(request), at=utc_now())
        except NotValid as wrong:
            _complain(form, wrong)
        else:
            return pages.to_page("console:warehouses", done="warehouse-opened")
    return _show(request, form, status=422)


@needs("warehouses.view")
@require_safe
def warehouse_page(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    warehouse = get_object_or_404(Warehouse, pk=warehouse_id)
    return _show(request, Form(fields_of(warehouse)), warehouse)


@needs("warehouses.change")
@require_POST
def switch(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    warehouse = get_object_or_404(Warehouse, pk=warehouse_id)
    is_on = request.POST.get("to") == "on"
    switch_warehouse(warehouse_id=warehouse.pk, is_on=is_on, by=pages.actor_of(request), at=utc_now())
    done = "warehouse-on" if is_on else "warehouse-off"
    return pages.to_page("console:warehouse", done=done, warehouse_id=warehouse.pk)


@needs("warehouses.change")
@require_POST
def save(request: HttpRequest, warehouse_id: int) -> HttpResponse:
    warehouse = get_object_or_404(Warehouse, pk=warehouse_id)
    form = Form(request.POST)
    if "more" in request.POST:
        return _show(request, form, warehouse, more=True)
    place = read_place(form)
    if not form.errors:
        try:
            change_warehouse(
                warehouse_id=warehouse_id,
                place=place,
                seen=request.POST.get("seen", ""),
                by=pages.actor_of(request),
                at=utc_now(),
            )
        except NotValid as wrong:
            _complain(form, wrong)
        except WarehouseOutdated:
            return _show(request, form, get_object_or_404(Warehouse, pk=warehouse_id), status=HTTPStatus.CONFLICT)
        else:
            return pages.to_page("console:warehouse", done="warehouse", warehouse_id=warehouse_id)
    return _show(request, form, warehouse, status=422)


def _show(
    request: HttpRequest, form: Form, warehouse: Warehouse | None = None, *, more: bool = False, status: int = 200
) -> HttpResponse:
    now = utc_now()
    is_outdated = status == HTTPStatus.CONFLICT
    values: dict[str, Any] = {
        "form": form,
        "warehouse": warehouse,
        "title": pick(warehouse.name, spoken()) if warehouse else "",
        "saved": saved_meanwhile(form, fields_of(warehouse)) if warehouse and is_outdated else {},
        "is_outdated": is_outdated,
        "seen": form.fields.get("seen", ""),
        "rows": form.count("closures", most=MOST) + SPARE * more,
        "languages_first": FIRST_LANGUAGES,
        "languages_more": MORE_LANGUAGES,
        "kinds": [(kind, say(spoken(), name)) for kind, name in KINDS.items()],
        "ways": ways_from(warehouse) if warehouse else [],
    }
    if warehouse is not None:
        values |= {"days_off": days_off(warehouse, at=now), "leaves_on": leaves_on(warehouse, at=now)}
        values["holders"] = holders(warehouse)
        values["unannounced"] = unannounced_years(warehouse, at=now)
        if is_outdated or not values["seen"]:
            values["seen"] = digest(warehouse)
    return pages.show(request, "shop/warehouse.html", values, status=status)


def _complain(form: Form, wrong: NotValid) -> None:
    """Names stand in the form once for each language, closures once for each row."""
    fields = {"name": "name.en", "city": "city.en", "closures": "closure.0.first"}
    form.complain(fields.get(wrong.field, wrong.field), wrong.words)
