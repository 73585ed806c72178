"""Everything that is derived from a product for lists and search, brought in line when it is published or taken away."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from tradewind.catalog.describing import describe
from tradewind.catalog.finding import make_findable
from tradewind.catalog.listing import relist
from tradewind.catalog.models import CategoryChoice, Listing, Price, Product
from tradewind.core.schedule import every


def shelve(product: Product) -> None:
    """In the transaction that publishes a product, moves it, or takes it offline, after it is held and changed."""
    describe(product)
    relist(product.pk, has_news=True)
    make_findable(product)


@every(timedelta(minutes=1), name="catalog.shelve_after_upgrade")
def shelve_after_upgrade(now: datetime) -> int:  # noqa: ARG001  # whenever it runs
    """Derive everything where nothing is listed that could be: a shop that was there before lists were."""
    on_sale = Price.objects.filter(variant__product__state=Product.State.LIVE)
    return 0 if Listing.objects.exists() or not on_sale.exists() else shelve_all()


def shelve_all(*, at_once: int = 200) -> int:
    """Derive everything anew: after an upgrade, and after changes by hand.

    In batches, so that the shop goes on. Returns the number of products.
    """
    with transaction.atomic():
        CategoryChoice.objects.all().delete()
    ids = iter(list(Product.objects.order_by("pk").values_list("pk", flat=True)))
    done = 0
    while batch := list(islice(ids, at_once)):
        done += _shelve_batch(batch)
    return done


def _shelve_batch(ids: Iterable[int]) -> int:
    with transaction.atomic():
        products = list(Product.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk"))
        for product in products:
            shelve(product)
    return len(products)
