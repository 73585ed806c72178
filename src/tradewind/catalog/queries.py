"""What pages read of the catalogue, as frozen values. `language` is a code such as "de"."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from tradewind.catalog.content import options_in_words
from tradewind.catalog.models import ListingChange, Media, Price, Product, PublishedVersion, Variant
from tradewind.core.rows import first_row
from tradewind.core.words import pick
from tradewind.lib.money import Money
from tradewind.markets.models import Market

# As text: this is all that a page costs which we have rendered before, and building it from querysets took nine tenths
# of that. The state is no parameter, because SQLite then plans anew each time, for the sake of its partial indexes.
_PAGE_KEY: Final = f"""
    SELECT product.id, market.version, product.text_version, product.price_version, product.stock_version,
        (SELECT COUNT(*) || '.' || COALESCE(SUM(id), 0) FROM {ListingChange._meta.db_table} WHERE market_id = market.id)
    FROM {Product._meta.db_table} product
    JOIN {PublishedVersion._meta.db_table} published
        ON published.product_id = product.id AND published.language = %s AND published.is_current
    JOIN {Market._meta.db_table} market ON market.code = %s
    WHERE product.slug = %s AND product.state = '{Product.State.LIVE}'
"""  # noqa: S608  # names of our own tables


@dataclass(frozen=True, slots=True)
class PageKey:
    """Everything that decides what a product page says, read in one statement. Equal keys, equal pages.

    `lists_version` decides what is said of other goods, and is no part of `cache_key`.
    """

    product_id: int
    slug: str
    language: str
    market: str
    market_version: int
    text_version: int
    price_version: int
    stock_version: int
    # Of what stands beside the product: the goods of the market, see catalog.listing.lists_key.
    lists_version: str

    @property
    def cache_key(self) -> str:
        versions = f"{self.market_version}.{self.text_version}.{self.price_version}.{self.stock_version}"
        return f"product:{self.product_id}:{self.market}:{self.language}:{versions}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One medium with its renditions: [{path, width, height, format}], largest last."""

    role: str
    alt: str
    colour: str
    option: tuple[str, str] | None
    renditions: tuple[dict[str, Any], ...]

    @property
    def is_video(self) -> bool:
        return self.role == Media.Role.VIDEO

    def shows(self, options: dict[str, str]) -> bool:
        """Does it show this choice, or something that all choices share?"""
        return self.option is None or options.get(self.option[0], self.option[1]) == self.option[1]


@dataclass(frozen=True, slots=True)
class VariantOffer:
    """A variant as it is sold in one market. `price` is None where it has none: it cannot be bought there."""

    id: int
    product_id: int
    slug: str
    sku: str
    title: str
    options: dict[str, str]
    options_words: str
    price: Money | None
    available: int
    stocked_at: tuple[str, ...]
    weight_g: int
    traits: tuple[str, ...]
    hs_code: str
    picture: Picture | None
    consists_of: tuple[tuple[int, int], ...] = ()  # of a bundle: (variant, units in one bundle)
    package_mm: tuple[int, ...] | None = None  # length, width, height; None where nobody measured it
    net_content: str = ""  # where it is sold by weight, volume, length or area


@dataclass(frozen=True, slots=True)
class ProductView:
    """A live product in one language and market."""

    id: int
    slug: str
    category_slug: str
    category: str
    content: dict[str, Any]
    pictures: tuple[Picture, ...]
    variants: tuple[VariantOffer, ...]


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product in a grid. `lowest` is the lowest price of its variants, and `net_content` how much of it that buys, where it is
    sold by amount; `has_range` tells whether others cost more. `options` are those of the variant that it leads to, if it leads to one in particular.
    """

    slug: str
    title: str
    lowest: Money
    has_range: bool
    net_content: str
    is_available: bool
    picture: Picture | None
    options: dict[str, str] = field(default_factory=dict)


def page_key(slug: str, market: str, language: str) -> PageKey | None:
    """The versions behind a product page, or None where there is no such page. One statement."""
    row = first_row(_PAGE_KEY, [language, market, slug])
    if row is None:
        return None
    return PageKey(row[0], slug, language, market, *row[1:])


def product_view(product_id: int, *, market_id: int, language: str) -> ProductView:
    """Everything that a product page shows, in four statements. Raises Product.DoesNotExist."""
    row = PublishedVersion.objects.select_related("product__category").get(
        product_id=product_id, language=language, is_current=True
    )
    product = row.product
    pictures = tuple(
        picture_of(m, language) for m in Media.objects.filter(product=product, is_live=True).order_by("position")
    )
    return ProductView(
        id=product.pk,
        slug=product.slug,
        category_slug=product.category.slug,
        category=pick(product.category.name, language),
        content=row.content,
        pictures=pictures,
        variants=tuple(
            _offer(variant, row.content, pictures)
            for variant in _priced(market_id).filter(product=product).order_by("position", "id")
        ),
    )


def markets_selling(product_id: int) -> QuerySet[Any, int]:
    """The markets that have a price for any of its variants, to be asked for together with the markets themselves."""
    return Price.objects.filter(variant__product_id=product_id).values_list("market_id", flat=True)


def newest_published(market_id: int, language: str, *, limit: int = 30) -> list[tuple[str, datetime, dict[str, Any]]]:
    """(slug, since when it is there, its texts) of what the market sells, the newest first."""
    sold = Price.objects.filter(variant__product_id=OuterRef("product_id"), market_id=market_id)
    live = PublishedVersion.objects.filter(
        Exists(sold), language=language, is_current=True, product__state=Product.State.LIVE
    )
    rows = live.order_by("-product__created_at", "-product_id")
    return list(rows.values_list("product__slug", "product__created_at", "content")[:limit])


def highest_product() -> int:
    """The largest number of a product, zero without any."""
    return Product.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def sold_between(first: int, last: int, *, market_id: int, language: str) -> list[tuple[str, datetime]]:
    """(slug, last publishing) of the live products with these numbers, both included, that the market sells."""
    sold = Price.objects.filter(variant__product_id=OuterRef("product_id"), market_id=market_id)
    live = PublishedVersion.objects.filter(
        Exists(sold), language=language, is_current=True, product__state=Product.State.LIVE
    )
    rows = live.filter(product_id__gte=first, product_id__lte=last).order_by("product_id")
    return list(rows.values_list("product__slug", "published_at"))


def skus_of(ids: Collection[int]) -> dict[int, str]:
    """Article numbers by variant; no statement for nothing."""
    return dict(Variant.objects.filter(pk__in=ids).values_list("pk", "sku")) if ids else {}


def titles_of(ids: Collection[int], language: str) -> dict[int, str]:
    """What variants were called when they were last sold, by id; no statement for nothing."""
    if not ids:
        return {}
    last = PublishedVersion.objects.filter(product=OuterRef("product"), language=language, is_current=True)
    rows = Variant.objects.filter(pk__in=ids).values_list("pk", "options", Subquery(last.values("content")[:1]))
    return {
        pk: ", ".join(filter(None, (content["title"], options_in_words(content["options"], options))))
        for pk, options, content in rows
        if content is not None
    }


def product_titles(ids: Collection[int], language: str) -> dict[int, str]:
    """What products were called when they were last sold, offline ones too, by id; no statement for nothing."""
    rows = PublishedVersion.objects.filter(product__in=ids, language=language, is_current=True) if ids else ()
    return {row.product_id: row.content["title"] for row in rows}


def variant_offers(ids: Sequence[int], *, market_id: int, language: str) -> dict[int, VariantOffer]:
    """The live ones among these variants, by id, in three statements."""
    variants = list(_priced(market_id).filter(pk__in=ids, product__state=Product.State.LIVE).select_related("product"))
    products = {variant.product_id for variant in variants}
    texts = {
        row.product_id: row.content
        for row in PublishedVersion.objects.filter(product_id__in=products, language=language, is_current=True)
    }
    pictures: dict[int, list[Picture]] = {}
    fronts = Media.objects.filter(product_id__in=products, role=Media.Role.FRONT, is_live=True)
    fronts = fronts.order_by("product_id", "position")
    for medium in fronts:
        pictures.setdefault(medium.product_id, []).append(picture_of(medium, language))
    return {
        variant.pk: _offer(variant, texts[variant.product_id], tuple(pictures.get(variant.product_id, ())))
        for variant in variants
        if variant.product_id in texts
    }


def _priced(market_id: int) -> Any:
    asked = Price.objects.filter(variant=OuterRef("pk"), market_id=market_id)
    return Variant.objects.filter(is_offered=True).annotate(
        asked=Subquery(asked.values("amount")[:1]),
        asked_in=Subquery(asked.values("currency")[:1]),
        slug=F("product__slug"),
    )


def _offer(variant: Any, content: dict[str, Any], pictures: tuple[Picture, ...]) -> VariantOffer:
    return VariantOffer(
        id=variant.pk,
        product_id=variant.product_id,
        slug=variant.slug,
        sku=variant.sku,
        title=content["title"],
        options=variant.options,
        options_words=options_in_words(content["options"], variant.options),
        price=None if variant.asked is None else Money(variant.asked, variant.asked_in),
        available=variant.available,
        stocked_at=tuple(variant.stocked_at),
        weight_g=variant.weight_g,
        traits=tuple(variant.customs.get("traits", ())),
        hs_code=str(variant.customs.get("hs_code", "")),
        picture=next((p for p in pictures if p.role == Media.Role.FRONT and p.shows(variant.options)), None),
        consists_of=tuple((part, quantity) for part, quantity in variant.consists_of),
        package_mm=tuple(variant.package_mm) if variant.package_mm else None,
        net_content=variant.net_content,
    )


def picture_of(medium: Media, language: str) -> Picture:
    """A medium as pages show it."""
    return Picture(
        role=medium.role,
        alt=pick(medium.alt, language),
        colour=medium.colour,
        option=(medium.option[0], medium.option[1]) if medium.option else None,
        renditions=tuple(medium.renditions),
    )
