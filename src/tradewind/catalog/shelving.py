"""Everything that is derived from a product for lists and search, brought in line when it is published or taken away."""

from collections.abc import Iterable
from itertools import islice

from django.db import transaction

from tradewind.catalog.describing import describe
from tradewind.catalog.finding import make_findable
from tradewind.catalog.listing import relist
from tradewind.catalog.models import CategoryChoice, Product


def shelve(product: Product) -> None:
    """In the transaction that publishes a product, moves it, or takes it offline, after it is held and changed."""
    describe(product)
    relist(product.pk, has_new_texts=True)
    make_findable(product)


def shelve_all(*, at_once: int = 200) -> int:
    """Derive everything anew: for installations that were there before lists were, and after changes by hand.

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
