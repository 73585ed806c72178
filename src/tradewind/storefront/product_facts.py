"""A product in schema.org's words: what it is, each variant's offer, how it is sent, how it may be returned."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from tradewind.catalog.queries import Picture, ProductView, VariantOffer
from tradewind.core.words import pick
from tradewind.markets.shop import ShopProfile
from tradewind.promises.quote import DeliveryQuote
from tradewind.storefront.being_found import absolute, breadcrumbs
from tradewind.storefront.choosing import query_of
from tradewind.storefront.place import Place
from tradewind.storefront.promise_box import PromiseBox
from tradewind.ui.environment import media

# Options that schema.org has a word for.
_KNOWN_OPTIONS: Final = {
    "colour": "color",
    "color": "color",
    "size": "size",
    "material": "material",
    "pattern": "pattern",
}
_MOST_PICTURES: Final = 6
_SHOWN_EVERYWHERE: Final = frozenset({"jpeg", "webp"})


def product_facts(place: Place, product: ProductView, box: PromiseBox, shop: ShopProfile) -> Mapping[str, Any]:
    """The whole page's facts, as one graph."""
    way = breadcrumbs(
        [
            (pick(shop.name, place.language), place.url("home")),
            (product.content["title"], place.url("product", slug=product.slug)),
        ]
    )
    return {"@graph": [_product(place, product, box, shop), way]}


def _product(place: Place, product: ProductView, box: PromiseBox, shop: ShopProfile) -> Mapping[str, Any]:
    address = place.url("product", slug=product.slug)
    shared = {
        "name": product.content["title"],
        "description": " ".join(product.content["description"]) or product.content["subtitle"],
        "url": absolute(address),
        "image": _addresses(product.pictures),
        "category": product.category,
        "brand": {"@type": "Brand", "name": pick(shop.name, place.language)},
    }
    sold = [variant for variant in product.variants if variant.price is not None]
    if len(product.variants) == 1:
        only = product.variants[0]
        return {"@type": "Product", **shared, "sku": only.sku, **_offer_of(place, only, sold, box, address)}
    return {
        "@type": "ProductGroup",
        **shared,
        "productGroupID": product.slug,
        "variesBy": [_option_name(option["key"]) for option in product.content["options"]],
        "hasVariant": [_variant(place, product, variant, box, address) for variant in sold],
    }


def _variant(
    place: Place, product: ProductView, variant: VariantOffer, box: PromiseBox, address: str
) -> Mapping[str, Any]:
    names = {
        option["key"]: next((v["name"] for v in option["values"] if v["key"] == variant.options.get(option["key"])), "")
        for option in product.content["options"]
    }
    words = f" ({variant.options_words})" if variant.options_words else ""
    pictures = [picture for picture in product.pictures if picture.shows(variant.options)]
    return {
        "@type": "Product",
        "name": f"{product.content['title']}{words}",
        "sku": variant.sku,
        "image": _addresses(pictures)[:1],
        **{_KNOWN_OPTIONS[key]: name for key, name in names.items() if key in _KNOWN_OPTIONS},
        **_offer_of(place, variant, [variant], box, address + query_of(variant.options)),
    }


def _offer_of(
    place: Place, variant: VariantOffer, sold: Sequence[VariantOffer], box: PromiseBox, address: str
) -> Mapping[str, Any]:
    if variant.price is None or not sold:
        return {}
    availability = "InStock" if variant.available > 0 else "OutOfStock"
    return {
        "offers": {
            "@type": "Offer",
            "url": absolute(address),
            "price": str(variant.price.decimal),
            "priceCurrency": variant.price.currency,
            "availability": f"https://schema.org/{availability}",
            "itemCondition": "https://schema.org/NewCondition",
            "shippingDetails": [_shipping(quote, box.country) for quote in box.quotes],
            "hasMerchantReturnPolicy": _returns(place, box.country),
        }
    }


def _shipping(quote: DeliveryQuote, country: str) -> Mapping[str, Any]:
    handling = int(quote.inputs["handling_days"]) + int(quote.inputs.get("later_by", 0))
    transit = quote.inputs["transit_days"]
    return {
        "@type": "OfferShippingDetails",
        "shippingRate": {
            "@type": "MonetaryAmount",
            "value": str(quote.cost.decimal),
            "currency": quote.cost.currency,
        },
        "shippingDestination": {"@type": "DefinedRegion", "addressCountry": country},
        "deliveryTime": {
            "@type": "ShippingDeliveryTime",
            "handlingTime": _days(0, handling),
            "transitTime": _days(*transit),
        },
    }


def _days(least: int, most: int) -> Mapping[str, Any]:
    return {"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}


def _returns(place: Place, country: str) -> Mapping[str, Any]:
    fees = "FreeReturn" if place.market.returns_are_free else "ReturnFeesCustomerResponsibility"
    return {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": country,
        "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": place.market.return_days,
        "returnMethod": "https://schema.org/ReturnByMail",
        "returnFees": f"https://schema.org/{fees}",
        "merchantReturnLink": absolute(place.url("delivery")) + "#returns",
    }


class Preview(NamedTuple):
    """The picture that a network shows beside a link."""

    address: str
    width: int
    height: int
    alt: str


def preview_of(pictures: Sequence[Picture]) -> Preview | None:
    for picture in pictures:
        still = _still(picture)
        if still is not None:
            return Preview(absolute(media(still["path"])), still["width"], still["height"], picture.alt)
    return None


def _addresses(pictures: Sequence[Picture]) -> list[str]:
    stills = [_still(picture) for picture in pictures]
    return [absolute(media(still["path"])) for still in stills if still is not None][:_MOST_PICTURES]


def _still(picture: Picture) -> dict[str, Any] | None:
    """The largest rendition in a format that everybody can show."""
    stills = [each for each in picture.renditions if each["format"] in _SHOWN_EVERYWHERE and not picture.is_video]
    return max(stills, key=lambda each: (int(each["width"]), each["format"] == "jpeg"), default=None)


def _option_name(key: str) -> str:
    known = _KNOWN_OPTIONS.get(key)
    return f"https://schema.org/{known}" if known else key
