"""Correcting the books after a count, and saying where goods lie."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.models import Variant
from tradewind.console import pages, typed
from tradewind.console.products.detail import show_product
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.inventory.models import Warehouse
from tradewind.inventory.shelves import LONGEST, put_on_shelf
from tradewind.inventory.stocktaking import IsABundle, ReservedIsMore, adjust, count_short
from tradewind.lib.clock import utc_now

_RESERVED: Final = gettext_noop(
    "Orders hold {reserved} of these. If fewer lie there, tick below: the orders that cannot be served become cases on Today."
)

_BUNDLE: Final = gettext_noop("This is a bundle: it has no stock of its own. Please count its parts.")


@needs("stock.adjust")
@require_POST
def correct_stock(request: HttpRequest, product_id: int) -> HttpResponse:
    variant, warehouse = _asked(request, product_id)
    try:
        _correct(request, variant, warehouse)
    except typed.WrongInput as wrong:
        entered = {name: request.POST.get(name, "") for name in ("counted", "reason")}
        problem = Problem(f"stock-{variant.pk}-{warehouse.pk}", wrong.field, wrong.words, entered)
        return show_product(request, product_id, problem=problem, status=422)
    return pages.to_page("console:product", done="stock", anchor=f"variant-{variant.pk}", product_id=product_id)


@needs("stock.adjust")
@require_POST
def say_shelf(request: HttpRequest, product_id: int) -> HttpResponse:
    variant, warehouse = _asked(request, product_id)
    by, at = pages.actor_of(request), utc_now()
    try:
        shelf = typed.read_text(request.POST, "shelf", longest=LONGEST, is_needed=False)
        put_on_shelf(variant_id=variant.pk, warehouse=warehouse, shelf=shelf, by=by, at=at)
    except (typed.WrongInput, IsABundle) as wrong:
        words = wrong.words if isinstance(wrong, typed.WrongInput) else typed.WrongInput("shelf", _BUNDLE).words
        entered = {"shelf": request.POST.get("shelf", "")}
        problem = Problem(f"shelf-{variant.pk}-{warehouse.pk}", "shelf", words, entered)
        return show_product(request, product_id, problem=problem, status=422)
    return pages.to_page("console:product", done="shelf", anchor=f"variant-{variant.pk}", product_id=product_id)


def _asked(request: HttpRequest, product_id: int) -> tuple[Variant, Warehouse]:
    variant = Variant.objects.filter(pk=typed.read_id(request.POST, "variant"), product_id=product_id).first()
    warehouse = Warehouse.objects.filter(pk=typed.read_id(request.POST, "warehouse")).first()
    if variant is None or warehouse is None:
        raise Http404
    return variant, warehouse


def _correct(request: HttpRequest, variant: Variant, warehouse: Warehouse) -> None:
    """Raises WrongInput in words for everything that the person can put right."""
    counted = typed.read_quantity(request.POST, "counted")
    reason = typed.read_text(request.POST, "reason")
    count = count_short if "short" in request.POST else adjust
    try:
        count(
            variant_id=variant.pk,
            warehouse=warehouse,
            counted=counted,
            reason=reason,
            by=pages.actor_of(request),
            at=utc_now(),
        )
    except IsABundle:
        raise typed.WrongInput("counted", _BUNDLE) from None
    except ReservedIsMore as problem:
        raise typed.WrongInput("counted", _RESERVED, reserved=problem.reserved) from None
