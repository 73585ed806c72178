"""The place of a product in lists: pinned by hand, or left to what sells."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.models import Product
from tradewind.catalog.ranking import MOST_PINS, pin_product
from tradewind.console import pages, typed
from tradewind.console.products.detail import show_product
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now


@needs("products.publish")
@require_POST
def change_place(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    try:
        is_pinned = bool(request.POST.get("pin", "").strip())
        pin = typed.read_quantity(request.POST, "pin") if is_pinned else None
        if pin is not None and pin > MOST_PINS:
            raise typed.WrongInput("pin", gettext_noop("The number is too large to be true."))
    except typed.WrongInput as wrong:
        problem = Problem("place", "pin", wrong.words, {"pin": request.POST.get("pin", "")})
        return show_product(request, product_id, problem=problem, status=422)
    pin_product(product=product, pin=pin, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:product", done="placed", product_id=product_id)
