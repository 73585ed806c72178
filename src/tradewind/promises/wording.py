"""The one place that puts dates into words, so that page, cart, mail, order page and console say the same."""

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from django.utils.translation import gettext_noop

from tradewind.core.words import locale_of, pick, say, say_many
from tradewind.promises.models import Promise
from tradewind.promises.quote import DeliveryQuote

_OTHERS: Final = {
    Promise.Kind.REFUND: gettext_noop("Money back by {day}"),
    Promise.Kind.ANSWER: gettext_noop("An answer by {day}"),
    Promise.Kind.RETURN_STEP: gettext_noop("Next step of the return by {day}"),
    Promise.Kind.PREORDER: gettext_noop("Pre-order leaves by {day}"),
    Promise.Kind.DISPUTE: gettext_noop("Dispute answered by {day}"),
    Promise.Kind.SURVEY: gettext_noop("Survey by {day}"),
}


def day_words(day: date, language: str) -> str:
    """A day as people say it: "Tue 24 Nov", "Di., 24. Nov.", "11月24日周二"."""
    locale = locale_of(language)
    if language == "en":
        return format_date(day, "EEE d MMM", locale=locale)
    return format_skeleton("MMMEd", day, locale=locale)


def range_words(first: date, last: date, language: str) -> str:
    """Two days in words, the shared part said once where the language does so."""
    if first == last:
        return day_words(first, language)
    return say(language, "{first} to {last}", first=day_words(first, language), last=day_words(last, language))


def dispatch_words(promise: Promise | DeliveryQuote, language: str) -> str:
    """ "Leaves Shenzhen by Tue 24 Nov"."""
    if isinstance(promise, DeliveryQuote):
        city, day = pick(promise.warehouse_city, language), promise.leaves_on
    elif "platform" in promise.inputs:
        values = {"day": day_words(promise.last_day, language), "platform": promise.inputs["platform"]}
        return say(language, "Leaves by {day}, as {platform} counts", **values)
    else:
        city, day = pick(promise.inputs.get("warehouse_city", {}), language), promise.last_day
    return say(language, "Leaves {city} by {day}", city=city, day=day_words(day, language))


def arrival_words(promise: Promise | DeliveryQuote, language: str) -> str:
    """ "At your door Thu 3 Dec to Wed 9 Dec"."""
    if isinstance(promise, DeliveryQuote):
        first, last = promise.arrives_first, promise.arrives_last
    else:
        first, last = promise.first_day, promise.last_day
    return door_words(first, last, language)


def door_words(first: date, last: date, language: str) -> str:
    return say(language, "At your door {days}", days=range_words(first, last, language))


def promise_words(promise: Promise, language: str) -> str:
    """What was promised, of any kind."""
    if promise.kind == Promise.Kind.DISPATCH:
        return dispatch_words(promise, language)
    if promise.kind == Promise.Kind.DELIVERY:
        return arrival_words(promise, language)
    return say(language, _OTHERS[Promise.Kind(promise.kind)], day=day_words(promise.last_day, language))


def fate_words(promise: Promise, language: str) -> str:
    """What became of it, for the buyer; empty while it is open and nothing speaks against it."""
    if promise.fulfilled_at is None:
        if promise.is_at_risk:
            return say(language, "may be late")
        if promise.state == Promise.State.UNKNOWN:
            if promise.kind == Promise.Kind.DISPATCH:
                return say(language, "nobody told us when it left")
            return say(language, "nobody told us whether it has arrived")
        return say(language, "broken") if promise.state == Promise.State.BROKEN else ""
    on = promise.fulfilled_at.astimezone(ZoneInfo(promise.zone)).date()
    if promise.state == Promise.State.KEPT:
        return say(language, "kept on {day}", day=day_words(on, language))
    return say_many(
        language,
        "one day late, on {day}",
        "{number} days late, on {day}",
        max((on - promise.last_day).days, 1),
        day=day_words(on, language),
    )


def before_words(promise: Promise, before: Promise, language: str) -> str:
    """What was said at first, where a newer promise took its place."""
    told_on = promise.made_at.astimezone(ZoneInfo(promise.zone)).date()
    days = range_words(before.first_day, before.last_day, language)
    return say(language, "New date, told on {day}; at first: {days}", day=day_words(told_on, language), days=days)


def later_words(before: Promise, language: str) -> str:
    """Said beside new days that end later than those that the buyer was told."""
    days = range_words(before.first_day, before.last_day, language)
    return say(language, "This is later than we told you before ({days}). We are sorry.", days=days)


def share_words(promise: Promise | DeliveryQuote, language: str) -> str:
    """What stands behind the days; empty where they are only what is stated."""
    if promise.share is None:
        return ""
    return say(language, "Nine of ten parcels arrive within these days.")


def order_by_words(quote: DeliveryQuote, language: str) -> str:
    """Until when the dates hold, true whenever it is read: "Order by Mon 23 Nov, 16:00 (Shenzhen time)"."""
    local = quote.holds_until.astimezone(ZoneInfo(quote.leaves_zone))
    return say(
        language,
        "Order by {day}, {time} ({city} time)",
        day=day_words(local.date(), language),
        time=format_time(local.time(), "HH:mm", locale=locale_of(language)),
        city=pick(quote.warehouse_city, language),
    )


def after_payment_words(quote: DeliveryQuote, handling_days: int, language: str) -> str:
    """For methods whose money takes days: the dates start when it is here."""
    return say_many(
        language,
        "Leaves {city} one working day after your payment arrives",
        "Leaves {city} {number} working days after your payment arrives",
        max(handling_days, 1),
        city=pick(quote.warehouse_city, language),
    )
