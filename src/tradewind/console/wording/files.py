"""Words for translators: a file out, and what came back, told row by row."""

from collections import Counter
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import labels, pages
from tradewind.console.wording.refusing import words_of
from tradewind.core.staff import needs
from tradewind.core.words import LOCALES, say, spoken
from tradewind.lib.clock import utc_now
from tradewind.messaging.wording.files.taking import FORMATS, Line, take_in
from tradewind.messaging.wording.files.units import LARGEST_FILE, Unreadable, units_of
from tradewind.messaging.wording.queries import rows_of

_NO_FILE: Final = gettext_noop("Please choose a file first.")
_WHY: Final = {
    "damaged": gettext_noop("The file cannot be read as what its name says. Nothing was taken."),
    "large": gettext_noop("The file is too large to be one of ours. Nothing was taken."),
    "foreign": gettext_noop("The file does not come from here: it names no sentences and marks. Nothing was taken."),
    "language": gettext_noop("The file is for another language ({what}). Nothing was taken."),
}


@needs("words.view")
@require_safe
def words_file(request: HttpRequest) -> HttpResponse:
    """The sentences of a language, all or those in one state."""
    language, kind, standing = (request.GET.get(name, "") for name in ("language", "format", "state"))
    if language not in LOCALES or kind not in FORMATS:
        raise Http404
    rows = [row for row in rows_of(language) if not standing or row.standing == standing]
    form = FORMATS[kind]
    name = f"letters-{language}-{utc_now():%Y-%m-%d}.{form.suffixes[0]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(form.write(units_of(rows), language), content_type=form.content_type, headers=headers)


@needs("words.edit")
@require_POST
def take_file(request: HttpRequest) -> HttpResponse:
    """What could be taken waits for its review; the page says of each row what became of it."""
    language, file = request.POST.get("language", ""), request.FILES.get("file")
    if language not in LOCALES:
        raise Http404
    values: dict[str, Any] = {"language": language}
    try:
        lines = _taken(file, language, by=pages.actor_of(request))
    except Unreadable as problem:
        words = _NO_FILE if problem.why == "none" else _WHY[problem.why]
        values["problem"] = say(spoken(), words, what=problem.what)
        return pages.show(request, "wording/report.html", values, status=422)
    values |= {
        "numbers": Counter(line.outcome for line in lines),
        "outcomes": labels.codes("words_taken"),
        "lines": [(line, words_of(line.refusal) if line.refusal else "") for line in lines if line.outcome != "same"],
    }
    return pages.show(request, "wording/report.html", values)


def _taken(file: object, language: str, *, by: str) -> list[Line]:
    """Raises Unreadable."""
    if not isinstance(file, UploadedFile):
        raise Unreadable("none")
    suffix = (file.name or "").rpartition(".")[2].casefold()
    form = next((each for each in FORMATS.values() if suffix in each.suffixes), None)
    if form is None:
        raise Unreadable("foreign")
    content = file.read(LARGEST_FILE + 1)
    return take_in(form.read(content, language), language, by=by, at=utc_now())
