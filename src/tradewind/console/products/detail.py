"""One product: its variants with price per market and stock per warehouse, and the ledgers of both."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.catalog.models import Departure, Product, Ranking
from tradewind.catalog.publishing import differences, gaps_of
from tradewind.console import pages
from tradewind.console.products.gaps import gaps_in_words
from tradewind.console.products.packing_shown import packing_part
from tradewind.console.products.queries import product_detail
from tradewind.console.timeline import actor_names, entries
from tradewind.console.typed import Problem
from tradewind.core.staff import needs


@needs("products.view")
@require_safe
def product_page(request: HttpRequest, product_id: int) -> HttpResponse:
    return show_product(request, product_id)


def show_product(
    request: HttpRequest, product_id: int, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    """The page of a product, with what was wrong in one of its forms. Raises Http404."""
    product = product_detail(product_id)
    if product is None:
        raise Http404
    draft = Product.objects.get(pk=product_id)
    changes = differences(draft)
    actors = {price.by for price in product.price_history} | {movement.by for movement in product.stock_history}
    values = {"product": product, "row": product.row, "names": actor_names(actors), "problem": problem}
    values |= {
        "gaps": gaps_in_words(product_id, gaps_of(draft)),
        "changes": changes,
        "has_news": bool(changes) or draft.media.filter(is_live=False).exists(),
        "was_published": draft.text_version > 0,
        "departure": Departure.objects.filter(product=draft).select_related("successor").first(),
        "old_slugs": list(draft.old_slugs.order_by("pk").values_list("slug", flat=True)),
        "ranking": Ranking.objects.filter(product=draft).first(),
        "entries": entries("product", product_id),
        "here_tab": "overview",
        **packing_part(product_id, pages.reach_of(request)),
    }
    return pages.show(request, "products/detail.html", values, status=status)
