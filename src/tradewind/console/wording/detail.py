"""One sentence in one language: written beside its English, looked at, let go out, and brought back to what it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.timeline import actor_names
from tradewind.console.wording.refusing import REFUSALS, words_of
from tradewind.core.models import Staff
from tradewind.core.staff import may, needs
from tradewind.core.words import DEFAULT, LOCALES
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import WordingVersion
from tradewind.messaging.moment_line import STEPS
from tradewind.messaging.wording.checking import LONGEST, LONGEST_SUBJECT
from tradewind.messaging.wording.comparing import Piece, difference
from tradewind.messaging.wording.finding import Sentence, digest
from tradewind.messaging.wording.queries import Row, Standing, history, judges, row_of, rows_of, standings_of, vouches
from tradewind.messaging.wording.writing import NoSuchSentence, Origin, Written, review, save, sentence_of

LET_OUT: Final = "review"


@dataclass(frozen=True, slots=True)
class Version:
    """A version with what is other than in the one before."""

    row: WordingVersion
    words: str
    pieces: list[Piece]
    is_for_this: bool  # it renders the English of today


@needs("words.view")
@require_safe
def word_page(request: HttpRequest, sentence: str, language: str) -> HttpResponse:
    return _show(request, _row(sentence, language))


@needs("words.edit")
@require_POST
def save_words(request: HttpRequest, sentence: str, language: str) -> HttpResponse:
    """A new version, or an earlier one once more; with the other button it is reviewed at once, by who vouches for the language."""
    row, staff = _row(sentence, language), pages.staff_of(request)
    lets_out = request.POST.get("act") == LET_OUT and _may_review(staff, language)
    origin = Origin.BACK if request.POST.get("back") else Origin.PAGE
    written = Written(
        sentence,
        language,
        request.POST.get("words", ""),
        typed.read_id(request.POST, "seen"),
        request.POST.get("source", ""),
    )
    try:
        made = save(written, by=f"staff:{staff.pk}", at=utc_now(), origin=origin)
        if lets_out:
            review(version_id=made.pk, source=made.source, by=staff, at=utc_now())
    except REFUSALS as refusal:
        return _show(request, row, problem=words_of(refusal), kept=written.words, status=422)
    return pages.to_page(
        "console:word", done="words-out" if lets_out else "words-saved", sentence=sentence, language=language
    )


@needs("words.review")
@require_POST
def review_words(request: HttpRequest, version_id: int) -> HttpResponse:
    """On to the next that waits for the same language."""
    version = WordingVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise Http404
    row = _row(version.sentence, version.language)
    try:
        review(version_id=version_id, source=request.POST.get("source", ""), by=pages.staff_of(request), at=utc_now())
    except REFUSALS as refusal:
        return _show(request, row, problem=words_of(refusal), status=422)
    next_one = next((each for each in rows_of(version.language) if each.standing == Standing.WAITING), row)
    return pages.to_page("console:word", done="words-out", sentence=next_one.sentence.key, language=version.language)


def _show(
    request: HttpRequest, row: Row, *, problem: str = "", kept: str | None = None, status: int = 200
) -> HttpResponse:
    staff, versions = pages.staff_of(request), history(row.sentence, row.language)
    others = standings_of(row.sentence)
    values: dict[str, Any] = {
        "row": row,
        "problem": problem,
        "words": row.shown if kept is None else kept,
        "sources": _sources(row),
        "names": sorted(row.sentence.names),
        "longest": LONGEST_SUBJECT if row.sentence.is_subject else LONGEST,
        "versions": _versions(row, versions),
        "actors": actor_names({version.by for version in versions}),
        "others": others,
        "judges": judges()[row.language],
        "may_review": _may_review(staff, row.language),
        "is_waiting": row.standing == Standing.WAITING,
        "fall_back": _would_fall_back(row.coming, others) if row.language == DEFAULT else [],
        "previews": [moment for moment in row.sentence.moments if moment in STEPS and STEPS[moment].shown],
    }
    return pages.show(request, "wording/detail.html", values, status=status)


def _row(key: str, language: str) -> Row:
    try:
        sentence: Sentence = sentence_of(key)
    except NoSuchSentence as problem:
        raise Http404 from problem
    if language not in LOCALES:
        raise Http404
    return row_of(sentence, language)


def _may_review(staff: Staff, language: str) -> bool:
    return may(staff, "words.review") and vouches(staff, language)


def _sources(row: Row) -> list[tuple[str, str]]:
    """What may be rendered, by digest: the newest English first."""
    return [(digest(text), text) for text in (row.coming, row.source) if text]


def _versions(row: Row, versions: list[WordingVersion]) -> list[Version]:
    """Newest first; the first one is compared with what was supplied."""
    today = {key for key, _ in _sources(row)}
    texts = [row.text_of(version) for version in versions] + [row.sentence.supplied(row.language)]
    return [
        Version(version, text, difference(before, text), row.language == DEFAULT or version.source in today)
        for version, text, before in zip(versions, texts, texts[1:], strict=False)
    ]


def _would_fall_back(coming: str, others: Mapping[str, Row]) -> list[str]:
    """The languages that have no reviewed words for the English that waits, or is about to be written."""
    return [language for language, other in others.items() if language != DEFAULT and not _is_ready(other, coming)]


def _is_ready(other: Row, coming: str) -> bool:
    version = other.newest
    return bool(coming and version and version.reviewed_at and version.source == digest(coming))
