"""Which variants lack what customs ask of every article: found before an order has to wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from tradewind.catalog.models import Product, Variant

PAGE: Final = 50
COUNTED: Final = 1000
_ASKED: Final = ("hs_code", "origin", "declared__en", "declared__zh")


@dataclass(frozen=True, slots=True)
class VariantsLacking:
    """One page by number. `after` leads on, 0 at the end."""

    rows: Sequence[Variant]
    count: int
    is_counted_fully: bool
    after: int


def variants_lacking(*, after: int = 0) -> VariantsLacking:
    """Offered variants, with their products, of which customs would miss something. Two statements."""
    found = _lacking().order_by("pk")
    rows = list(found.filter(pk__gt=after).select_related("product")[: PAGE + 1])
    count = found[: COUNTED + 1].count()
    return VariantsLacking(
        rows=rows[:PAGE],
        count=min(count, COUNTED),
        is_counted_fully=count <= COUNTED,
        after=rows[PAGE - 1].pk if len(rows) > PAGE else 0,
    )


def _lacking() -> QuerySet[Variant]:
    missing = Q(weight_g=0)
    for name in _ASKED:
        missing |= Q(**{f"customs__{name}__isnull": True}) | Q(**{f"customs__{name}": ""})
    return Variant.objects.filter(missing, is_offered=True).exclude(product__state=Product.State.OFFLINE)
