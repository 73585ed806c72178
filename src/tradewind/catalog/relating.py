"""Goods that go with a product: what is near it on the shelf, and the sets that hold it. One statement.

Near are products of its category and the one above, what lies in a set with it, and what shares a choice (a colour, a material)
with it. What can be bought now comes first, then its own category, the one above, and what has most in common. Like lists, it reads the listings of one
market, so whatever is not live there is not near either, and catalog.listing.lists_key says when it reads differently.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from tradewind.catalog.models import (
    AttributeValue,
    BundlePart,
    Category,
    Listing,
    Media,
    Product,
    PublishedVersion,
    Variant,
)
from tradewind.catalog.queries import Picture, ProductCard
from tradewind.core.words import pick
from tradewind.lib.money import Money

MOST_NEAR: Final = 6
MOST_SETS: Final = 3
# How many of each kind are looked at: in a large category, those that the shop recommends; bounds what a page costs.
_CONSIDERED: Final = 60
# To lie in one set says as much as so many choices in common.
_MATE_COUNTS: Final = 3


class Related(NamedTuple):
    """Cards of the goods near a product, and of the sets that hold it."""

    near: Sequence[ProductCard]
    sets: Sequence[ProductCard]


def related_goods(product_id: int, *, market_id: int, language: str) -> Related:
    """What goes with a product in this market: never itself, nothing twice."""
    parameters: dict[str, int | str] = {
        "product": product_id,
        "market": market_id,
        "language": language,
        "considered": _CONSIDERED,
        "near": MOST_NEAR,
        "sets": MOST_SETS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RELATED, parameters)
        rows = cursor.fetchall()
    return Related(
        near=[_card(row, language) for is_set, *row in rows if not is_set],
        sets=[_card(row, language) for is_set, *row in rows if is_set],
    )


def _card(row: Sequence[Any], language: str) -> ProductCard:
    slug, content, lowest, highest, currency, net_content, is_available, role, alt, colour, renditions = row
    return ProductCard(
        slug=slug,
        title=json.loads(content)["title"],
        lowest=Money(lowest, currency),
        has_range=highest > lowest,
        net_content=net_content,
        is_available=bool(is_available),
        picture=None
        if role is None
        else Picture(role, pick(json.loads(alt), language), colour, None, tuple(json.loads(renditions))),
    )


_LISTING: Final = Listing._meta.db_table
_VALUE: Final = AttributeValue._meta.db_table
_VARIANT: Final = Variant._meta.db_table
_PART: Final = BundlePart._meta.db_table
_PRODUCT: Final = Product._meta.db_table
_TEXT: Final = PublishedVersion._meta.db_table
_MEDIA: Final = Media._meta.db_table
# The sets that hold it, as their variants.
_HOLDING: Final = (
    f"SELECT part.bundle_id FROM {_PART} part JOIN {_VARIANT} own ON own.id = part.part_id"  # noqa: S608
    f" JOIN {_VARIANT} bundle ON bundle.id = part.bundle_id"
    " WHERE own.product_id = %(product)s AND bundle.is_offered"
)
_SHELF: Final = f"SELECT category_id FROM {_PRODUCT} WHERE id = %(product)s"  # noqa: S608
_SHELF_ABOVE: Final = f"SELECT c.parent_id FROM {Category._meta.db_table} c WHERE c.id = ({_SHELF})"  # noqa: S608
_OWN: Final = f"SELECT v.id FROM {_VARIANT} v WHERE v.product_id = %(product)s"  # noqa: S608
_RELATED: Final = f"""
WITH found AS (
    SELECT bundle.product_id, 1 AS is_set, 0 AS is_mate
    FROM {_VARIANT} bundle WHERE bundle.id IN ({_HOLDING})
    UNION ALL
    SELECT mate.product_id, 0, 1
    FROM {_PART} part JOIN {_VARIANT} mate ON mate.id = part.part_id
    WHERE part.bundle_id IN ({_HOLDING}) OR part.bundle_id IN ({_OWN})
    UNION ALL
    SELECT * FROM (
        SELECT l.product_id, 0, 0 FROM {_LISTING} l
        WHERE l.market_id = %(market)s AND l.category_id = ({_SHELF})
        ORDER BY l.recommended, l.product_id LIMIT %(considered)s
    ) shelf
    UNION ALL
    SELECT * FROM (
        SELECT l.product_id, 0, 0 FROM {_LISTING} l
        WHERE l.market_id = %(market)s AND l.category_id = ({_SHELF_ABOVE})
        ORDER BY l.recommended, l.product_id LIMIT %(considered)s
    ) above
    UNION ALL
    SELECT * FROM (
        SELECT other.product_id, 0, 0 FROM {_VALUE} mine JOIN {_VALUE} other ON other.choice_id = mine.choice_id
        WHERE mine.product_id = %(product)s LIMIT 10 * %(considered)s
    ) alike
),
each AS (
    SELECT product_id, MAX(is_set) AS is_set, MAX(is_mate) AS is_mate
    FROM found WHERE product_id <> %(product)s GROUP BY product_id
),
ranked AS (
    SELECT each.is_set, l.*, ROW_NUMBER() OVER (
        PARTITION BY each.is_set
        ORDER BY
            CASE WHEN l.is_available THEN 0 ELSE 1 END,
            CASE WHEN l.category_id = ({_SHELF}) THEN 0 WHEN l.category_id = ({_SHELF_ABOVE}) THEN 1 ELSE 2 END,
            {_MATE_COUNTS} * each.is_mate + (
                SELECT COUNT(DISTINCT a.choice_id) FROM {_VALUE} a JOIN {_VALUE} mine ON mine.choice_id = a.choice_id
                WHERE a.product_id = l.product_id AND mine.product_id = %(product)s
            ) DESC,
            l.recommended, l.product_id
    ) AS place
    FROM each JOIN {_LISTING} l ON l.product_id = each.product_id AND l.market_id = %(market)s
)
SELECT
    ranked.is_set, product.slug, text.content, ranked.lowest, ranked.highest, ranked.currency, ranked.net_content,
    ranked.is_available,
    front.role, front.alt, front.colour, front.renditions
FROM ranked
JOIN {_PRODUCT} product ON product.id = ranked.product_id
JOIN {_TEXT} text ON text.product_id = ranked.product_id AND text.language = %(language)s AND text.is_current
LEFT JOIN {_MEDIA} front ON front.id = (
    SELECT m.id FROM {_MEDIA} m
    WHERE m.product_id = ranked.product_id AND m.role = '{Media.Role.FRONT}' AND m.is_live
    ORDER BY m.position LIMIT 1
)
WHERE ranked.place <= CASE WHEN ranked.is_set = 1 THEN %(sets)s ELSE %(near)s END
ORDER BY ranked.is_set, ranked.place
"""  # noqa: S608  # names of our own tables
