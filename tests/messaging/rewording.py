"""Words that a shop has written for its letters, for tests."""

from datetime import UTC, datetime

from tests.console.making import make_staff
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.core.words import LOCALES
from tradewind.messaging.models import WordingVersion
from tradewind.messaging.wording import writing
from tradewind.messaging.wording.finding import Sentence, digest, sentences
from tradewind.messaging.wording.writing import Written

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
TITLE = "Thank you for your order"  # of two letters
SUBJECT = "Your order {ref} is confirmed"  # of one


def key_of(message: str) -> str:
    return digest(message)


def sentence(message: str) -> Sentence:
    return sentences()[digest(message)]


def reviewer(*languages: str) -> Staff:
    """Somebody who vouches for these languages; for all without any."""
    staff = make_staff(Role.CHECKER)
    writing.vouch(staff, languages or tuple(LOCALES), by="system", at=AT)
    return staff


def write(message: str, language: str, words: str, *, source: str | None = None) -> WordingVersion:
    """The next version, as somebody saves it who sees the newest one and the English that was written last."""
    last = writing.newest(digest(message), language)
    english = list(writing.sources(sentence(message)))[-1] if source is None else digest(source)
    written = Written(digest(message), language, words, last.number if last else 0, english)
    return writing.save(written, by="staff:1", at=AT)


def put_in_force(message: str, language: str, words: str, *, by: Staff) -> WordingVersion:
    row = write(message, language, words)
    return writing.review(version_id=row.pk, source=row.source, by=by, at=AT)
