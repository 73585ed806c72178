"""Where a product's address leads: another address, and what stands in its place while it is offline."""

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.leading_on import LeadsInCircles, SlugTaken, change_slug, name_successor
from tradewind.catalog.models import Product
from tradewind.catalog.publishing import WrongState
from tradewind.console import pages, typed
from tradewind.console.products.detail import show_product
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.text import SLUG

_CIRCLE: Final = gettext_noop("This one leads back to the product that it is to succeed.")
_NONE_FOUND: Final = gettext_noop("No other product has this address or article number.")


@needs("products.publish")
@require_POST
def change_successor(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    try:
        successor, is_for_good = read_successor(request.POST, product)
        by = pages.actor_of(request)
        name_successor(product=product, successor=successor, is_for_good=is_for_good, by=by, at=utc_now())
    except (typed.WrongInput, LeadsInCircles) as wrong:
        problem = successor_problem("successor", wrong, request.POST)
        return show_product(request, product_id, problem=problem, status=422)
    except WrongState:
        return pages.to_page("console:product", done="gone", product_id=product_id)
    return pages.to_page("console:product", done="succeeded", product_id=product_id)


@needs("products.publish")
@require_POST
def change_address(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    try:
        slug = typed.read_text(request.POST, "slug", longest=80)
        if not SLUG.fullmatch(slug):
            raise typed.WrongInput("slug", gettext_noop("Small letters, digits and hyphens, please: walnut-board."))
        change_slug(product=product, slug=slug, by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        said = wrong.words
    except SlugTaken:
        said = words.say(words.spoken(), gettext_noop("Another product has this address already."))
    else:
        return pages.to_page("console:product", done="moved", product_id=product_id)
    problem = Problem("address", "slug", said, {"slug": request.POST.get("slug", "")})
    return show_product(request, product_id, problem=problem, status=422)


def read_successor(fields: Mapping[str, str], product: Product) -> tuple[Product | None, bool]:
    """The product with the address or article number that was typed, and whether the other is gone for good.
    Raises WrongInput.
    """
    named = typed.read_text(fields, "successor", longest=80, is_needed=False)
    others = Product.objects.exclude(pk=product.pk)
    found = others.filter(slug=named).first() or others.filter(variants__sku=named).first() if named else None
    if named and found is None:
        raise typed.WrongInput("successor", _NONE_FOUND)
    return found, "for_good" in fields


def successor_problem(form: str, wrong: typed.WrongInput | LeadsInCircles, fields: Mapping[str, str]) -> Problem:
    entered = {name: fields.get(name, "") for name in ("reason", "successor", "for_good")}
    if isinstance(wrong, LeadsInCircles):
        return Problem(form, "successor", words.say(words.spoken(), _CIRCLE), entered)
    return Problem(form, wrong.field, wrong.words, entered)
