"""What buyers would see instead if a way to deliver or to pay were changed, computed before anything is saved."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest

from tradewind.checkout.models import Cart
from tradewind.checkout.summary import Choice, Summary, Supposed, summarise
from tradewind.console.markets.previewing import goods_words, sample_country
from tradewind.console.weighed_words import step_words
from tradewind.core.words import locale_of, pick, say, say_many, spoken
from tradewind.lib.money_words import format_money
from tradewind.markets.models import Market
from tradewind.markets.queries import MarketView, market_by_code
from tradewind.payments.methods import Offer, offers, offers_with
from tradewind.payments.models import MethodOffer
from tradewind.promises.quote import DeliveryQuote
from tradewind.promises.wording import range_words
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.quoting import Goods, quotes_for
from tradewind.shipping.terms import Terms, terms_of, terms_with

_CARTS: Final = 20


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing as buyers see it before and after; empty: they do not see it. `place` is 0 for what stands first."""

    name: str
    before: str
    after: str
    place_before: int = -1
    place_after: int = -1


@dataclass(frozen=True, slots=True)
class OfferPreview:
    """`country` is where the parcel of the example goes, `carts` those of the `asked` latest that would change."""

    offers: Sequence[Sight]
    country: str
    carts: Sequence[Sight]
    asked: int
    is_nothing_left: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Which form was looked at, what was typed into it, and what it would change."""

    form: str
    typed: Mapping[str, str]
    preview: OfferPreview


def is_saving(request: HttpRequest) -> bool:
    """Every form of an offer is looked at first: only its second button saves."""
    return request.POST.get("action") == "save"


def preview_of_way(market: Market, changed: DeliveryOption, *, at: datetime) -> OfferPreview:
    """For a light parcel that every warehouse could send, ordered now."""
    return preview_of_ways(market, terms_with(changed), at=at)


def preview_of_ways(market: Market, ways: Sequence[Terms], *, at: datetime) -> OfferPreview:
    """As `preview_of_way`, of all that would be offered."""
    view = market_by_code(market.code, on=at.date())
    country = sample_country(view)
    parcel = Goods(1, frozenset(), frozenset(each.warehouse for each in (*terms_of(view), *ways)))
    before = {each.option: each for each in quotes_for(view, country, parcel, at=at)}
    after = {each.option: each for each in quotes_for(view, country, parcel, at=at, supposed=ways)}
    names = {code: pick(quote.name, spoken()) for code, quote in {**before, **after}.items()}
    seen = _sights(names, _told(before, _way_words), _told(after, _way_words))
    return _preview(view, seen, country, Supposed(ways=ways), at)


def preview_of_method(market: Market, changed: MethodOffer, *, at: datetime) -> OfferPreview:
    view = market_by_code(market.code, on=at.date())
    methods = tuple(offers_with(changed, spoken()))
    before = {each.code: each for each in offers(market.pk, spoken())}
    after = {each.code: each for each in methods}
    names = {code: offer.name for code, offer in {**before, **after}.items()}
    seen = _sights(names, _told(before, _method_words), _told(after, _method_words))
    return _preview(view, seen, "", Supposed(methods=methods), at)


def _told(found: Mapping[str, Any], words: Callable[[Any], str]) -> dict[str, str]:
    return {code: words(each) for code, each in found.items()}


def _sights(names: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]) -> list[Sight]:
    """In the order that buyers would see, then what they would see no more."""
    was, is_now = list(before), list(after)
    return [
        Sight(
            names[code],
            before.get(code, ""),
            after.get(code, ""),
            was.index(code) if code in before else -1,
            is_now.index(code) if code in after else -1,
        )
        for code in (*after, *(code for code in before if code not in after))
    ]


def _preview(market: MarketView, seen: Sequence[Sight], country: str, supposed: Supposed, at: datetime) -> OfferPreview:
    carts = Cart.objects.filter(market=market.code, lines__isnull=False).distinct().order_by("-changed_at", "-id")
    latest = list(carts[:_CARTS])
    sights = (_cart(cart, market, supposed, at) for cart in latest)
    changed = [each for each in sights if each.before != each.after]
    is_nothing_left = any(each is not None and not each for each in (supposed.ways, supposed.methods))
    return OfferPreview(seen, country, changed, len(latest), is_nothing_left)


def _cart(cart: Cart, market: MarketView, supposed: Supposed, at: datetime) -> Sight:
    draft = {key: str(cart.draft.get(key, "")) for key in ("country", "option", "method", "code", "postcode")}
    choice = Choice(
        draft["country"] or sample_country(market), draft["option"], draft["method"], draft["code"], draft["postcode"]
    )
    now, then = (
        summarise(cart, market, choice, language=spoken(), at=at, supposed=each) for each in (Supposed(), supposed)
    )
    return Sight(goods_words(now), _cart_words(now), _cart_words(then))


def _cart_words(summary: Summary) -> str:
    way, method = summary.option, summary.method
    return _joined(
        (
            format_money(summary.total, locale_of(spoken())),
            f"{pick(way.name, spoken())}, {_days(way)}" if way else say(spoken(), "no way to deliver"),
            method.name if method else say(spoken(), "no way to pay"),
        )
    )


def _way_words(quote: DeliveryQuote) -> str:
    step = step_words(quote.inputs, spoken())
    return _joined(filter(None, (format_money(quote.cost, locale_of(spoken())), _days(quote), step)))


def _method_words(offer: Offer) -> str:
    return say_many(spoken(), "goods wait {number} day", "goods wait {number} days", offer.hold_days)


def _days(quote: DeliveryQuote) -> str:
    return range_words(quote.arrives_first, quote.arrives_last, spoken())


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(parts)
