"""What a process keeps of the shop, read before it serves: its first visitors wait no longer than others."""

import structlog
from django.db import Error, connection
from django.template.loader import get_template
from django.urls import get_resolver

from tradewind.catalog.categories import tree_of
from tradewind.lib.clock import utc_now
from tradewind.markets.queries import MarketView, all_markets
from tradewind.payments.methods import offers
from tradewind.shipping.terms import terms_of

log = structlog.get_logger(__name__)
_TEMPLATES = ("storefront/product.html", "storefront/category.html", "storefront/parts/related.html")


def warm_up() -> None:
    """Where the database does not answer yet, the first requests read it instead."""
    _ = get_resolver().url_patterns
    for template in _TEMPLATES:
        get_template(template)
    try:
        for market in all_markets(on=utc_now().date()):
            _keep(market)
    except Error as problem:
        log.warning("nothing is kept yet: the database does not answer", problem=str(problem))
    finally:
        connection.close()


def _keep(market: MarketView) -> None:
    tree_of(market.id, market.version)
    terms_of(market)
    for language in market.languages[:1]:
        offers(market.id, language, version=market.version)
