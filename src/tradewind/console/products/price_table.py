"""All prices of a product at once: a row for each variant, a column for each market."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.catalog.models import Product, Variant
from tradewind.catalog.pricing import PriceRefused, set_price
from tradewind.console import pages, typed
from tradewind.console.products.queries import PriceTable, price_table
from tradewind.console.products.reading import Form
from tradewind.core import words
from tradewind.core.rows import hold_all
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.markets.queries import all_markets
from tradewind.markets.rounding import BadRounding, NoRate, propose_price

_STAYS: Final = gettext_noop("A price cannot be taken away here. Sell the variant no longer, or ask another price.")
_CHANGED: Final = gettext_noop("Somebody else asks {price} since you opened this. Save again to ask yours.")


@dataclass(frozen=True, slots=True)
class _Change:
    name: str
    variant: Variant
    market_id: int
    price: Money


@needs("products.price")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_prices(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    table = price_table(product_id)
    present = _fields(table)
    if request.method != "POST":
        return _show(request, product, table, Form(present))
    form = Form(request.POST)
    if "propose" in request.POST:
        return _propose(request, product, table, form)
    reason = form.text("reason")
    with transaction.atomic():
        hold_all(Product, [product_id])
        table = price_table(product_id)
        present = _fields(table)
        changes = _read(form, table, present)
        if not form.errors:
            _ask(form, changes, by=pages.actor_of(request), reason=reason)
        if form.errors:
            transaction.set_rollback(True)
    if form.errors:
        return _show(request, product, table, form, status=422)
    return pages.to_page("console:product-price-table", done="prices", product_id=product_id)


def _read(form: Form, table: PriceTable, present: dict[str, str]) -> list[_Change]:
    changes = []
    for variant in table.variants:
        for market in table.markets:
            name = f"price.{variant.pk}.{market.id}"
            entered, was = form.fields.get(name, "").strip(), form.fields.get(f"was.{variant.pk}.{market.id}", "")
            if name not in form.fields or entered == was:
                continue
            if not entered:
                form.complain(name, _STAYS)
            elif was != present[name]:
                form.complain(name, _CHANGED, price=present[name] or "—")
            else:
                price = form.amount(name, currency=market.currency)
                if price is not None:
                    changes.append(_Change(name, variant, market.id, price))
    return changes


def _propose(request: HttpRequest, product: Product, table: PriceTable, form: Form) -> HttpResponse:
    """Fill the other markets' cells from one market's prices; nothing is asked before a person saves it."""
    on = utc_now().date()
    views = {market.id: market for market in all_markets(on=on)}
    base = views.get(typed.read_id(form.fields, "base"))
    fields = {name: str(value) for name, value in form.fields.items()}
    if base is None:
        form.complain("base", gettext_noop("Please choose a market."))
        return _show(request, product, table, form, status=422)
    silent: list[str] = []
    for variant in table.variants:
        price = form.amount(f"price.{variant.pk}.{base.id}", currency=base.currency)
        if price is None:
            continue
        for market in [views[column.id] for column in table.markets if column.id != base.id]:
            try:
                proposal = propose_price(price, of=base, to=market)
            except (NoRate, BadRounding):
                silent.append(market.name(words.spoken()))
            else:
                fields[f"price.{variant.pk}.{market.id}"] = str(proposal.price.decimal)
    form.fields = fields
    return _show(request, product, table, form, silent=sorted(set(silent)), is_proposed=True)


def _ask(form: Form, changes: list[_Change], *, by: str, reason: str) -> None:
    at = utc_now()
    for change in changes:
        try:
            set_price(
                variant=change.variant, market_id=change.market_id, price=change.price, by=by, at=at, reason=reason
            )
        except PriceRefused:
            form.complain(change.name, gettext_noop("This market asks another currency."))


def _fields(table: PriceTable) -> dict[str, str]:
    return {
        f"price.{variant.pk}.{market.id}": table.amounts.get((variant.pk, market.id), "")
        for variant in table.variants
        for market in table.markets
    }


def _show(
    request: HttpRequest, product: Product, table: PriceTable, form: Form, *, status: int = 200, **said: Any
) -> HttpResponse:
    values: dict[str, Any] = {
        "product": product,
        "title": words.pick(product.content.get("title", {}), words.spoken()) or product.slug,
        "form": form,
        "table": table,
        "present": _fields(table),
        "bases": [(market.id, f"{market.name} ({market.currency})") for market in table.markets],
        "silent": said.get("silent", []),
        "is_proposed": said.get("is_proposed", False),
        "is_outdated": False,
        "here_tab": "prices",
    }
    return pages.show(request, "products/price_table.html", values, status=status)
