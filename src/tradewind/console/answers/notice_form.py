"""The form of a special notice: what was typed, what it may choose from, and the notice that comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext_noop

from tradewind.console import typed
from tradewind.core.words import LOCALES, pick, spoken
from tradewind.inventory.models import Warehouse
from tradewind.lib.calendars import DayRange
from tradewind.lib.clock import BEIJING
from tradewind.lib.countries import COUNTRIES
from tradewind.markets.announcing import LONGEST, LONGEST_TITLE, MOST_DAYS, Notice
from tradewind.markets.models import Announcement, Market
from tradewind.shipping.models import DeliveryOption
from tradewind.shipping.notice_proposing import Occasion, texts, titles

Effect = Announcement.Effect
KINDS: Final = {
    "festival": gettext_noop("Festival or public holidays"),
    "strike": gettext_noop("Strike"),
    "epidemic": gettext_noop("Epidemic"),
    "weather": gettext_noop("Severe weather"),
    "closed_lane": gettext_noop("Closed lane"),
    "other": gettext_noop("Something else"),
}
EFFECTS: Final = {
    "nothing": gettext_noop("No date changes: it is only shown"),
    "dispatch": gettext_noop("Goods leave some working days later"),
    "transit": gettext_noop("Parcels travel some working days longer"),
    "stop": gettext_noop("Nothing leaves on these days"),
    "closed": gettext_noop("The lane is closed: not offered on these days"),
}
MULTIPLE: Final = ("market", "option", "warehouse")
_ORDER: Final = gettext_noop("It ends before it begins. Please choose a later last day.")
_LONGEST_LIST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Choices:
    """(value, name) of what a notice can be limited to."""

    markets: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]]
    warehouses: Sequence[tuple[str, str]]
    languages: Sequence[str]  # those of the shop's markets first


def choices() -> Choices:
    markets = list(Market.objects.order_by("position", "id"))
    ways = DeliveryOption.objects.filter(is_on=True).order_by("market_id", "position", "id")
    places = Warehouse.objects.order_by("position", "id")
    read = [code for code in LOCALES if any(code in market.languages for market in markets)]
    where = {market.pk: pick(market.name, spoken()) for market in markets}
    names: dict[str, str] = {}
    for way in ways:
        names.setdefault(way.code, f"{pick(way.name, spoken())} · {where.get(way.market_id, '')}")
    return Choices(
        [(str(row.pk), pick(row.name, spoken())) for row in markets],
        list(names.items()),
        [(row.code, pick(row.name, spoken())) for row in places],
        read,
    )


def typed_of(row: Announcement) -> dict[str, Any]:
    """A notice as its form shows it."""
    return {
        "kind": row.kind,
        "effect": row.effect,
        "days": str(row.days or ""),
        "acts-first": row.acts_first.isoformat() if row.acts_first else "",
        "acts-last": row.acts_last.isoformat() if row.acts_last else "",
        "first": _day(row.begins_at),
        "last": _day(row.ends_at, is_end=True),
        "market": [str(pk) for pk in row.market_ids],
        "option": list(row.options),
        "warehouse": list(row.warehouses),
        "countries": ", ".join(row.countries),
        **{f"title-{code}": row.title.get(code, "") for code in LOCALES},
        **{f"text-{code}": row.text.get(code, "") for code in LOCALES},
    }


def typed_in(fields: QueryDict) -> dict[str, Any]:
    """What somebody typed, as the form shows it again."""
    return {name: fields.getlist(name) if name in MULTIPLE else fields.get(name, "") for name in fields}


def proposed(occasion: Occasion) -> dict[str, Any]:
    """A form that is filled in for an occasion."""
    acts = occasion.acts
    return {
        "kind": occasion.kind,
        "effect": occasion.effect,
        "acts-first": acts.first.isoformat() if acts else "",
        "acts-last": acts.last.isoformat() if acts else "",
        "last": acts.last.isoformat() if acts else "",
        **{f"title-{code}": words for code, words in titles(occasion).items()},
        **{f"text-{code}": words for code, words in texts(occasion).items()},
    }


def with_words(form: Mapping[str, Any], fields: QueryDict) -> dict[str, Any]:
    """The form with words in every field of a language that is empty. Raises WrongInput."""
    occasion = Occasion(_one_of(fields, "kind", KINDS, "other"), *_effect(fields))
    offered = {name: words for name, words in proposed(occasion).items() if name.startswith(("title-", "text-"))}
    return {**form, **{name: form.get(name) or words for name, words in offered.items()}}


def read_notice(fields: QueryDict, *, now: datetime, begun_at: datetime | None = None) -> Notice:
    """What is meant. An empty first day is now, or stays as it was. Raises WrongInput for whatever a person can put right."""
    said = {
        kind: {
            code: words
            for code in LOCALES
            if (words := typed.read_text(fields, f"{kind}-{code}", longest=longest, is_needed=False))
        }
        for kind, longest in (("title", LONGEST_TITLE), ("text", LONGEST))
    }
    first, last = typed.read_day(fields, "first"), typed.read_day(fields, "last")
    begins_at = typed.begin_of(first) if first else begun_at or now
    ends_at = typed.end_of(last) if last else None
    if not said["text"]:
        raise typed.WrongInput("text-en", gettext_noop("Please write it in at least one language."))
    if ends_at is not None and ends_at <= begins_at:
        raise typed.WrongInput("last", _ORDER)
    effect, days, acts = _effect(fields)
    return Notice(
        market_ids=_markets(fields),
        text=said["text"],
        begins_at=begins_at,
        ends_at=ends_at,
        kind=_one_of(fields, "kind", KINDS, "other"),
        title=said["title"],
        effect=effect,
        days=days,
        acts=acts,
        countries=_countries(fields),
        options=_known(fields, "option", DeliveryOption),
        warehouses=_known(fields, "warehouse", Warehouse),
    )


def _effect(fields: QueryDict) -> tuple[str, int, DayRange | None]:
    effect = _one_of(fields, "effect", EFFECTS, "nothing")
    if effect == Effect.NOTHING:
        return effect, 0, None
    first, last = typed.read_day(fields, "acts-first"), typed.read_day(fields, "acts-last")
    if first is None or last is None:
        missing = "acts-first" if first is None else "acts-last"
        raise typed.WrongInput(missing, gettext_noop("Please say on which days it moves dates."))
    if last < first:
        raise typed.WrongInput("acts-last", _ORDER)
    if effect not in (Effect.DISPATCH, Effect.TRANSIT):
        return effect, 0, DayRange(first, last)
    days = typed.read_quantity(fields, "days")
    if not 1 <= days <= MOST_DAYS:
        raise typed.WrongInput("days", gettext_noop("Between 1 and {most} working days, please."), most=MOST_DAYS)
    return effect, days, DayRange(first, last)


def _one_of(fields: QueryDict, name: str, known: Mapping[str, str], otherwise: str) -> str:
    given = fields.get(name, "") or otherwise
    if given not in known:
        raise typed.WrongInput(name, gettext_noop("Please choose one from the list."))
    return given


def _markets(fields: QueryDict) -> tuple[int, ...]:
    asked = {value for value in fields.getlist("market") if value}
    found = tuple(pk for pk in Market.objects.order_by("pk").values_list("pk", flat=True) if str(pk) in asked)
    if len(found) < len(asked):
        raise typed.WrongInput("market", gettext_noop("There is no such market. Please choose one from the list."))
    return found


def _countries(fields: QueryDict) -> tuple[str, ...]:
    text = typed.read_text(fields, "countries", longest=_LONGEST_LIST, is_needed=False)
    codes = tuple(dict.fromkeys(text.upper().replace(",", " ").replace("，", " ").replace("、", " ").split()))
    unknown = next((code for code in codes if code not in COUNTRIES), None)
    if unknown is not None:
        message = gettext_noop("“{code}” is no country. Please write codes of two letters: DE, FR.")
        raise typed.WrongInput("countries", message, code=unknown)
    return codes


def _known(fields: QueryDict, name: str, model: type[DeliveryOption] | type[Warehouse]) -> tuple[str, ...]:
    asked = {value for value in fields.getlist(name) if value}
    found = set(model._default_manager.filter(code__in=asked).values_list("code", flat=True))
    if asked - found:
        raise typed.WrongInput(name, gettext_noop("Please choose one from the list."))
    return tuple(sorted(found))


def _day(moment: datetime | None, *, is_end: bool = False) -> str:
    """As the day fields have it; an end is the moment after its last day."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(BEIJING))
    return (local.date() if not is_end else typed.last_day_before(local)).isoformat()
