"""What a new version of a rule would change, computed on real goods and carts before anything is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from django.utils.translation import gettext_noop

from tradewind.catalog.models import Price
from tradewind.catalog.queries import VariantOffer, variant_offers
from tradewind.checkout.models import Cart
from tradewind.checkout.summary import Choice, Summary, summarise
from tradewind.core.words import spoken
from tradewind.lib.charging import Bill, Good, Sort, bill
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.money import Money, sum_of
from tradewind.markets.models import Market
from tradewind.markets.notices import ReturnRight, return_right_in
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.markets.ruling import (
    DUTIES_NOTE,
    FEEDBACK_DAYS,
    FEEDBACK_REMINDER,
    RETURN_DAYS,
    RETURN_POSTAGE,
    UNIT_PRICE,
    RuleVersion,
)

_GOODS: Final = 8
_CARTS: Final = 5
# What changes no amount, and where buyers read it.
_SAID_ON: Final = {
    RETURN_DAYS: (
        gettext_noop("every product page"),
        gettext_noop("the checkout"),
        gettext_noop("the page about delivery"),
        gettext_noop("the page about returns"),
        gettext_noop("what search engines read of each product"),
    ),
    RETURN_POSTAGE: (
        gettext_noop("the page about returns"),
        gettext_noop("what search engines read of each product"),
    ),
    UNIT_PRICE: (
        gettext_noop("every product page"),
        gettext_noop("lists of goods"),
        gettext_noop("the cart"),
        gettext_noop("the checkout"),
    ),
    FEEDBACK_DAYS: (gettext_noop("letters that ask how an order was"),),
    FEEDBACK_REMINDER: (gettext_noop("letters that ask how an order was"),),
    DUTIES_NOTE: (gettext_noop("every product page"), gettext_noop("the page about delivery")),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing with what a buyer pays, what of it we pass on, and what is due at the door, before and after."""

    what: str
    before: Money
    after: Money
    door_before: Money
    door_after: Money
    tax_before: Money
    tax_after: Money

    @property
    def left_before(self) -> Money:
        """What stays with the seller."""
        return self.before - self.tax_before

    @property
    def left_after(self) -> Money:
        return self.after - self.tax_after


@dataclass(frozen=True, slots=True)
class Preview:
    """`pages` are those of the shop that will read otherwise. `too_short` is the law that grants buyers more days."""

    goods: Sequence[Effect]
    carts: Sequence[Effect]
    pages: Sequence[str] = ()
    too_short: ReturnRight | None = None


def preview_of(market: Market, version: RuleVersion) -> Preview:
    """On the first day of the version. The goods are the cheapest and the dearest, imported, without delivery."""
    before = market_by_code(market.code, on=version.valid_from)
    after = before.with_rule(version.key, version.value)
    at = datetime.combine(version.valid_from, time(), UTC)
    if version.key in _SAID_ON:
        return Preview((), (), _SAID_ON[version.key], _too_short(after))
    return Preview(_goods(before, after), _carts(before, after, at))


def _too_short(market: MarketView) -> ReturnRight | None:
    right = return_right_in(market)
    return right if right is not None and market.return_days < right.days else None


def goods_words(summary: Summary) -> str:
    """What lies in a cart: "2 × Mug"."""
    return ", ".join(f"{line.quantity} × {line.offer.title}" for line in summary.lines if line.offer is not None)


def sample_country(market: MarketView) -> str:
    """A country of the market, to look at an example."""
    return min(market.countries or {c for c in COUNTRIES if market.serves(c)})


def _goods(before: MarketView, after: MarketView) -> list[Effect]:
    prices = list(
        Price.objects.filter(market_id=before.id).order_by("amount", "id").values_list("variant_id", flat=True)
    )
    chosen = prices if len(prices) <= _GOODS else [*prices[: _GOODS // 2], *prices[-_GOODS // 2 :]]
    offers = variant_offers(chosen, market_id=before.id, language="en")
    country = sample_country(before)
    return [
        _effect(
            f"{offer.sku} {offer.title}",
            _bill(offer.price, offer, before, country),
            _bill(offer.price, offer, after, country),
        )
        for variant_id in chosen
        if (offer := offers.get(variant_id)) is not None and offer.price is not None
    ]


def _carts(before: MarketView, after: MarketView, at: datetime) -> list[Effect]:
    carts = Cart.objects.filter(market=before.code, lines__isnull=False).distinct().order_by("-changed_at", "-id")
    effects = []
    for cart in carts[:_CARTS]:
        choice = Choice(str(cart.draft.get("country", "")) or sample_country(before), str(cart.draft.get("option", "")))
        now, then = (summarise(cart, view, choice, language=spoken(), at=at) for view in (before, after))
        if now.bill is not None and then.bill is not None:
            effects.append(_effect(goods_words(now), now.bill, then.bill))
    return effects


def _effect(what: str, before: Bill, after: Bill) -> Effect:
    return Effect(what, before.total, after.total, _door(before), _door(after), _taken(before), _taken(after))


def _taken(due: Bill) -> Money:
    """What we collect and pass on: taxes, and duties that buyers pay to us."""
    return due.tax + sum_of((line.amount for line in due.lines if line.charge.sort is Sort.DUTY), due.total.currency)


def _door(due: Bill) -> Money:
    return sum_of((each.estimate for each in due.at_door), due.total.currency)


def _bill(price: Money, offer: VariantOffer, market: MarketView, country: str) -> Bill:
    return bill([Good(price, 1, offer.hs_code)], None, market.charges_to(country), imported=True)
