"""What was wrong in a form of a market, as its page shows it beside the field."""

from collections.abc import Mapping

from tradewind.console import typed
from tradewind.console.typed import Problem
from tradewind.core.staff import NotValid
from tradewind.core.words import say, spoken


def problem_in(form: str, wrong: typed.WrongInput | NotValid, entered: Mapping[str, str]) -> Problem:
    # The name stands in the form once for each language; English is the one that is needed.
    field = "name_en" if wrong.field == "name" else wrong.field
    words = wrong.words if isinstance(wrong, typed.WrongInput) else say(spoken(), wrong.words)
    return Problem(form, field, words, entered)
