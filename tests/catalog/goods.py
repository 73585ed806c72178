"""More goods for the small shop, made through the activities that staff use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tests.shop import Shop
from tradewind.catalog.categories import save_category
from tradewind.catalog.describing import define_attribute
from tradewind.catalog.models import Attribute, Category, Media, Product, Variant
from tradewind.catalog.pricing import set_price
from tradewind.catalog.publishing import publish
from tradewind.core.words import LOCALES
from tradewind.inventory.stocktaking import receive
from tradewind.lib.money import Money

LANGUAGES = ("en", "de", "zh")
NAMES = {"colour": {"red": "Red", "blue": "Blue"}, "size": {"s": "S", "m": "M"}}


@dataclass(frozen=True)
class Piece:
    """A variant: what it is, what it costs in the German market (cents; 0: not sold there), how many there are."""

    options: Mapping[str, str]
    cents: int = 1000
    stock: int = 5


def define_filters() -> None:
    for key in ("colour", "size", "material"):
        define_attribute(
            key=key, kind=Attribute.Kind.CHOICE, name={"en": key.title()}, category=None, is_filterable=True
        )
    define_attribute(key="weight", kind=Attribute.Kind.NUMBER, name={"en": "Weight"}, unit="g")
    define_attribute(key="care", kind=Attribute.Kind.TEXT, name={"en": "Care"})


def clothes(shop: Shop) -> Category:
    """A category in a category: wear > clothes."""
    wear = save_category(slug="wear", name={"en": "Wear", "de": "Tragen"}, position=1)
    return save_category(slug="clothes", name={"en": "Clothes", "de": "Kleidung"}, parent=wear, position=2)


def add_goods(
    shop: Shop, slug: str, category: Category, pieces: Sequence[Piece], texts: Mapping[str, str] | None = None
) -> Product:
    """A published product. `texts` are titles by language, and "description" in English."""
    texts = {"en": slug.replace("-", " ").title(), **(texts or {})}
    languages = list(dict.fromkeys([*LANGUAGES, *(key for key in texts if key in LOCALES)]))
    title = {language: texts.get(language, texts["en"]) for language in languages}
    description = {language: [texts.get("description", "Good.")] for language in languages}
    number = Product.objects.count()
    product = Product.objects.create(
        slug=slug,
        category=category,
        created_at=shop.at + timedelta(hours=number),
        position=number,
        content={
            "title": title,
            "subtitle": {},
            "points": {},
            "description": description,
            "facts": [],
            "options": _options(pieces),
        },
    )
    Media.objects.create(
        product=product, role="front", position=0, alt=title, origin="own", renditions=_front().renditions
    )
    for position, piece in enumerate(pieces):
        variant = Variant.objects.create(
            product=product, sku=f"{slug}-{position}", options=dict(piece.options), position=position, weight_g=100
        )
        if piece.cents:
            set_price(variant=variant, market_id=shop.de.pk, price=Money(piece.cents, "EUR"), by="x", at=shop.at)
        if piece.stock:
            receive(variant_id=variant.pk, warehouse=shop.shenzhen, quantity=piece.stock, by="x", at=shop.at)
    publish(product=product, languages=languages, by="system", at=shop.at)
    return product


def _options(pieces: Sequence[Piece]) -> list[dict[str, object]]:
    keys = dict.fromkeys(key for piece in pieces for key in piece.options)
    return [
        {
            "key": key,
            "name": {"en": key.title()},
            "values": [
                {"key": value, "name": {"en": NAMES[key][value]}}
                for value in dict.fromkeys(piece.options[key] for piece in pieces if key in piece.options)
            ],
        }
        for key in keys
    ]


def _front() -> Media:
    return Media.objects.filter(product__slug="mug").get()
