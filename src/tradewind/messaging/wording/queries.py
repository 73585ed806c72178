"""How each sentence stands in each language: what goes out, what waits for a look, what is missing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tradewind.core.models import Staff
from tradewind.core.words import DEFAULT, LOCALES
from tradewind.messaging.wording.choosing import fitting
from tradewind.messaging.wording.finding import Sentence, digest, sentences
from tradewind.messaging.wording.models import LanguageOff, Vouching, WordingVersion


class Standing(StrEnum):
    """What a sentence needs in a language, the most pressing first."""

    MISSING = "missing"  # the English is the shop's own, and nobody has written for it
    STALE = "stale"  # what was written is for other English
    WAITING = "waiting"  # for somebody who looks at it
    OWN = "own"
    SUPPLIED = "supplied"


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence in a language. `source` is the English that goes out, `coming` one that waits for its review; `words` go out, and are
    empty where the letters fall back; `newest` was written last, reviewed or not.
    """

    sentence: Sentence
    language: str
    source: str
    coming: str
    words: str
    newest: WordingVersion | None
    standing: Standing

    @property
    def falls_back(self) -> bool:
        return not self.words

    @property
    def seen(self) -> int:
        """The number of the newest version."""
        return self.newest.number if self.newest else 0

    @property
    def draft(self) -> str:
        """What waits for a look."""
        return self.text_of(self.newest) if self.newest and self.standing == Standing.WAITING else ""

    @property
    def shown(self) -> str:
        """What a writer goes on from: the newest words, else those that go out, else those that are supplied."""
        return self.text_of(self.newest) if self.newest else self.words or self.sentence.supplied(self.language)

    def text_of(self, version: WordingVersion) -> str:
        return version.words or self.sentence.supplied(self.language)


_Versions = Mapping[tuple[str, str], Sequence[WordingVersion]]


def rows_of(language: str) -> list[Row]:
    """All sentences, in the order in which letters say them. One statement."""
    versions = _by_sentence(WordingVersion.objects.filter(language__in={language, DEFAULT}))
    return [_row(sentence, language, versions) for sentence in sentences().values()]


def row_of(sentence: Sentence, language: str) -> Row:
    versions = WordingVersion.objects.filter(sentence=sentence.key, language__in={language, DEFAULT})
    return _row(sentence, language, _by_sentence(versions))


def standings_of(sentence: Sentence) -> dict[str, Row]:
    """The same sentence in every language. One statement."""
    versions = _by_sentence(WordingVersion.objects.filter(sentence=sentence.key))
    return {language: _row(sentence, language, versions) for language in LOCALES}


def numbers() -> dict[str, Counter[Standing]]:
    """By language: how many sentences are in which state. One statement."""
    versions = _by_sentence(WordingVersion.objects.all())
    return {
        language: Counter(_row(sentence, language, versions).standing for sentence in sentences().values())
        for language in LOCALES
    }


def history(sentence: Sentence, language: str) -> list[WordingVersion]:
    """All versions, newest first."""
    rows = WordingVersion.objects.filter(sentence=sentence.key, language=language)
    return list(rows.select_related("reviewed_by").order_by("-number"))


def left_over(language: str) -> list[WordingVersion]:
    """The newest words for sentences that no letter says any more: kept, to be taken from."""
    rows = WordingVersion.objects.filter(language=language).exclude(sentence__in=sentences().keys())
    newest = {row.sentence: row for row in rows.order_by("number")}
    return sorted(newest.values(), key=lambda row: (row.message, row.pk))


def languages_off() -> dict[str, LanguageOff]:
    return {row.language: row for row in LanguageOff.objects.order_by("pk")}


def judges() -> dict[str, list[str]]:
    """By language: the names of those who vouch for it and work here."""
    found: dict[str, list[str]] = {code: [] for code in LOCALES}
    rows = Vouching.objects.filter(staff__is_active=True).order_by("staff__name", "pk")
    for language, name in rows.values_list("language", "staff__name"):
        found[language].append(name)
    return found


def vouches(staff: Staff, language: str) -> bool:
    return Vouching.objects.filter(staff=staff, language=language).exists()


def _by_sentence(rows: Iterable[WordingVersion]) -> _Versions:
    found: dict[tuple[str, str], list[WordingVersion]] = {}
    for row in sorted(rows, key=lambda row: row.number):
        found.setdefault((row.sentence, row.language), []).append(row)
    return found


def _row(sentence: Sentence, language: str, versions: _Versions) -> Row:
    english, own = versions.get((sentence.key, DEFAULT), []), versions.get((sentence.key, language), [])
    source = _last_words(sentence, [row for row in english if row.reviewed_at])
    coming = _last_words(sentence, english)
    reviewed = [row for row in own if row.reviewed_at]
    # English renders itself: its last reviewed words always fit.
    chosen = fitting(sentence, source, reviewed) if language != DEFAULT else source
    words = sentence.supplied(language) if chosen == "" else chosen or ""
    standing = _standing(
        own, {digest(source), digest(coming)}, words, is_own=bool(chosen) and words != sentence.message
    )
    return Row(
        sentence,
        language,
        source=source,
        coming=coming if coming != source else "",
        words=words,
        newest=own[-1] if own else None,
        standing=standing,
    )


def _standing(own: Sequence[WordingVersion], sources: set[str], words: str, *, is_own: bool) -> Standing:
    last = own[-1] if own else None
    if last and not last.reviewed_at:
        fits = last.language == DEFAULT or last.source in sources
        return Standing.WAITING if fits else Standing.STALE
    if not words:
        # A translation that is ready before its English is not stale, but for the moment nothing fits.
        return Standing.STALE if last else Standing.MISSING
    return Standing.OWN if is_own else Standing.SUPPLIED


def _last_words(sentence: Sentence, rows: Sequence[WordingVersion]) -> str:
    return (rows[-1].words if rows else "") or sentence.message
