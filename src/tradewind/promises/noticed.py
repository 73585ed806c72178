"""Special notices in words: what each did to a date, and since when the shop has said so."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from tradewind.core.words import pick, say, say_many
from tradewind.lib.clock import BEIJING
from tradewind.promises.wording import day_words, range_words

_KINDS: Final = {
    "festival": gettext_noop("Public holidays"),
    "strike": gettext_noop("Strike"),
    "epidemic": gettext_noop("Epidemic"),
    "weather": gettext_noop("Severe weather"),
    "closed_lane": gettext_noop("Closed route"),
}
_OTHER: Final = gettext_noop("Special notice")


def title_words(title: Mapping[str, str], kind: str, language: str) -> str:
    """What a notice is called, by its title or else its kind."""
    return pick(title, language) or say(language, _KINDS.get(kind, _OTHER))


def notice_words(told: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    """One sentence for each notice that is kept with a promise."""
    for each in told:
        words = _effect_words(each, language)
        if each["said_at"]:
            said_on = datetime.fromisoformat(each["said_at"]).astimezone(ZoneInfo(BEIJING)).date()
            yield say(language, "{what} Said by the shop on {day}.", what=words, day=day_words(said_on, language))
        else:
            yield words


def _effect_words(each: Mapping[str, Any], language: str) -> str:
    title = title_words(each["title"], each["kind"], language)
    if each["effect"] == "stop":
        first, last = (date.fromisoformat(each[name]) for name in ("first", "last"))
        return say(language, "{title}: nothing leaves {days}.", title=title, days=range_words(first, last, language))
    return say_many(
        language,
        "{title}: one working day added.",
        "{title}: {number} working days added.",
        each["days"],
        title=title,
    )
