"""Words that mean the same to buyers who search, one group a line, by language."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from tradewind.catalog.synonyms import SYNONYMS, change_synonyms
from tradewind.console import pages
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.core.words import LOCALES
from tradewind.lib.clock import utc_now

LONGEST: Final = 20_000
_BETWEEN: Final = "="
_ALONE: Final = gettext_noop("Line {number}: please write two words or more with = between them, like mug = cup.")
_LONG: Final = gettext_noop("At most {longest} characters, please.")


@needs("products.words")
@require_http_methods(["GET", "HEAD", "POST"])
def synonyms_page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        groups = SYNONYMS.read()
        return _show(request, {code: _written(groups.get(code, ())) for code in LOCALES})
    typed = {code: request.POST.get(f"words-{code}", "") for code in LOCALES}
    for code, text in typed.items():
        if complaint := _complaint(text):
            return _show(request, typed, Problem("synonyms", f"words-{code}", complaint, {}), status=422)
    value = {code: [_group(line) for line in text.splitlines() if line.strip()] for code, text in typed.items()}
    change_synonyms(value, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:synonyms", done="synonyms")


def _show(
    request: HttpRequest, typed: dict[str, str], problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    return pages.show(request, "products/synonyms.html", {"typed": typed, "problem": problem}, status=status)


def _written(groups: tuple[tuple[str, ...], ...]) -> str:
    return "\n".join(f" {_BETWEEN} ".join(group) for group in groups)


def _group(line: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in line.split(_BETWEEN) if word.strip()))


def _complaint(text: str) -> str:
    """What is wrong with the groups of one language, in words; empty when nothing is."""
    if len(text) > LONGEST or "\x00" in text:
        return words.say(words.spoken(), _LONG, longest=LONGEST)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and len(_group(line)) < 2:  # noqa: PLR2004  # a word alone has no synonym
            return words.say(words.spoken(), _ALONE, number=number)
    return ""
