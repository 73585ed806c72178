"""Publishing: buyers read approved copies, never the texts that somebody is working on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from tradewind.catalog.content import in_language, languages_of, options_in_words
from tradewind.catalog.events import ProductPublished, ProductReturned, ProductTakenOffline
from tradewind.catalog.finding import make_findable
from tradewind.catalog.listing import relist
from tradewind.catalog.models import Departure, Media, Product, PublishedVersion
from tradewind.catalog.shelving import shelve
from tradewind.core import search
from tradewind.core.facts import record
from tradewind.core.words import DEFAULT, LOCALES

# Every market may speak any of them, so a product has a page in each.
LANGUAGES: Final = tuple(LOCALES)


class NotPublishable(Exception):
    """The product lacks something without which it must not go live. `gaps` are codes."""

    def __init__(self, product_id: int, gaps: list[str]) -> None:
        super().__init__(f"product {product_id} lacks {', '.join(gaps)}")
        self.product_id = product_id
        self.gaps = gaps


class WrongState(Exception):
    """The product is not in the state from which this is possible: somebody was faster."""

    def __init__(self, product_id: int, state: str) -> None:
        super().__init__(f"product {product_id} is {state}")
        self.state = state


def publish(*, product: Product, by: str, at: datetime, languages: Sequence[str] = LANGUAGES) -> int:
    """Copy the present texts into a new version for readers of each language and show it. Raises NotPublishable.

    Readers of a language that the product is not written in get the English texts, or those of the first language.
    """
    with transaction.atomic():
        locked = Product.objects.select_for_update().get(pk=product.pk)
        gaps = gaps_of(locked)
        if gaps:
            raise NotPublishable(locked.pk, gaps)
        version = locked.text_version + 1
        PublishedVersion.objects.filter(product=locked, is_current=True).update(is_current=False)
        PublishedVersion.objects.bulk_create(
            PublishedVersion(
                product=locked,
                language=language,
                version=version,
                is_current=True,
                content=in_language(locked.content, language),
                published_at=at,
                approved_by=by,
            )
            for language in languages
        )
        Media.objects.filter(product=locked).update(is_live=True)
        Departure.objects.filter(product=locked).delete()
        Product.objects.filter(pk=locked.pk).update(text_version=F("text_version") + 1, state=Product.State.LIVE)
        find_for_staff(locked, languages)
        shelve(locked)
        record(ProductPublished(locked.pk, version, list(languages)), by=by, at=at)
    product.refresh_from_db()
    return version


def take_offline(*, product: Product, by: str, at: datetime, reason: str = "") -> None:
    """Sell it no longer: its page and its place in lists and search go at once. Orders keep what they hold.
    Raises WrongState.
    """
    with transaction.atomic():
        _move(product, Product.State.LIVE, Product.State.OFFLINE)
        _relist(product)
        record(ProductTakenOffline(product.pk, reason), by=by, at=at)
    product.refresh_from_db()


def bring_back(*, product: Product, by: str, at: datetime) -> None:
    """Sell it again as it was published last; what was written since waits for publishing. Raises WrongState."""
    with transaction.atomic():
        _move(product, Product.State.OFFLINE, Product.State.LIVE)
        Departure.objects.filter(product=product).delete()
        _relist(product)
        record(ProductReturned(product.pk), by=by, at=at)
    product.refresh_from_db()


def make_anew(product: Product) -> None:
    """Its places in lists and both searches, under the address that it has now. The caller holds it and has changed it."""
    languages = list(
        PublishedVersion.objects.filter(product=product, is_current=True).values_list("language", flat=True)
    )
    find_for_staff(product, languages or languages_of(product.content))
    _relist(product)


def gaps_of(product: Product) -> list[str]:
    """What keeps a product from being published, as codes: empty when nothing does.

    Every language that it is written in is complete, and there is at least one.
    """
    content = product.content
    languages = languages_of(content) or [DEFAULT]
    gaps = [
        f"{name}.{code}"
        for name in ("title", "description")
        for code in languages
        if not content.get(name, {}).get(code)
    ]
    if not product.variants.filter(is_offered=True).exists():
        gaps.append("variant")
    media = list(product.media.values_list("role", "origin", "permission", "state"))
    if all(role != Media.Role.FRONT for role, *_ in media):
        gaps.append("media.front")
    if any(not origin for _, origin, *_ in media):
        gaps.append("media.origin")
    if any(origin == "supplier" and not permission for _, origin, permission, _ in media):
        gaps.append("media.permission")
    states = {state for *_, state in media}
    return gaps + [f"media.{state}" for state in (Media.State.PREPARING, Media.State.FAILED) if state in states]


def differences(product: Product) -> dict[str, list[str]]:
    """What publishing would change for readers, by language: the names of the parts. Empty for what was never live."""
    published = PublishedVersion.objects.filter(product=product, is_current=True).order_by("language")
    found = {row.language: _changed(row.content, in_language(product.content, row.language)) for row in published}
    return {language: parts for language, parts in found.items() if parts}


def _changed(live: dict[str, Any], draft: dict[str, Any]) -> list[str]:
    return [name for name, text in draft.items() if name != "language" and live.get(name, type(text)()) != text]


def _move(product: Product, before: str, after: str) -> None:
    """The condition decides between two people. The version of the texts makes the keys of kept pages anew."""
    moved = Product.objects.filter(pk=product.pk, state=before)
    if not moved.update(state=after, text_version=F("text_version") + 1):
        raise WrongState(product.pk, Product.objects.values_list("state", flat=True).get(pk=product.pk))


def _relist(product: Product) -> None:
    """Its places in lists and in the buyers' search, from what was published last."""
    relist(product.pk, has_news=True)
    make_findable(product)


def find_for_staff(product: Product, languages: Sequence[str] = LANGUAGES) -> None:
    """Let the staff's search find it by what its texts and choices say now."""
    variants = list(product.variants.all())
    texts = [product.slug, *(variant.sku for variant in variants)]
    for language in dict.fromkeys(in_language(product.content, language)["language"] for language in languages):
        content = in_language(product.content, language)
        texts += [content["title"], *(options_in_words(content["options"], v.options) for v in variants)]
    search.index("product", product.pk, texts)
