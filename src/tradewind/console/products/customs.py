"""Which variants lack what customs ask for, with the way to where it is typed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.catalog.customs_gaps import variants_lacking
from tradewind.catalog.models import Variant
from tradewind.console import pages, typed
from tradewind.console.counts import count_words
from tradewind.console.customs_words import missing_words
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.shipping.customs import Piece, missing_of


@dataclass(frozen=True, slots=True)
class LackingRow:
    """A variant and what it lacks, in words."""

    product_id: int
    title: str
    sku: str
    lacks: str


@needs("products.view")
@require_safe
def customs_page(request: HttpRequest) -> HttpResponse:
    found = variants_lacking(after=typed.read_id(request.GET, "after"))
    values = {
        "rows": [_row(variant) for variant in found.rows],
        "found": found,
        "count": count_words(found.count, most=1000, is_all=found.is_counted_fully),
    }
    return pages.show(request, "products/customs.html", values)


def _row(variant: Variant) -> LackingRow:
    language, customs = words.spoken(), variant.customs
    piece = Piece(
        line_id=0,
        title="",
        quantity=1,
        value=None,
        weight_g=variant.weight_g,
        hs_code=str(customs.get("hs_code", "")),
        origin=str(customs.get("origin", "")),
        names=dict(customs.get("declared", {})),
    )
    return LackingRow(
        product_id=variant.product_id,
        title=words.pick(variant.product.content.get("title", {}), language) or variant.product.slug,
        sku=variant.sku,
        lacks=words.listed(language, [missing_words(what, language) for what in missing_of(piece)]),
    )
