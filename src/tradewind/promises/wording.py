"""The one place that puts dates into words, so that page, cart, mail, order page and console say the same."""

from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time

from tradewind.core.words import locale_of, pick, say, say_many
from tradewind.promises.models import Promise
from tradewind.promises.quote import DeliveryQuote


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
    else:
        city, day = pick(promise.inputs.get("warehouse_city", {}), language), promise.last_day
    return say(language, "Leaves {city} by {day}", city=city, day=day_words(day, language))


def arrival_words(promise: Promise | DeliveryQuote, language: str) -> str:
    """ "At your door Thu 3 Dec to Wed 9 Dec"."""
    if isinstance(promise, DeliveryQuote):
        first, last = promise.arrives_first, promise.arrives_last
    else:
        first, last = promise.first_day, promise.last_day
    return say(language, "At your door {days}", days=range_words(first, last, language))


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
