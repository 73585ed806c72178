"""What was wrong in a form of a market, as its page shows it beside the field."""

from collections.abc import Mapping
from dataclasses import dataclass

from tradewind.console import typed
from tradewind.core.staff import NotValid
from tradewind.core.words import say, spoken


@dataclass(frozen=True, slots=True)
class Problem:
    """Which form, which field, in words, and what had been typed."""

    form: str
    field: str
    words: str
    typed: Mapping[str, str]


def problem_in(form: str, wrong: typed.WrongInput | NotValid, entered: Mapping[str, str]) -> Problem:
    # The name stands in the form once for each language; English is the one that is needed.
    field = "name_en" if wrong.field == "name" else wrong.field
    words = wrong.words if isinstance(wrong, typed.WrongInput) else say(spoken(), wrong.words)
    return Problem(form, field, words, entered)
