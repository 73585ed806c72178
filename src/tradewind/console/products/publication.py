"""Publishing a product, taking it offline, and bringing it back."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.leading_on import LeadsInCircles, name_successor
from tradewind.catalog.models import Product
from tradewind.catalog.publishing import NotPublishable, WrongState, bring_back, publish, take_offline
from tradewind.console import pages, typed
from tradewind.console.products.detail import show_product
from tradewind.console.products.leading_on import read_successor, successor_problem
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now


@needs("products.publish")
@require_POST
def publish_product(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    try:
        publish(product=product, by=pages.actor_of(request), at=utc_now())
    except NotPublishable:
        said = words.say(
            words.spoken(), gettext_noop("Something is still missing. The list below leads to each field.")
        )
        return show_product(request, product_id, problem=Problem("publish", "", said, {}), status=422)
    return pages.to_page("console:product", done="published", product_id=product_id)


@needs("products.publish")
@require_POST
def withdraw_product(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    by, at = pages.actor_of(request), utc_now()
    try:
        reason = typed.read_text(request.POST, "reason", is_needed=False)
        successor, is_for_good = read_successor(request.POST, product)
        with transaction.atomic():
            take_offline(product=product, by=by, at=at, reason=reason)
            if successor or is_for_good:
                name_successor(product=product, successor=successor, is_for_good=is_for_good, by=by, at=at)
    except (typed.WrongInput, LeadsInCircles) as wrong:
        return show_product(request, product_id, problem=successor_problem("offline", wrong, request.POST), status=422)
    except WrongState:
        return pages.to_page("console:product", done="gone", product_id=product_id)
    return pages.to_page("console:product", done="offline", product_id=product_id)


@needs("products.publish")
@require_POST
def return_product(request: HttpRequest, product_id: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=product_id)
    try:
        bring_back(product=product, by=pages.actor_of(request), at=utc_now())
    except WrongState:
        return pages.to_page("console:product", done="gone", product_id=product_id)
    return pages.to_page("console:product", done="online", product_id=product_id)
