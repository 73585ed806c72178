"""Deadlines: by when a sales channel wants an order to leave, counted as that channel counts.

What the channel's own file says goes before everything. Else its rule decides, which is data with a source
(deadlines.toml), with the number of days that the owner wrote down: sellers choose it on the channel's pages.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.core.models import ShopAccount
from tradewind.core.panel_parts import Kind, Part
from tradewind.core.panels import Panel, Step, Values, in_force
from tradewind.lib.calendars import WorkingCalendar, country_calendar

_FILE: Final = Path(__file__).with_name("deadlines.toml")
_MOST_DAYS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one channel counts. `zones`: site -> (zone, country of holidays) where those differ."""

    channel: str
    name: str
    days: int
    starts: str
    counts: str
    holidays: str
    zone: str
    valid_from: date
    checked_on: date
    confidence: str
    source: str
    zones: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def place(self, site: str) -> tuple[str, str]:
        """(zone, country whose holidays do not count)."""
        return self.zones.get(site.casefold(), (self.zone, self.holidays))


@dataclass(frozen=True, slots=True)
class Deadline:
    """`until` is the first moment that is too late, meant in `zone`. `inputs` say why."""

    until: datetime
    zone: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sold:
    """What a channel told of an order. `ship_by` is None where it did not say."""

    channel: str
    placed_at: datetime
    paid_at: datetime | None
    ship_by: datetime | None
    site: str = ""


@cache
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """Of each channel the rules that there were, the newest first."""
    told = [Rule(**{**row, "zones": _pairs(row.get("zones", {}))}) for row in tomllib.loads(_FILE.read_text())["rule"]]
    told.sort(key=lambda rule: rule.valid_from, reverse=True)
    return {channel: tuple(rule for rule in told if rule.channel == channel) for channel in {r.channel for r in told}}


def rule_of(channel: str, on: date) -> Rule | None:
    return next((rule for rule in rules().get(channel, ()) if rule.valid_from <= on), None)


def own_days() -> Mapping[str, int]:
    """The days that the owner wrote down, by channel."""
    held = in_force(PANEL)
    return {channel: int(held[channel]) for channel in rules() if channel in held}


def deadline_of(sold: Sold, days: Mapping[str, int]) -> Deadline | None:
    """None for channels that leave it to the shop. `days`: of own_days."""
    rule = rule_of(sold.channel, sold.placed_at.date())
    if sold.ship_by is not None:
        zone = rule.place(sold.site)[0] if rule else "UTC"
        name = rule.name if rule else str(ShopAccount.Channel(sold.channel).label)
        return Deadline(_end(sold.ship_by, zone), zone, {"platform": name, "told_at": sold.ship_by.isoformat()})
    if rule is None:
        return None
    zone, country = rule.place(sold.site)
    started = sold.placed_at if rule.starts == "placed" else sold.paid_at or sold.placed_at
    number = days.get(sold.channel, rule.days)
    first = started.astimezone(ZoneInfo(zone)).date()
    last = first + timedelta(days=number) if rule.counts == "calendar" else _working(country, zone, first, number)
    return Deadline(_midnight_after(last, zone), zone, _inputs(rule, number, started))


def _working(country: str, zone: str, first: date, number: int) -> date:
    """The n-th working day after the day on which it starts."""
    calendar = country_calendar(country, zone, {first.year}) if country else WorkingCalendar(zone)
    return calendar.add_working_days(first, number)


def _end(told: datetime, zone: str) -> datetime:
    """A day without an hour is meant until its end; an hour is the last moment that is in time."""
    for clock in (ZoneInfo(zone), UTC):
        local = told.astimezone(clock)
        if local.time() == time():
            return _midnight_after(local.date(), zone)
    return told + timedelta(seconds=1)


def _midnight_after(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _inputs(rule: Rule, number: int, started: datetime) -> dict[str, Any]:
    return {
        "platform": rule.name,
        "days": number,
        "starts": rule.starts,
        "counts": rule.counts,
        "started_at": started.isoformat(),
        "source": rule.source,
        "checked_on": rule.checked_on.isoformat(),
    }


def _pairs(told: Mapping[str, list[str]]) -> dict[str, tuple[str, str]]:
    return {site: (zone, country) for site, (zone, country) in told.items()}


def _nothing() -> Values:
    return {}


def _summary(values: Values) -> Step:
    return Step(gettext_noop("eBay {ebay}, Amazon {amazon}, AliExpress {aliexpress} days."), values)


def _part(rule: Rule) -> Part:
    return Part(
        rule.channel,
        rule.name,
        gettext_noop("days from payment to dispatch, as you chose them there"),
        kind=Kind.NUMBER,
        default=str(rule.days),
        least=1,
        most=_MOST_DAYS,
        longest=2,
    )


PANEL: Final = Panel(
    key="deadlines",
    title=gettext_noop("Deadlines of sales channels"),
    purpose=gettext_noop("By when imported orders have to leave, where the channel’s file does not say it."),
    parts=tuple(_part(several[0]) for several in rules().values()),
    environment=_nothing,
    summary=_summary,
)
