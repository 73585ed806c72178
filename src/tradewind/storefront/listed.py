"""A list of goods as categories and search show it: cards, filters to choose and to take off, orders, pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache

from tradewind.catalog.browsing import COUNTED, ORDERS, Page, cards_of, count_of, page_of, weighed
from tradewind.catalog.facets import Facet
from tradewind.catalog.list_statements import Cursor, Order, Source
from tradewind.catalog.queries import ProductCard
from tradewind.core.words import locale_of, say
from tradewind.lib.money_words import format_money
from tradewind.storefront.asking import Asked, filters_of, price_of
from tradewind.storefront.place import Place


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another view of the list."""

    words: str
    query: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """`total` is exact up to COUNTED; above it is COUNTED + 1. `wrong_prices` are what was typed and is no price."""

    cards: list[ProductCard]
    total: int
    facets: Sequence[Facet]
    asked: Asked
    chips: list[Link]
    orders: list[Link]
    earlier: str
    later: str
    wrong_prices: list[str]
    is_as_asked: bool

    @property
    def is_beyond_counting(self) -> bool:
        return self.total > COUNTED

    @property
    def first_words(self) -> str:
        return next(link.words for link in self.orders if link.is_current)


def listed(
    place: Place,
    source: Source,
    facets: Sequence[Facet],
    asked: Asked,
    *,
    own: Order | None = None,
    unfiltered: int | None = None,
) -> Listed:
    """The list in five statements. `own` is its order when none is asked for, beside those that every list has;
    `unfiltered` its number without filters, where the caller knows it.
    """
    filters, kept, wrong = filters_of(asked, facets, place)
    filters = weighed(filters)
    orders = {order.key: order for order in (*((own,) if own else ()), *ORDERS.values())}
    standard = own.key if own else next(iter(ORDERS))
    if own:
        del orders["recommended"]
    order = orders[asked.order or standard]
    page = page_of(source, filters, order, asked.cursor)
    return Listed(
        cards=cards_of(page.rows, place.language, filtered_by=kept.choices),
        total=count_of(source, filters) if unfiltered is None or filters.are_any else unfiltered,
        facets=facets,
        asked=kept,
        chips=_chips(place, facets, kept, wrong),
        orders=[
            Link(
                _order_words(place.language, key),
                kept.ordered("" if key == standard else key).query(),
                key == order.key,
            )
            for key in orders
        ],
        earlier=_beside(kept, page, is_backward=True),
        later=_beside(kept, page, is_backward=False),
        wrong_prices=wrong,
        is_as_asked=kept == asked,
    )


def as_offered(asked: Asked, name: str) -> Asked:
    """What was asked without what the list of this name is known not to offer, so that its page is found again."""
    offered = cache.get(f"offered:{name}") if asked.choices else None
    return asked if offered is None else asked.only(offered)


def note_offered(facets: Sequence[Facet], name: str) -> None:
    cache.set(f"offered:{name}", {facet.key: {choice.key for choice in facet.choices} for facet in facets})


def _beside(asked: Asked, page: Page, *, is_backward: bool) -> str:
    """The query of the page before or after; empty where there is none."""
    if not (page.has_earlier if is_backward else page.has_later):
        return ""
    row = page.rows[0 if is_backward else -1]
    return asked.at(Cursor(row.key, row.product_id, is_backward)).query()


def _chips(place: Place, facets: Sequence[Facet], asked: Asked, wrong: Sequence[str]) -> list[Link]:
    """Every filter that is on, with the way to the list without it."""
    names = {(facet.key, choice.key): choice.name for facet in facets for choice in facet.choices}
    chips = [
        Link(names[key, value], asked.without(key, value).query())
        for key, values in asked.choices.items()
        for value in values
    ]
    language = place.language
    if asked.price_from and asked.price_from not in wrong:
        words = say(language, "from {price}", price=_price_words(asked.price_from, place))
        chips.append(Link(words, asked.without_price("price_from").query()))
    if asked.price_to and asked.price_to not in wrong:
        words = say(language, "up to {price}", price=_price_words(asked.price_to, place))
        chips.append(Link(words, asked.without_price("price_to").query()))
    if asked.in_stock:
        chips.append(Link(say(language, "In stock"), asked.anywhere().query()))
    return chips


def _price_words(text: str, place: Place) -> str:
    price = price_of(text, place)
    return text if price is None else format_money(price, locale_of(place.language, place.market.country))


def _order_words(language: str, key: str) -> str:
    words = {
        "relevance": say(language, "Best match"),
        "recommended": say(language, "Recommended"),
        "newest": say(language, "Newest"),
        "price": say(language, "Price, low to high"),
        "price-down": say(language, "Price, high to low"),
    }
    return words[key]
