"""Markets as values: read once, kept per process, known by their version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from tradewind.core.words import pick
from tradewind.lib.calendars import DayRange
from tradewind.lib.charging import Charge
from tradewind.lib.unit_pricing import UnitPricing, pricing_of
from tradewind.markets.charges import charges_of, is_collected_tax
from tradewind.markets.models import Announcement, Market, MarketCountry, MarketRule


class UnknownMarket(Exception):
    """No market has this code."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An announcement as pages show it, from `begins_at` until just before `ends_at`, and as it acts on dates.

    `acts` is None where it moves nothing. An empty set of countries, options or warehouses means all.
    """

    text: dict[str, str]
    begins_at: datetime
    ends_at: datetime | None
    id: int = 0
    kind: str = Announcement.Kind.OTHER
    title: Mapping[str, str] = field(default_factory=dict)
    effect: str = Announcement.Effect.NOTHING
    days: int = 0
    acts: DayRange | None = None
    said_at: datetime | None = None
    countries: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()
    warehouses: frozenset[str] = frozenset()

    def holds(self, at: datetime) -> bool:
        return self.begins_at <= at and (self.ends_at is None or at < self.ends_at)

    def concerns(self, country: str, ways: Iterable[tuple[str, str]]) -> bool:
        """Somebody there, who could choose between these ways: (option, warehouse)."""
        return (not self.countries or country in self.countries) and any(self.is_about(*way) for way in ways)

    def is_about(self, option: str, warehouse: str) -> bool:
        """This way to travel?"""
        is_option = not self.options or option in self.options
        return is_option and (not self.warehouses or warehouse in self.warehouses)


@dataclass(frozen=True)
class MarketView:
    """A market with the rules in force on one day. `rule_versions` tells since when each has been so."""

    id: int
    code: str
    names: dict[str, str]
    currency: str
    languages: tuple[str, ...]
    shows_tax: bool
    is_fallback: bool
    countries: frozenset[str]
    claimed_elsewhere: frozenset[str]
    version: int
    rules: dict[str, Any]
    charges: tuple[Charge, ...]
    rule_versions: dict[str, str]
    announcements: tuple[Shown, ...] = ()

    def name(self, language: str) -> str:
        return pick(self.names, language)

    @property
    def country(self) -> str:
        """The one country of this market; empty where there are several, or whichever are left."""
        return next(iter(self.countries)) if len(self.countries) == 1 else ""

    def with_rule(self, key: str, value: Any) -> "MarketView":
        """What the market would be by this rule: to look before anything is saved. Raises BadCharge."""
        rules = {**self.rules, key: value}
        charges = charges_of(rules, currency=self.currency, shows_tax=self.shows_tax)
        return replace(self, rules=rules, charges=charges)

    def charges_to(self, country: str) -> tuple[Charge, ...]:
        """What holds for goods that go to this country."""
        return tuple(charge for charge in self.charges if not charge.countries or country in charge.countries)

    def tax_to(self, country: str) -> Charge | None:
        """The tax that the shop collects on goods to this country, in the price or on top."""
        return next((charge for charge in self.charges_to(country) if is_collected_tax(charge)), None)

    @property
    def is_taxed(self) -> bool:
        """Does the shop collect a tax in every country of this market?"""
        return all(self.tax_to(country) is not None for country in self.countries or {""})

    @property
    def tax_rate(self) -> Decimal:
        """Percent, for the first of its countries; zero where the shop collects none."""
        charge = self.tax_to(min(self.countries, default=""))
        return charge.rate if charge else Decimal(0)

    def announced(self, at: datetime, language: str) -> list[str]:
        """The special notices that hold at this moment, the newest first."""
        return [pick(each.text, language) for each in self.announcements if each.holds(at)]

    def announcing(self, at: datetime) -> str:
        """Which of them hold at this moment: a part of a kept page's name."""
        return ".".join(str(number) for number, each in enumerate(self.announcements) if each.holds(at))

    def announcements_change_after(self, at: datetime) -> datetime | None:
        """When the next one begins or ends; None when none will."""
        moments = [moment for each in self.announcements for moment in (each.begins_at, each.ends_at)]
        return min((moment for moment in moments if moment is not None and moment > at), default=None)

    @property
    def duties_note(self) -> dict[str, str]:
        """What the buyer should know of duties, by language; empty where there is nothing to know."""
        return dict(self.rules.get("duties_note", {}))

    @property
    def return_days(self) -> int:
        """Days after delivery within which goods may be sent back."""
        return int(self.rules.get("return_days", 14))

    @property
    def feedback_days(self) -> int:
        """So many days after delivery a buyer is asked how it was: three, when they have used it and still remember."""
        return int(self.rules.get("feedback_days", 3))

    @property
    def feedback_reminder_days(self) -> int:
        """So many days after that they are reminded once; 0: never."""
        return int(self.rules.get("feedback_reminder_days", 0))

    @property
    def returns_are_free(self) -> bool:
        """Does the seller pay the way back, also of goods that are as they should be?"""
        return self.rules.get("return_postage") == "seller"

    @property
    def unit_pricing(self) -> UnitPricing | None:
        """How prices of what is sold by amount are shown for one unit as well; None where the market's law wants none."""
        rule = self.rules.get("unit_price")
        return pricing_of(rule["per"], rule["least"]) if rule else None

    def serves(self, country: str) -> bool:
        """Does this market take orders to the country? The fallback market's are all that no other claims."""
        return country in self.countries or (self.is_fallback and country not in self.claimed_elsewhere)


_kept: dict[tuple[str, int], tuple[date, MarketView]] = {}


def market_by_code(code: str, *, on: date, version: int | None = None) -> MarketView:
    """The market with its rules of a day: one statement while its version stands, none where the caller knows the
    version. Raises UnknownMarket.
    """
    if version is not None and (kept := _kept.get((code, version))) and kept[0] == on:
        return kept[1]
    market = Market.objects.filter(code=code).first()
    if market is None:
        raise UnknownMarket(code)
    return _views([market], on)[0]


def all_markets(*, on: date, among: Iterable[int] | None = None) -> list[MarketView]:
    """All markets, or those among these ids, in the order of display: one statement while their versions stand, else four.
    Ids that a queryset stands for are asked for in the same one.
    """
    rows = Market.objects.order_by("position", "id")
    return _views(list(rows if among is None else rows.filter(pk__in=among)), on)


def market_for_country(country: str, *, on: date) -> MarketView:
    """The market that takes orders to this country: its own, else the fallback. Raises UnknownMarket without one."""
    markets = all_markets(on=on)
    own = [market for market in markets if country in market.countries]
    fallback = [market for market in markets if market.is_fallback]
    if not own and not fallback:
        raise UnknownMarket(country)
    return (own or fallback)[0]


def country_of_market(code: str) -> str:
    """The one country of a market; empty where it has several, or whichever are left. One statement, none where the market
    is kept: which countries are its own is decided when it is opened.
    """
    kept = next((view for (known, _), (_, view) in _kept.items() if known == code), None)
    if kept is not None:
        return kept.country
    countries = list(MarketCountry.objects.filter(market__code=code).values_list("country", flat=True)[:2])
    return countries[0] if len(countries) == 1 else ""


def _views(rows: list[Market], on: date) -> list[MarketView]:
    unknown = [row for row in rows if _kept_view(row, on) is None]
    if unknown:
        rules: dict[int, list[MarketRule]] = {row.pk: [] for row in unknown}
        in_force = MarketRule.objects.filter(market__in=unknown, valid_from__lte=on).order_by("valid_from", "id")
        for rule in in_force:
            if rule.valid_to is None or on < rule.valid_to:
                rules[rule.market_id].append(rule)
        claims = list(MarketCountry.objects.values_list("country", "market_id"))
        told = _announcements(on)
        for row in unknown:
            _keep(
                row,
                on,
                rules[row.pk],
                claims,
                [each for each in told if not each.market_ids or row.pk in each.market_ids],
            )
    return [_kept[row.code, row.version][1] for row in rows]


def _kept_view(row: Market, on: date) -> MarketView | None:
    kept = _kept.get((row.code, row.version))
    return kept[1] if kept and kept[0] == on and kept[1].id == row.pk else None


def _keep(
    row: Market, on: date, in_force: list[MarketRule], claims: list[tuple[str, int]], told: list[Announcement]
) -> None:
    rules = {rule.key: rule.value for rule in in_force}
    view = MarketView(
        id=row.pk,
        code=row.code,
        names=row.name,
        currency=row.currency,
        languages=tuple(row.languages),
        shows_tax=row.shows_tax,
        is_fallback=row.is_fallback,
        countries=frozenset(country for country, market_id in claims if market_id == row.pk),
        claimed_elsewhere=frozenset(country for country, market_id in claims if market_id != row.pk),
        version=row.version,
        rules=rules,
        charges=charges_of(rules, currency=row.currency, shows_tax=row.shows_tax),
        announcements=tuple(as_shown(each) for each in told),
        rule_versions={rule.key: rule.valid_from.isoformat() for rule in in_force},
    )
    for key in [key for key in _kept if key[0] == row.code]:
        del _kept[key]
    _kept[row.code, row.version] = (on, view)


def as_shown(row: Announcement) -> Shown:
    """An announcement as a value; it need not be stored."""
    days = DayRange(row.acts_first, row.acts_last) if row.acts and row.acts_first and row.acts_last else None
    return Shown(
        text=row.text,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        id=row.pk or 0,
        kind=row.kind,
        title=row.title,
        effect=row.effect,
        days=row.days,
        acts=days,
        said_at=row.said_at,
        countries=frozenset(row.countries),
        options=frozenset(row.options),
        warehouses=frozenset(row.warehouses),
    )


def _announcements(on: date) -> list[Announcement]:
    """Those that are not over, the newest first: a view is made for one day, anywhere on earth. One that is no longer shown
    may still act.
    """
    yesterday = datetime.combine(on, time(), tzinfo=UTC) - timedelta(days=1)
    acts = Q(acts_last__gte=yesterday.date(), ended_at=None)
    found = Announcement.objects.filter(Q(ends_at=None) | Q(ends_at__gt=yesterday) | acts)
    return list(found.order_by("-begins_at", "-id"))
