"""What is different between the summary that a buyer agreed to and the one that holds now: named, old and new."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest

from tradewind.checkout.summary import Summary
from tradewind.core.words import locale_of, say
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.promises.wording import day_words
from tradewind.storefront.place import Place


def differences(request: HttpRequest, now: Summary, place: Place) -> Iterator[str]:
    """By what the form says it has shown. A form that says nothing, or nonsense, has no old values to name."""
    language = place.language
    locale = locale_of(language, place.market.country)
    total = request.POST.get("shown_total", "")
    if total.isascii() and total.isdecimal() and len(total) < 16 and int(total) != now.total.amount:  # noqa: PLR2004  # digits
        before = format_money(Money(int(total), now.total.currency), locale)
        yield say(language, "Total: {before} before, {now} now.", before=before, now=format_money(now.total, locale))
    try:
        until = date.fromisoformat(request.POST.get("shown_until", ""))
    except ValueError:
        return
    if now.option is not None and until != now.option.arrives_last:
        before, after = (day_words(each, language) for each in (until, now.option.arrives_last))
        yield say(language, "At your door at the latest: {before} before, {now} now.", before=before, now=after)
