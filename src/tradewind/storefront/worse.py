"""What is different between the summary that a buyer agreed to and the one that holds now: named, old and new."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest

from tradewind.checkout.summary import GONE, SOLD_OUT, Summary
from tradewind.core.words import locale_of, say
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.promises.wording import day_words
from tradewind.storefront.place import Place


def changed_words(now: Summary, language: str) -> str:
    """What has happened, in one sentence, and that nothing was ordered."""
    if any(line.problem for line in now.lines):
        return say(
            language, "Not everything in your cart is there any more. Nothing was ordered and nothing was charged."
        )
    return say(
        language,
        "Cost, dates or stock have changed since this page was shown. Nothing was ordered: please look at the summary and order again.",
    )


def differences(request: HttpRequest, now: Summary, place: Place) -> Iterator[str]:
    """First what is no longer there, by its name; then by what the form says it has shown.

    A form that says nothing, or nonsense, has no old values to name. Where all of it is gone, there is no new total.
    """
    language = place.language
    yield from _gone(now, language)
    if now.is_all_gone:
        return
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


def _gone(now: Summary, language: str) -> Iterator[str]:
    for line in now.lines:
        if not line.problem:
            continue
        if line.offer is None:
            yield say(language, "An article that is no longer there")
            continue
        title = " · ".join(part for part in (line.offer.title, line.offer.options_words) if part)
        if line.problem == SOLD_OUT:
            yield say(language, "{title}: sold out", title=title)
        elif line.problem == GONE:
            yield say(language, "{title}: no longer sold here", title=title)
        else:
            yield say(language, "{title}: not enough of it left", title=title)
