"""Opening a market: by hand, or one of the eight that we bring along with their rules (`presets.toml`)."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.core.words import LOCALES
from tradewind.lib.countries import COUNTRIES
from tradewind.lib.currencies import MINOR_DIGITS
from tradewind.markets.changing import touch, touch_all
from tradewind.markets.models import Market, MarketCountry
from tradewind.markets.ruling import RuleVersion, record_rule

EVERYWHERE: Final = "*"
_PRESETS: Final = Path(__file__).resolve().parent / "presets.toml"
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,11}")
# The first part of other addresses of the site.
_TAKEN: Final = frozenset(
    {"api", "console", "demo", "healthz", "hooks", "media", "metrics", "payment", "readyz", "simulator", "static"}
)


@dataclass(frozen=True, slots=True)
class NewMarket:
    """A market to open. `countries` of ("*",) makes it the one for every country that no other names."""

    code: str
    name: Mapping[str, str]
    countries: Sequence[str]
    currency: str
    languages: Sequence[str]
    shows_tax: bool


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """The markets that we bring along, by code."""
    content = tomllib.loads(_PRESETS.read_text(encoding="utf-8"))
    checked_on = content["checked_on"]
    return {table["key"]: {**table, "checked_on": checked_on} for table in content["markets"]}


def open_market(*, market: NewMarket, at: datetime, by: str) -> Market:
    """Raises NotValid with the field that cannot be used."""
    _check(market)
    is_fallback = list(market.countries) == [EVERYWHERE]
    with transaction.atomic():
        _refuse_what_is_taken(market, is_fallback=is_fallback)
        last = Market.objects.aggregate(last=Max("position"))["last"]
        opened = Market.objects.create(
            code=market.code,
            name=dict(market.name),
            currency=market.currency,
            languages=list(market.languages),
            shows_tax=market.shows_tax,
            is_fallback=is_fallback,
            position=0 if last is None else last + 1,
        )
        if not is_fallback:
            countries = sorted(set(market.countries))
            MarketCountry.objects.bulk_create(MarketCountry(market=opened, country=country) for country in countries)
        write_audit(
            "market.opened",
            subject=("market", opened.pk),
            by=by,
            at=at,
            after={"code": market.code, "currency": market.currency, "countries": list(market.countries)},
        )
        touch_all()  # the fallback market serves fewer countries from now on
    return opened


def open_preset(*, code: str, at: datetime, by: str) -> Market:
    """Open one of the markets of `presets`, with its rules. Raises NotValid, KeyError for an unknown one."""
    table = presets()[code]
    new = NewMarket(
        code, table["name"], table["countries"], table["currency"], table["languages"], shows_tax=table["shows_tax"]
    )
    with transaction.atomic():
        market = open_market(market=new, at=at, by=by)
        for rule in table["rules"]:
            version = RuleVersion(
                key=rule["key"],
                value=rule["value"],
                valid_from=rule["valid_from"],
                valid_to=rule.get("valid_to"),
                source=rule["source"],
                checked_on=table["checked_on"],
                confidence=rule["confidence"],
            )
            record_rule(market=market, version=version, at=at, by=by)
    return market


def change_market(*, market: Market, name: Mapping[str, str], languages: Sequence[str], at: datetime, by: str) -> None:
    """Another name or other languages. Currency, countries and code stay: prices and orders are written in them."""
    _check_languages(languages)
    _check_name(name)
    with transaction.atomic():
        before = {"name": market.name, "languages": market.languages}
        market.name, market.languages = dict(name), list(languages)
        market.save(update_fields=["name", "languages"])
        after = {"name": market.name, "languages": market.languages}
        if before != after:
            write_audit("market.changed", subject=("market", market.pk), by=by, at=at, before=before, after=after)
            touch(market.pk)


def _check(market: NewMarket) -> None:
    if not _CODE.fullmatch(market.code) or market.code in _TAKEN:
        raise NotValid(
            "code", gettext_noop("Write 2 to 12 small letters, digits or hyphens, say “nl”: it stands in addresses.")
        )
    _check_name(market.name)
    if market.currency not in MINOR_DIGITS:
        raise NotValid("currency", gettext_noop("Write the currency's three letters, say EUR."))
    _check_languages(market.languages)
    unknown = [country for country in market.countries if country not in COUNTRIES]
    if list(market.countries) != [EVERYWHERE] and (unknown or not market.countries):
        raise NotValid(
            "countries", gettext_noop("Write codes of two letters, say DE AT, or * for all that no other market names.")
        )


def _check_name(name: Mapping[str, str]) -> None:
    if not name.get("en"):
        raise NotValid("name", gettext_noop("Give it a name in English at least."))


def _check_languages(languages: Sequence[str]) -> None:
    unknown = [language for language in languages if language not in LOCALES]
    if unknown or not languages or len(set(languages)) != len(languages):
        raise NotValid("languages", gettext_noop("Choose at least one language, each once; the first is the default."))


def _refuse_what_is_taken(market: NewMarket, *, is_fallback: bool) -> None:
    if Market.objects.filter(code=market.code).exists():
        raise NotValid("code", gettext_noop("A market has this code already."))
    if is_fallback and Market.objects.filter(is_fallback=True).exists():
        raise NotValid("countries", gettext_noop("Another market takes all other countries already."))
    if MarketCountry.objects.filter(country__in=list(market.countries)).exists():
        raise NotValid("countries", gettext_noop("One of these countries belongs to another market."))
