"""What each sales channel lets a shop write to its buyers: data with sources and dates (channel_rules.toml).

Every letter to a buyer is of one sort, and a channel's rule says of each sort whether our mail may carry it. Pure: who asks names
channel, moment and day. `channels.py` obeys.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from tradewind.core.models import ShopAccount
from tradewind.messaging.moments import (
    address_asked,
    address_changed,
    address_code,
    back_in_stock,
    feedback_request,
    order_cancelled,
    order_changed,
    order_confirmed,
    order_dispatched,
    order_link,
    order_received,
    order_to_pay,
    order_trouble,
    payment_reminder,
    quotation_sent,
    refund_sent,
    special_notice,
    trouble_refunded,
    waiting_confirmation,
    withdrawal_received,
)
from tradewind.messaging.on_the_way import Moment

_FILE: Final = Path(__file__).with_name("channel_rules.toml")


class Sort(StrEnum):
    """Of letters to buyers, as channels tell them apart."""

    ORDER = "order"  # the course of an order: confirmed, changed, cancelled, dispatched
    WAY = "way"  # where its parcel is
    TROUBLE = "trouble"  # what the buyer has to know or do, because something went wrong
    ACCESS = "access"  # the way to the order's page in the own shop
    REQUEST = "request"  # how was it?
    MARKETING = "marketing"
    OWED = "owed"  # the receipt that the law owes to whoever declared something on our own pages


class Way(StrEnum):
    MAIL = "mail"
    PLATFORM = "platform"
    ELSEWHERE = "elsewhere"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Request:
    """How a channel lets one ask for feedback: so often, and within these days where it counts them from the days of delivery."""

    most: int
    reminders: int
    days_after_earliest_delivery: int | None = None
    days_after_latest_delivery: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    channel: str
    name: str
    letters: Mapping[Sort, Way]
    links: str
    attachments: bool
    marketing: bool
    valid_from: date
    checked_on: date
    confidence: str
    source: str
    note: Mapping[str, str] = field(default_factory=dict)  # by language
    request: Request | None = None


SORTS: Final[Mapping[str, Sort]] = {
    order_received.MOMENT: Sort.ORDER,
    order_to_pay.MOMENT: Sort.ORDER,
    order_confirmed.MOMENT: Sort.ORDER,
    payment_reminder.MOMENT: Sort.ORDER,
    order_changed.MOMENT: Sort.ORDER,
    order_cancelled.MOMENT: Sort.ORDER,
    order_dispatched.MOMENT: Sort.ORDER,
    quotation_sent.MOMENT: Sort.ORDER,
    **{moment.value: Sort.WAY for moment in Moment},
    order_trouble.MOMENT: Sort.TROUBLE,
    trouble_refunded.MOMENT: Sort.TROUBLE,
    refund_sent.MOMENT: Sort.TROUBLE,
    address_asked.MOMENT: Sort.TROUBLE,
    special_notice.MOMENT: Sort.TROUBLE,
    order_link.MOMENT: Sort.ACCESS,
    address_code.MOMENT: Sort.ACCESS,
    address_changed.MOMENT: Sort.ACCESS,
    withdrawal_received.MOMENT: Sort.OWED,
    feedback_request.MOMENT: Sort.REQUEST,
    feedback_request.REMINDER: Sort.REQUEST,
    waiting_confirmation.MOMENT: Sort.MARKETING,
    back_in_stock.MOMENT: Sort.MARKETING,
}


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule that there is, by channel in the order of the file, the newest of each first."""
    told = [_rule(row) for row in tomllib.loads(_FILE.read_text(encoding="utf-8"))["rule"]]
    places = {channel: place for place, channel in enumerate(dict.fromkeys(rule.channel for rule in told))}
    return tuple(sorted(told, key=lambda rule: (places[rule.channel], -rule.valid_from.toordinal())))


def rule_of(channel: str, on: date) -> Rule | None:
    return next((rule for rule in rules() if rule.channel == channel and rule.valid_from <= on), None)


def in_force(on: date) -> tuple[Rule, ...]:
    """One for each channel."""
    found: dict[str, Rule] = {}
    for rule in rules():
        if rule.valid_from <= on:
            found.setdefault(rule.channel, rule)
    return tuple(found.values())


def way_of(channel: str, moment: str, on: date) -> Way:
    """How a letter of this moment may reach buyers of this channel. What nobody has sorted goes to buyers of the own shop alone, and
    to a channel without a rule nothing goes.
    """
    sort, rule = SORTS.get(moment.partition(":")[0]), rule_of(channel, on)
    if rule is None:
        return Way.NEVER
    if sort is None:
        return Way.MAIL if channel == ShopAccount.Channel.OWN else Way.NEVER
    return rule.letters[sort]


def ways_by_channel(moment: str, on: date) -> Mapping[Way, list[str]]:
    """Channels by how a letter of this moment may reach their buyers."""
    found: dict[Way, list[str]] = {}
    for rule in in_force(on):
        found.setdefault(way_of(rule.channel, moment, on), []).append(rule.channel)
    return found


def _rule(row: Mapping[str, Any]) -> Rule:
    """Raises KeyError for a rule that leaves out a sort of letters, ValueError for words that say nothing."""
    letters = {sort: Way(row["letters"][sort]) for sort in Sort}
    request = Request(**row["request"]) if "request" in row else None
    return Rule(**{**row, "letters": letters, "request": request})
