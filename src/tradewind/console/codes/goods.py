"""The goods that a code holds for: chosen in the form, named in the list."""

import re
from collections.abc import Iterable
from typing import Final

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_noop

from tradewind.catalog.categories import names_of_categories, tree_now
from tradewind.catalog.models import Product
from tradewind.catalog.queries import product_titles
from tradewind.checkout.queries import CodeRow
from tradewind.console import typed
from tradewind.core.words import listed, say

MOST: Final = 100
_UNKNOWN: Final = gettext_noop("We know no product with this article number or page address: {unknown}.")
_TOO_MANY: Final = gettext_noop("At most {most} products, please. A category holds more.")


def read_products(form: QueryDict) -> tuple[int, ...]:
    """Ids of the products typed as article numbers or page addresses, each between commas or lines. Raises WrongInput."""
    asked = list(dict.fromkeys(filter(None, re.split(r"[\s,;，、]+", form.get("products", "")))))
    if len(asked) > MOST:
        raise typed.WrongInput("products", _TOO_MANY, most=MOST)
    found: dict[str, int] = {}
    rows = Product.objects.filter(Q(variants__sku__in=asked) | Q(slug__in=asked)) if asked else Product.objects.none()
    for pk, slug, sku in rows.values_list("pk", "slug", "variants__sku"):
        found |= {slug: pk, sku: pk}
    unknown = [each for each in asked if each not in found]
    if unknown:
        raise typed.WrongInput("products", _UNKNOWN, unknown=", ".join(unknown)[:200])
    return tuple(dict.fromkeys(found[each] for each in asked))


def read_categories(form: QueryDict) -> tuple[int, ...]:
    """Ids of the categories ticked. One that has gone since the form was opened is refused: WrongInput."""
    known = {shelf.slug: shelf.id for shelf in tree_now().shelves.values()}
    asked = form.getlist("category")
    gone = [slug for slug in asked if slug not in known]
    if gone:
        raise typed.WrongInput(
            "category", gettext_noop("There is no such category any more: {gone}."), gone=gone[0][:50]
        )
    return tuple(known[slug] for slug in asked)


def categories_to_choose(language: str) -> dict[str, str]:
    """Names with those above them, by address."""
    tree = tree_now()
    names = {
        slug: " › ".join(each.name(language) for each in (*tree.path_to(shelf), shelf))
        for slug, shelf in tree.shelves.items()
    }
    return dict(sorted(names.items(), key=lambda each: each[1]))


def goods_words(rows: Iterable[CodeRow], language: str) -> dict[int, str]:
    """What each code holds for, by the code's id. Goods that are offline stay, and are said to be so."""
    rows = [row for row in rows if row.products or row.categories]
    products = {pk for row in rows for pk in row.products}
    shelves = names_of_categories({pk for row in rows for pk in row.categories}, language)
    titles = product_titles(products, language)
    names = {}
    for product in Product.objects.filter(pk__in=products) if products else ():
        name = titles.get(product.pk, product.slug)
        is_live = product.state == Product.State.LIVE
        names[product.pk] = name if is_live else say(language, "{name} (not on sale now)", name=name)
    return {
        row.id: listed(
            language,
            [
                *(shelves[pk] for pk in row.categories if pk in shelves),
                *(names[pk] for pk in row.products if pk in names),
            ],
        )
        for row in rows
    }
