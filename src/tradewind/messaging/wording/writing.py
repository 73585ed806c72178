"""Words are written as versions, and go out once somebody who vouches for their language has looked at them.

What was written rests on what its writer saw: the version before, and the English. Whoever was faster wins, the other is told.
"""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from tradewind.core.models import Staff
from tradewind.core.trail import write_audit
from tradewind.core.words import DEFAULT, LOCALES
from tradewind.messaging.wording.checking import check_words
from tradewind.messaging.wording.finding import Sentence, digest, sentences
from tradewind.messaging.wording.linting import check_company, check_manners
from tradewind.messaging.wording.models import Edition, LanguageOff, Vouching, WordingVersion
from tradewind.messaging.wording.queries import rows_of

Origin = WordingVersion.Origin


class NoSuchSentence(Exception):
    """No letter says it."""


class NothingNew(Exception):
    """So it reads already."""


class WrittenMeanwhile(Exception):
    """Somebody else has written since the page was made."""


class SourceChanged(Exception):
    """The English is other than what was seen."""


class NotQualified(Exception):
    """Nobody has said that this person may judge this language."""


class AlreadyReviewed(Exception):
    """Somebody was faster."""


class NotOptional(Exception):
    """English is what all can fall back to."""


@dataclass(frozen=True, slots=True)
class Written:
    """Words for a sentence in a language. `seen`: the number of the newest version that was known, 0 where there was none; `source`:
    the digest of the English that was beside it. Empty words: those that are supplied.
    """

    sentence: str
    language: str
    words: str
    seen: int
    source: str


def save(written: Written, *, by: str, at: datetime, origin: Origin = Origin.PAGE) -> WordingVersion:
    """A new version, which waits for its review. Raises NoSuchSentence, WrongWords, BadManners, SourceChanged,
    WrittenMeanwhile, NothingNew.
    """
    sentence = sentence_of(written.sentence)
    if written.language == DEFAULT:
        written = replace(written, source=digest(sentence.message))
    words = written.words.strip()
    if words:
        check_words(sentence, words)
        check_manners(words)
        check_company(words, _company(sentence, written.language))
    if words == sentence.supplied(written.language) and written.source == digest(sentence.message):
        words = ""
    try:
        with transaction.atomic():
            if written.language != DEFAULT and written.source not in sources(sentence):
                raise SourceChanged(sentence.key)
            last = newest(sentence.key, written.language)
            if (last.number if last else 0) != written.seen:
                raise WrittenMeanwhile(sentence.key)
            if (words, written.source) == ((last.words, last.source) if last else ("", digest(sentence.message))):
                raise NothingNew(sentence.key)
            row = WordingVersion.objects.create(
                sentence=sentence.key,
                message=sentence.message,
                language=written.language,
                number=written.seen + 1,
                words=words,
                source=written.source,
                origin=origin,
                by=by,
                at=at,
            )
            _audit("wording.written", row, by=by, at=at)
    except IntegrityError as clash:
        raise WrittenMeanwhile(sentence.key) from clash
    return row


def review(*, version_id: int, source: str, by: Staff, at: datetime) -> WordingVersion:
    """Somebody who vouches for the language has looked at the newest version beside this English: it goes out.

    Raises NotQualified, WrittenMeanwhile, SourceChanged, AlreadyReviewed.
    """
    with transaction.atomic():
        row = WordingVersion.objects.get(pk=version_id)
        sentence = sentence_of(row.sentence)
        if not Vouching.objects.select_for_update().filter(staff=by, language=row.language).exists():
            raise NotQualified(row.language)
        last = newest(sentence.key, row.language)
        if last is None or last.pk != row.pk:
            raise WrittenMeanwhile(sentence.key)
        if row.source != source or (row.language != DEFAULT and source not in sources(sentence)):
            raise SourceChanged(sentence.key)
        unreviewed = WordingVersion.objects.filter(pk=row.pk, reviewed_at=None)
        if not unreviewed.update(reviewed_by=by, reviewed_at=at):
            raise AlreadyReviewed(sentence.key)
        _announce()
        _audit("wording.reviewed", row, by=f"staff:{by.pk}", at=at)
    row.refresh_from_db()
    return row


def switch_language(language: str, *, is_on: bool, by: str, at: datetime) -> bool:
    """Whether letters leave in a language. False where it is so already. Raises NotOptional for English."""
    if language == DEFAULT or language not in LOCALES:
        raise NotOptional(language)
    with transaction.atomic():
        if is_on:
            changed = bool(LanguageOff.objects.filter(language=language).delete()[0])
        else:
            _, changed = LanguageOff.objects.get_or_create(language=language, defaults={"by": by, "at": at})
        if changed:
            _announce()
            write_audit(
                "letters.language",
                subject=("letters", None),
                by=by,
                at=at,
                before={language: not is_on},
                after={language: is_on},
            )
    return changed


def vouch(staff: Staff, languages: Collection[str], *, by: str, at: datetime) -> bool:
    """For which languages somebody may say that words are right. False where it is so already."""
    wanted = sorted(set(languages) & LOCALES.keys())
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=staff.pk)
        before = vouched_by(staff)
        if before == wanted:
            return False
        Vouching.objects.filter(staff=staff).exclude(language__in=wanted).delete()
        new = [Vouching(staff=staff, language=each, by=by, at=at) for each in wanted if each not in before]
        Vouching.objects.bulk_create(new)
        write_audit(
            "staff.vouching",
            subject=("staff", staff.pk),
            by=by,
            at=at,
            before={"languages": before},
            after={"languages": wanted},
        )
    return True


def vouched_by(staff: Staff) -> list[str]:
    return sorted(Vouching.objects.filter(staff=staff).values_list("language", flat=True))


def sentence_of(key: str) -> Sentence:
    """Raises NoSuchSentence."""
    try:
        return sentences()[key]
    except KeyError as problem:
        raise NoSuchSentence(key) from problem


def sources(sentence: Sentence) -> dict[str, str]:
    """By digest: the English that goes out, and the one that was written last. A translation may be ready before its source goes out."""
    rows = list(WordingVersion.objects.filter(sentence=sentence.key, language=DEFAULT).order_by("number"))
    reviewed = [row for row in rows if row.reviewed_at]
    texts = [(each[-1].words if each else "") or sentence.message for each in (reviewed, rows)]
    return {digest(text): text for text in texts}


def newest(key: str, language: str) -> WordingVersion | None:
    return WordingVersion.objects.filter(sentence=key, language=language).order_by("-number").first()


def _company(sentence: Sentence, language: str) -> Iterator[str]:
    """How the other sentences of the same letters read, with what waits for its review. Asked for only where it matters."""
    letters = set(sentence.moments)
    for row in rows_of(language):
        if row.sentence.key != sentence.key and letters & set(row.sentence.moments):
            yield row.shown


def _announce() -> None:
    """Every process reads the words anew before its next letter."""
    Edition.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(8)})


def _audit(action: str, row: WordingVersion, *, by: str, at: datetime) -> None:
    after = {"language": row.language, "version": row.number, "words": row.words}
    write_audit(action, subject=("wording", row.pk), by=by, at=at, after=after)
