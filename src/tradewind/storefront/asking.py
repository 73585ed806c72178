"""What a buyer asks of a list, read from its address: filters, order, place in the list. The address is all there is."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from unicodedata import normalize
from urllib.parse import urlencode

from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol
from django.http import QueryDict

from tradewind.catalog.describing import RESERVED
from tradewind.catalog.facets import Facet
from tradewind.catalog.list_statements import Cursor, Filters
from tradewind.core.words import locale_of
from tradewind.lib.money import Money, TooManyDigits, UnreadableAmount
from tradewind.storefront.place import Place

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_VALUE: Final = re.compile(r"[\w.-]{1,60}")
_CURSOR: Final = re.compile(r"(-?\d{1,18})~(\d{1,18})")
_CURRENCY_SIGNS: Final = "$¥€£円"
_MOST_GROUPS, _MOST_VALUES = 10, 30


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters as typed, keys of choices by the key of their attribute. `order` is "" for the list's own."""

    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_from: str = ""
    price_to: str = ""
    in_stock: bool = False
    order: str = ""
    cursor: Cursor | None = None
    text: str = ""

    def query(self) -> str:
        """The same questions, always written in the same way; with "?" where there are any."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(key, value) for key, values in sorted(self.choices.items()) for value in values]
        pairs += [("price_from", self.price_from)] if self.price_from else []
        pairs += [("price_to", self.price_to)] if self.price_to else []
        pairs += [("stock", "1")] if self.in_stock else []
        pairs += [("sort", self.order)] if self.order else []
        if self.cursor is not None:
            name = "before" if self.cursor.is_backward else "after"
            pairs.append((name, f"{self.cursor.key}~{self.cursor.product_id}"))
        return f"?{urlencode(pairs)}" if pairs else ""

    def only(self, offered: Mapping[str, Collection[str]]) -> "Asked":
        """Without choices that are not offered: what campaigns add to an address, say."""
        kept = {
            key: tuple(value for value in values if value in offered.get(key, ()))
            for key, values in self.choices.items()
        }
        return replace(self, choices={key: values for key, values in kept.items() if values})

    def ordered(self, order: str) -> "Asked":
        return replace(self, order=order, cursor=None)

    def at(self, cursor: Cursor | None) -> "Asked":
        return replace(self, cursor=cursor)

    def without(self, key: str, value: str) -> "Asked":
        rest = {k: tuple(v for v in values if (k, v) != (key, value)) for k, values in self.choices.items()}
        return replace(self, choices={k: values for k, values in rest.items() if values}, cursor=None)

    def without_price(self, bound: str) -> "Asked":
        return replace(self, cursor=None, **{bound: ""})  # type: ignore[arg-type]  # one of the two texts

    def anywhere(self) -> "Asked":
        """Whether it is in stock or not."""
        return replace(self, in_stock=False, cursor=None)

    def unfiltered(self) -> "Asked":
        return Asked(order=self.order, text=self.text)

    @property
    def is_filtered(self) -> bool:
        return bool(self.choices or self.price_from or self.price_to or self.in_stock)


def read_asked(given: QueryDict, orders: Iterable[str]) -> Asked:
    """What no page of ours asks is left out: an address that somebody shortened still shows goods."""
    choices: dict[str, tuple[str, ...]] = {}
    for key in list(given)[: _MOST_GROUPS + len(RESERVED)]:
        if key not in RESERVED and _KEY.fullmatch(key) and len(choices) < _MOST_GROUPS:
            values = tuple(sorted({v for v in given.getlist(key)[:_MOST_VALUES] if _VALUE.fullmatch(v)}))
            if values:
                choices[key] = values
    order = given.get("sort", "")
    return Asked(
        choices=choices,
        price_from=given.get("price_from", "").strip()[:15],
        price_to=given.get("price_to", "").strip()[:15],
        in_stock=given.get("stock") == "1",
        order=order if order in set(orders) else "",
        cursor=_cursor(given),
    )


def filters_of(asked: Asked, facets: Sequence[Facet], place: Place) -> tuple[Filters, Asked, list[str]]:
    """The filters, what was asked without what is not offered here, and the prices that cannot be read."""
    offered = {facet.key: {choice.key: choice.id for choice in facet.choices} for facet in facets}
    kept = asked.only(offered)
    least, most = price_of(asked.price_from, place), price_of(asked.price_to, place)
    groups = tuple(tuple(offered[key][value] for value in values) for key, values in sorted(kept.choices.items()))
    bad = [text for text, amount in ((asked.price_from, least), (asked.price_to, most)) if text and amount is None]
    if least is not None and most is not None and least.amount > most.amount:
        least, most = most, least
    lowest, highest = (bound.amount if bound is not None else None for bound in (least, most))
    return Filters(groups, lowest, highest, asked.in_stock), kept, bad


def price_of(text: str, place: Place) -> Money | None:
    """None for what is no price. As the page writes prices, with its currency's sign and between thousands its sign or none;
    a comma parts decimals as well as a full stop does. In whichever width.
    """
    locale = locale_of(place.language, place.market.country)
    signs = {get_group_symbol(locale), " "} - {get_decimal_symbol(locale)}
    if any(each.isdigit() and not each.isdecimal() for each in text):
        return None  # ² is written like a number, but is none
    # Of its own width are also the spaces of French, and the ￥ of Japanese.
    sign = normalize("NFKC", get_currency_symbol(place.market.currency, locale))
    plain = normalize("NFKC", text).strip().removeprefix(sign).removesuffix(sign).strip(_CURRENCY_SIGNS + " ")
    groups = "".join(re.escape(normalize("NFKC", sign)) for sign in sorted(signs))
    if re.fullmatch(rf"\d{{1,3}}([{groups}]\d{{3}})+([.,]\d{{1,2}})?", plain, re.ASCII):
        plain = re.sub(rf"[{groups}](?=\d{{3}}(?!\d))", "", plain)
    if not re.fullmatch(r"\d{1,9}([.,]\d{1,2})?", plain, re.ASCII):
        return None
    try:
        return Money.of(plain.replace(",", "."), place.market.currency)
    except (TooManyDigits, UnreadableAmount):
        return None


def _cursor(given: QueryDict) -> Cursor | None:
    for name in ("after", "before"):
        found = _CURSOR.fullmatch(given.get(name, ""))
        if found:
            return Cursor(int(found[1]), int(found[2]), is_backward=name == "before")
    return None
