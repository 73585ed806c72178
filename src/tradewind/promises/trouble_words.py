"""Why days were told anew while goods were on their way: what had happened, since when, and where the new days come from."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.core.words import say
from tradewind.promises.wording import day_words

# Among the inputs of a promise: the code of what happened, the day since which, and of how many parcels the new days hold.
CAUSE: Final = "trouble"
SINCE: Final = "trouble_since"
SHARE: Final = "trouble_share"
_HAPPENED: Final = {
    "unscanned": gettext_noop("The carrier has not scanned it since {day}."),
    "silent": gettext_noop("The carrier has said nothing of it since {day}."),
    "lost": gettext_noop("It has been looked for since {day}."),
    "customs": gettext_noop("Customs have held it since {day}."),
    "bad_address": gettext_noop("It could not be delivered to its address on {day}."),
    "attempt": gettext_noop("It could not be handed over on {day}."),
    "stopped": gettext_noop("It has been held on its way since {day}."),
    "slow": gettext_noop("It was slower than was to be expected."),
    "uncollected": gettext_noop("Its carrier had not collected it since {day}."),
}
_OTHER: Final = gettext_noop("Something kept it since {day}.")


def trouble_words(inputs: Mapping[str, Any], language: str) -> Iterator[str]:
    """What was kept with the promise; of what was promised before that was kept, nothing."""
    if SINCE not in inputs:
        return
    day = day_words(date.fromisoformat(inputs[SINCE]), language)
    yield say(language, _HAPPENED.get(inputs[CAUSE], _OTHER), day=day)
    if inputs.get(SHARE):
        yield say(language, "The new days are those in which nine of ten such parcels arrive.")
    else:
        yield say(language, "A person has set the new days.")
