"""Asking another price in one market."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.events import PriceChanged
from tradewind.catalog.models import Price, Variant
from tradewind.catalog.pricing import PriceRefused, set_price
from tradewind.console import pages, typed
from tradewind.console.products.detail import show_product
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.markets.models import Market

_REFUSED: Final = gettext_noop("This market asks another currency. Please reload the page and try again.")


@needs("products.price")
@require_POST
def change_price(request: HttpRequest, product_id: int) -> HttpResponse:
    variant = Variant.objects.filter(pk=typed.read_id(request.POST, "variant"), product_id=product_id).first()
    market = Market.objects.filter(pk=typed.read_id(request.POST, "market")).first()
    if variant is None or market is None:
        raise Http404
    try:
        change = _change(request, variant, market)
    except typed.WrongInput as wrong:
        entered = {name: request.POST.get(name, "") for name in ("amount", "reason")}
        problem = Problem(f"price-{variant.pk}-{market.pk}", wrong.field, wrong.words, entered)
        return show_product(request, product_id, problem=problem, status=422)
    done = "price" if change else "price-same"
    return pages.to_page("console:product", done=done, anchor=f"variant-{variant.pk}", product_id=product_id)


def _change(request: HttpRequest, variant: Variant, market: Market) -> PriceChanged | None:
    """Raises WrongInput in words for everything that the person can put right."""
    asked = Price.objects.filter(variant=variant, market_id=market.pk).first()
    price = typed.read_amount(request.POST, "amount", currency=asked.currency if asked else market.currency)
    reason = typed.read_text(request.POST, "reason", is_needed=False)
    try:
        return set_price(
            variant=variant, market_id=market.pk, price=price, by=pages.actor_of(request), at=utc_now(), reason=reason
        )
    except PriceRefused:
        raise typed.WrongInput("amount", _REFUSED) from None
