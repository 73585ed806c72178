"""Publishing: buyers read approved copies, never the texts that somebody is working on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from tradewind.catalog.content import in_language, options_in_words
from tradewind.catalog.events import ProductPublished
from tradewind.catalog.models import Media, Product, PublishedVersion
from tradewind.catalog.shelving import shelve
from tradewind.core import search
from tradewind.core.facts import record


class NotPublishable(Exception):
    """The product lacks something without which it must not go live. `gaps` are codes."""

    def __init__(self, product_id: int, gaps: list[str]) -> None:
        super().__init__(f"product {product_id} lacks {', '.join(gaps)}")
        self.product_id = product_id
        self.gaps = gaps


def publish(*, product: Product, languages: Sequence[str], by: str, at: datetime) -> int:
    """Copy the present texts into a new version in each language and show it. Raises NotPublishable."""
    with transaction.atomic():
        locked = Product.objects.select_for_update().get(pk=product.pk)
        gaps = gaps_of(locked, languages)
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
        Product.objects.filter(pk=locked.pk).update(text_version=F("text_version") + 1, state=Product.State.LIVE)
        _make_findable(locked, languages)
        shelve(locked)
        record(ProductPublished(locked.pk, version, list(languages)), by=by, at=at)
    product.refresh_from_db()
    return version


def gaps_of(product: Product, languages: Sequence[str]) -> list[str]:
    """What keeps a product from being published, as codes: empty when nothing does."""
    gaps = [f"title.{language}" for language in languages if not product.content.get("title", {}).get(language)]
    gaps += [f"description.{language}" for language in languages if not product.content["description"].get(language)]
    if not product.variants.exists():
        gaps.append("variant")
    if not product.media.filter(role=Media.Role.FRONT).exists():
        gaps.append("media.front")
    if product.media.filter(origin="").exists():
        gaps.append("media.origin")
    return gaps


def _make_findable(product: Product, languages: Sequence[str]) -> None:
    variants = list(product.variants.all())
    texts = [product.slug, *(variant.sku for variant in variants)]
    for language in languages:
        content = in_language(product.content, language)
        texts += [content["title"], *(options_in_words(content["options"], v.options) for v in variants)]
    search.index("product", product.pk, texts)
