"""All sentences of the letters in one language, by letter, with what goes out and what is missing; and the languages of letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import labels, pages
from tradewind.console.timeline import actor_names
from tradewind.core.staff import needs
from tradewind.core.words import DEFAULT, LOCALES
from tradewind.lib.clock import utc_now
from tradewind.messaging.moment_line import LINE
from tradewind.messaging.wording.finding import moments, of_moment
from tradewind.messaging.wording.queries import Row, judges, languages_off, left_over, numbers, rows_of
from tradewind.messaging.wording.writing import NotOptional, switch_language, vouched_by

_ON_THE_LINE: Final = tuple(step.moment for step in LINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it cannot mean is left out."""

    language: str
    moment: str
    standing: str
    words: str

    def takes(self, row: Row) -> bool:
        if self.moment and self.moment not in row.sentence.moments:
            return False
        if self.standing and row.standing != self.standing:
            return False
        # As somebody may have read it in a letter, or types it from memory.
        held = (row.sentence.message, row.source, row.coming, row.words, row.shown)
        return self.words.casefold() in "\n".join(held).casefold()


@needs("words.view")
@require_safe
def words_page(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    rows = [row for row in rows_of(asked.language) if asked.takes(row)]
    off = languages_off()
    values: dict[str, Any] = {
        "asked": asked,
        "groups": _by_letter(rows, asked.moment),
        "number": len(rows),
        "letter_languages": LOCALES,
        "numbers": numbers(),
        "standings": labels.codes("wording"),
        "moments": letters(),
        "judges": judges(),
        "own": vouched_by(pages.staff_of(request)),
        "off": off,
        "names": actor_names({row.by for row in off.values()}),
        "left_over": left_over(asked.language),
    }
    return pages.show(request, "wording/listing.html", values)


@needs("words.languages")
@require_POST
def language_letters(request: HttpRequest, language: str) -> HttpResponse:
    """Whether letters leave in a language."""
    is_on = request.POST.get("on") == "1"
    try:
        switch_language(language, is_on=is_on, by=pages.actor_of(request), at=utc_now())
    except NotOptional as problem:
        raise Http404 from problem
    return pages.to_page("console:words", done="language-on" if is_on else "language-off", anchor="languages")


def letters() -> list[str]:
    """The moments in the order of an order, then those of no order."""
    return [
        *(each for each in _ON_THE_LINE if each in moments()),
        *(each for each in moments() if each not in _ON_THE_LINE),
    ]


def _by_letter(rows: Sequence[Row], only: str) -> list[tuple[str, list[Row]]]:
    """Each sentence once: with the first letter that says it, or with the one that was asked for; there in the order of the letter,
    its subject first.
    """
    line = letters()
    groups: dict[str, list[Row]] = {each: [] for each in line}
    for row in rows:
        groups[only or min(row.sentence.moments, key=line.index)].append(row)
    return [(moment, _as_said(moment, found)) for moment, found in groups.items() if found]


def _as_said(moment: str, rows: Sequence[Row]) -> list[Row]:
    places = {sentence.key: place for place, sentence in enumerate(of_moment(moment))}
    return sorted(rows, key=lambda row: (not row.sentence.is_subject, places[row.sentence.key]))


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    language, moment, standing = (given.get(name, "") for name in ("language", "moment", "state"))
    staff = pages.staff_of(request)
    usual = next((code for code in vouched_by(staff) if code != DEFAULT), DEFAULT)
    return Asked(
        language if language in LOCALES else usual,
        moment if moment in moments() else "",
        standing if standing in labels.codes("wording") else "",
        given.get("words", "").strip()[:100],
    )
