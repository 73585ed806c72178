"""Pages that are made from the settings: how delivery works in a market, and what robots may read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from tradewind.lib.clock import utc_now
from tradewind.payments.methods import offers
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.terms import terms_of
from tradewind.storefront.answers import own_words
from tradewind.storefront.being_found import absolute
from tradewind.storefront.customs_told import told_of_market
from tradewind.storefront.notices import announced_to
from tradewind.storefront.pages import show
from tradewind.storefront.place import Place, country_of, in_place, remember_country
from tradewind.storefront.promise_box import box_for
from tradewind.ui.environment import static


@in_place
@require_safe
def delivery_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Every option of the market with its dates for something small that lies in every warehouse, and what is announced to its country."""
    country = country_of(request, place.market)
    everywhere = frozenset(terms.warehouse for terms in terms_of(place.market))
    small = Goods(weight_g=1, traits=frozenset(), stocked_at=everywhere)
    quotes = tuple(quotes_for(place.market, country, small, at=utc_now()))
    response = show(
        request,
        place,
        "storefront/delivery.html",
        {
            "announcements": announced_to(place, country, quotes),
            "box": box_for(place, country, quotes),
            "customs_told": told_of_market(quotes, country, place.language),
            "terms": {terms.option: terms for terms in terms_of(place.market)},
            "methods": offers(place.market.id, place.language),
            **own_words(place, "delivery"),
        },
    )
    remember_country(request, response, country)
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # every view takes it
    """Browsers ask for it on pages that name no icon."""
    return HttpResponsePermanentRedirect(static("icon.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # every view takes it
    """Orders belong to one buyer; a demo is nothing for search engines at all."""
    refused = ["/"] if settings.IS_DEMO else ["/console/", "/*/order/", "/*/quotation/", "/payment/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in refused)]
    lines += [] if settings.IS_DEMO else ["", f"Sitemap: {absolute(reverse('storefront:sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
