"""The product page. Rendered once per set of versions, choice, country and cut-off; then one statement answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.catalog.queries import (
    PageKey,
    Picture,
    ProductView,
    VariantOffer,
    markets_selling,
    page_key,
    product_view,
)
from tradewind.catalog.stock_shown import FEW
from tradewind.lib.charging import Good, bill, is_import
from tradewind.lib.clock import utc_now
from tradewind.lib.measures import INCH_COUNTRIES
from tradewind.markets.shop import shop_profile
from tradewind.markets.wording import named_charges, tax_words
from tradewind.payments.methods import offers
from tradewind.shipping.quoting import Part, pack, quotes_for
from tradewind.shipping.refusing import refused_by_all
from tradewind.shipping.terms import terms_of
from tradewind.storefront.being_found import alternates, as_json_ld
from tradewind.storefront.choosing import Choice, choices_of, choose, offered_options, query_of
from tradewind.storefront.missing import missing_page
from tradewind.storefront.notices import announced_to
from tradewind.storefront.pages import CART_COUNT_MARK, cart_count, private, render
from tradewind.storefront.place import Place, country_of, find_place, remember_country
from tradewind.storefront.product_facts import preview_of, product_facts
from tradewind.storefront.promise_box import PromiseBox, box_for
from tradewind.storefront.related import RELATED_MARK, related_part


class KeptPage(NamedTuple):
    """A page in parts, with the number of things in the cart and the related goods between them, and the moment that it
    was true until.
    """

    before: bytes
    middle: bytes
    after: bytes
    good_until: datetime | None

    def is_good(self, at: datetime) -> bool:
        return self.good_until is None or at < self.good_until


@require_safe
def product_page(request: HttpRequest, market: str, language: str, slug: str) -> HttpResponse:
    at = utc_now()
    key = page_key(slug, market, language)
    if key is None:
        return missing_page(request, market, language, slug)
    place = find_place(market, language, on=at.date(), version=key.market_version)
    country = country_of(request, place.market)
    page = _kept_page(request, key, country, at) or _make_page(request, place, key, country, at)
    response = HttpResponse(
        page.before + cart_count(request).encode() + page.middle + related_part(place, key) + page.after
    )
    remember_country(request, response, country)
    return private(response)


def _kept_page(request: HttpRequest, key: PageKey, country: str, at: datetime) -> KeptPage | None:
    name = _page_name(key, country, at)
    # Most visitors ask for nothing in particular, and nothing has to be chosen in order to find their page.
    if request.GET:
        choices: list[Choice] | None = cache.get(key.cache_key)
        if choices is None:
            return None
        name += _name_of_choice(choices, choose(choices, request.GET))
    page: KeptPage | None = cache.get(name)
    return page if page is not None and page.is_good(at) else None


def _make_page(request: HttpRequest, place: Place, key: PageKey, country: str, at: datetime) -> KeptPage:
    product = product_view(key.product_id, market_id=place.market.id, language=place.language)
    if not product.variants:
        raise Http404
    choices = choices_of(product)
    chosen_id = choose(choices, request.GET)
    chosen = next(variant for variant in product.variants if variant.id == chosen_id)
    goods = pack([Part.of(chosen, chosen.stocked_at, 1)], value=chosen.price)
    quotes = tuple(quotes_for(place.market, country, goods, at=at))
    box = box_for(place, country, quotes, None if quotes else refused_by_all(terms_of(place.market), country, goods))
    html = render(request, place, "storefront/product.html", _values(place, product, chosen, box))
    before, rest = html.split(CART_COUNT_MARK)
    middle, after = rest.split(RELATED_MARK)
    changes = (box.holds_until, place.market.announcements_change_after(at))
    page = KeptPage(
        before.encode(), middle.encode(), after.encode(), min((moment for moment in changes if moment), default=None)
    )
    cache.set(key.cache_key, choices)
    cache.set(_page_name(key, country, at) + _name_of_choice(choices, chosen.id), page)
    return page


def _values(place: Place, product: ProductView, chosen: VariantOffer, box: PromiseBox) -> Mapping[str, object]:
    address, shop = place.url("product", slug=product.slug), shop_profile()
    return {
        "shop": shop,
        **_charges(place, chosen, box),
        "announcements": announced_to(place, box.country, box.quotes),
        "product": product,
        "chosen": chosen,
        "options": offered_options(product, chosen),
        "pictures": _pictures(product, chosen),
        "box": box,
        "methods": offers(place.market.id, place.language, version=place.market.version),
        "few": FEW,
        "related": RELATED_MARK,
        "inches_first": box.country in INCH_COUNTRIES,
        "address": address,
        "query": query_of(chosen.options),
        "facts": as_json_ld(product_facts(place, product, box, shop)),
        "preview": preview_of(product.pictures),
        "sold_elsewhere": alternates(address, place, sold_in=markets_selling(product.id)),
    }


def _charges(place: Place, chosen: VariantOffer, box: PromiseBox) -> Mapping[str, object]:
    """What the state takes on one of it, sent the way that makes the sentence."""
    due = None
    if chosen.price is not None:
        imported = box.headline is None or is_import(box.headline.warehouse_country, box.country)
        goods = [Good(chosen.price, 1, chosen.hs_code)]
        duty_paid = box.headline is not None and box.headline.is_duty_paid
        charges = place.market.charges_to(box.country)
        due = bill(goods, None, charges, imported=imported, duty_paid=duty_paid)
    return {
        "tax": tax_words(due.tax_charge, place.language) if due is not None and due.tax_charge is not None else "",
        "charges": named_charges(due, place.language, place.market.country),
        "at_door": [(each.charge.key, each.charge.name, each.estimate) for each in due.at_door] if due else [],
    }


def _pictures(product: ProductView, chosen: VariantOffer) -> list[Picture]:
    """What shows this choice, its own pictures first."""
    shown = [picture for picture in product.pictures if picture.shows(chosen.options)]
    return sorted(shown, key=lambda picture: picture.option is None) or list(product.pictures)


def _page_name(key: PageKey, country: str, at: datetime) -> str:
    # The day is in it because market rules have dates.
    return f"{key.cache_key}:{country}:{at.date()}"


def _name_of_choice(choices: Sequence[Choice], variant_id: int) -> str:
    """Empty for the variant that is shown when nothing was asked for."""
    return "" if variant_id == choose(choices, {}) else f":{variant_id}"
