"""Where an address leads at which no product is any more: to the product under its new address, or to a successor."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from tradewind.catalog.events import ProductMoved, SuccessorNamed
from tradewind.catalog.models import Departure, Listing, OldSlug, Product
from tradewind.catalog.publishing import WrongState, make_anew
from tradewind.core.facts import record


class SlugTaken(Exception):
    """Another product has this address, or had it: links to it would lead astray."""


class LeadsInCircles(Exception):
    """The successor leads back to the product itself."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A product that was published once and is offline, and the slug of the product to go to instead, or none."""

    product_id: int
    category_id: int
    is_for_good: bool
    go_to: str | None


def refuse_taken(*slugs: str, but: int = 0) -> None:
    """Raise SlugTaken for an address that a product other than `but` has or had."""
    others = (
        Product.objects.filter(slug__in=slugs).exclude(pk=but),
        OldSlug.objects.filter(slug__in=slugs).exclude(product_id=but),
    )
    for found in others:
        if taken := found.values_list("slug", flat=True).first():
            raise SlugTaken(taken)


@contextmanager
def taking(*slugs: str) -> Iterator[None]:
    """Around the statement that gives products their addresses: somebody else may take one in the same moment. Raises
    SlugTaken.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise SlugTaken(", ".join(slugs)) from None


def change_slug(*, product: Product, slug: str, by: str, at: datetime) -> None:
    """Give the product another address; its old ones lead to it for ever. Raises SlugTaken."""
    with transaction.atomic():
        held = Product.objects.select_for_update().get(pk=product.pk)
        if held.slug == slug:
            return
        refuse_taken(slug, but=held.pk)
        before = held.slug
        OldSlug.objects.filter(slug=slug).delete()
        OldSlug.objects.create(slug=before, product=held)
        held.slug = slug
        with taking(slug):
            Product.objects.filter(pk=held.pk).update(slug=slug, text_version=F("text_version") + 1)
        make_anew(held)
        record(ProductMoved(held.pk, before, slug), by=by, at=at)
    product.refresh_from_db()


def name_successor(*, product: Product, successor: Product | None, is_for_good: bool, by: str, at: datetime) -> None:
    """Say what stands in the place of a product that is offline. Raises WrongState, LeadsInCircles.

    Two people who name each other's products at once wait for one another here; a longer circle that is closed at one
    moment is found by who follows it.
    """
    with transaction.atomic():
        ids = [product.pk, *([successor.pk] if successor else [])]
        held = {row.pk: row for row in Product.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        if held[product.pk].state != Product.State.OFFLINE:
            raise WrongState(product.pk, held[product.pk].state)
        if successor and product.pk in _way_from(successor.pk):
            raise LeadsInCircles(product.slug)
        said = {"successor": successor, "is_for_good": is_for_good}
        Departure.objects.update_or_create(product=held[product.pk], defaults=said)
        record(SuccessorNamed(product.pk, successor.pk if successor else None, is_for_good), by=by, at=at)


def find_missing(slug: str, *, market_id: int) -> Missing | None:
    """What was at this address, where no page is found. None for what was never published, or never there."""
    product = Product.objects.filter(slug=slug).first() or Product.objects.filter(old_slugs__slug=slug).first()
    if product is None or product.state == Product.State.DRAFT:
        return None
    if product.state == Product.State.LIVE:
        if product.slug == slug:
            return None
        # It has a page in every market, even where it is not sold.
        return Missing(product.pk, product.category_id, is_for_good=False, go_to=product.slug)
    departure = Departure.objects.filter(product=product).first()
    return Missing(
        product.pk,
        product.category_id,
        is_for_good=departure is not None and departure.is_for_good,
        go_to=_listed_after(product.pk, market_id),
    )


def _listed_after(product_id: int, market_id: int) -> str | None:
    """The first on the way from a product that the market lists."""
    for step in _way_from(product_id)[1:]:
        listed = Listing.objects.filter(product_id=step, market_id=market_id)
        slug = listed.values_list("product__slug", flat=True).first()
        if slug is not None:
            return str(slug)
    return None


def _way_from(product_id: int) -> list[int]:
    """The product, its successor, the successor of that, and so on, each once."""
    way: list[int] = []
    step: int | None = product_id
    while step is not None and step not in way:
        way.append(step)
        step = Departure.objects.filter(product_id=step).values_list("successor_id", flat=True).first()
    return way
