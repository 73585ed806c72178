"""What the law of a market wants to stand on the seller's pages, and what of it the shop's profile does not say yet.

Guidance, not advice: each duty names its source, so that somebody can check it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tradewind.lib.countries import EU_MEMBERS
from tradewind.markets.queries import MarketView
from tradewind.markets.shop import ShopProfile


@dataclass(frozen=True, slots=True)
class Duty:
    """In these countries a seller has to name these facts. `facts` are keys of FACTS."""

    key: str
    countries: frozenset[str]
    facts: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A fact that a duty asks for and the profile lacks."""

    fact: str
    duty: Duty


FACTS: Final[Mapping[str, Callable[[ShopProfile], bool]]] = {
    "legal_name": lambda shop: any(shop.manufacturer.name.values()),
    "address": lambda shop: any(shop.manufacturer.address.values()),
    "email": lambda shop: bool(shop.email),
    "phone": lambda shop: bool(shop.phone),
    "representative": lambda shop: bool(shop.representative),
    "tax_number": lambda shop: any(key.startswith("vat") for key in shop.registrations),
    "manufacturer_email": lambda shop: bool(shop.manufacturer.email),
    "eu_responsible": lambda shop: (
        shop.manufacturer.country in EU_MEMBERS
        or (
            shop.eu_responsible is not None
            and any(shop.eu_responsible.address.values())
            and bool(shop.eu_responsible.email)
        )
    ),
}

DUTIES: Final = (
    Duty(
        "eu_distance_selling",
        EU_MEMBERS,
        ("legal_name", "address", "email", "phone"),
        "Directive 2011/83/EU, article 6 (1) (b) and (c), as amended by Directive (EU) 2019/2161",
    ),
    Duty(
        "eu_product_safety",
        EU_MEMBERS,
        ("legal_name", "address", "manufacturer_email", "eu_responsible"),
        "Regulation (EU) 2023/988, article 19, since 2024-12-13",
    ),
    Duty(
        "de_imprint",
        frozenset({"DE"}),
        ("legal_name", "address", "email", "representative", "tax_number"),
        "§ 5 DDG, since 2024-05-14",
    ),
    Duty(
        "jp_commercial_transactions",
        frozenset({"JP"}),
        ("legal_name", "address", "phone", "representative", "email"),
        "特定商取引法 (Act on Specified Commercial Transactions), article 11",
    ),
    Duty(
        "uk_distance_selling",
        frozenset({"GB"}),
        ("legal_name", "address", "email", "phone"),
        "Consumer Contracts Regulations 2013, schedule 2",
    ),
)


@dataclass(frozen=True, slots=True)
class ReturnRight:
    """How many days buyers have by law, counted from when the goods arrive."""

    countries: frozenset[str]
    days: int
    source: str


RETURN_RIGHTS: Final = (
    ReturnRight(EU_MEMBERS, 14, "Directive 2011/83/EU, article 9"),
    ReturnRight(frozenset({"GB"}), 14, "Consumer Contracts Regulations 2013, regulation 30"),
    ReturnRight(frozenset({"BR"}), 7, "Lei 8.078/1990 (CDC), art. 49"),
)


def return_right_in(market: MarketView) -> ReturnRight | None:
    """The longest that holds in any of the market's countries, as far as we know."""
    rights = [right for right in RETURN_RIGHTS if right.countries & market.countries]
    return max(rights, key=lambda right: right.days, default=None)


def duties_in(market: MarketView) -> list[Duty]:
    """What holds in any of the market's countries."""
    return [duty for duty in DUTIES if duty.countries & market.countries]


def missing_facts(markets: Iterable[MarketView], shop: ShopProfile) -> list[str]:
    """What is missing anywhere, once, in the order in which a profile is filled."""
    missing = {gap.fact for market in markets for gap in gaps_in(market, shop)}
    return [fact for fact in FACTS if fact in missing]


def gaps_in(market: MarketView, shop: ShopProfile) -> list[Gap]:
    """What is missing on the pages of a market."""
    return [Gap(fact, duty) for duty in duties_in(market) for fact in duty.facts if not FACTS[fact](shop)]
