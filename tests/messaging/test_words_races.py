"""Two write, two review, the English changes under a review: nobody overwrites, and nothing stale goes out."""

import threading

import pytest

from tests.at_once import at_the_same_time, succeed_at_once
from tests.console.making import make_staff
from tests.messaging.rewording import AT, SUBJECT, TITLE, key_of, reviewer, write
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.core.words import LOCALES
from tradewind.messaging.models import WordingVersion
from tradewind.messaging.wording import writing
from tradewind.messaging.wording.choosing import in_force
from tradewind.messaging.wording.finding import digest
from tradewind.messaging.wording.writing import AlreadyReviewed, Written, WrittenMeanwhile

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_several_who_write_at_once_one_is_taken_and_the_others_are_told(db: None) -> None:
    def save(number: int) -> WordingVersion:
        return writing.save(Written(key_of(TITLE), "de", f"Danke {number}", 0, digest(TITLE)), by="staff:1", at=AT)

    done = succeed_at_once(*[lambda n=n: save(n) for n in range(4)], refusals=(WrittenMeanwhile,))

    assert done == 1
    assert WordingVersion.objects.count() == 1


def test_of_two_who_review_at_once_one_is_on_record_and_the_other_is_told(db: None) -> None:
    judges = [reviewer(), make_staff(Role.MANAGER)]
    writing.vouch(judges[1], LOCALES, by="system", at=AT)
    row = write(TITLE, "de", "Danke")

    def review(place: int) -> WordingVersion:
        return writing.review(version_id=row.pk, source=row.source, by=judges[place], at=AT)

    assert succeed_at_once(lambda: review(0), lambda: review(1), refusals=(AlreadyReviewed,)) == 1
    row.refresh_from_db()
    [entry] = AuditEntry.objects.filter(action="wording.reviewed")
    assert row.reviewed_by is not None
    assert entry.actor == f"staff:{row.reviewed_by.pk}"


def test_looking_first_and_marking_later_would_name_two_reviewers(db: None) -> None:
    """The control: without the condition in the update both find that nobody has reviewed it, and the second overwrites the first."""
    judges = [reviewer(), make_staff(Role.MANAGER)]
    row = write(TITLE, "de", "Danke")
    both_have_looked = threading.Barrier(2)

    def mark(place: int) -> int:
        found = WordingVersion.objects.get(pk=row.pk)
        both_have_looked.wait(10)
        if found.reviewed_at is not None:
            return 0
        return WordingVersion.objects.filter(pk=row.pk).update(reviewed_by=judges[place], reviewed_at=AT)

    assert at_the_same_time(lambda: mark(0), lambda: mark(1)) == [1, 1]


def test_a_review_that_is_saved_while_the_english_changes_lets_nothing_stale_out(db: None) -> None:
    judge = reviewer()
    english, german = write(SUBJECT, "en", "Order {ref}: all is well"), None
    german = write(SUBJECT, "de", "Bestellung {ref} ist bestätigt", source=SUBJECT)

    results = at_the_same_time(
        lambda: writing.review(version_id=english.pk, source=english.source, by=judge, at=AT),
        lambda: writing.review(version_id=german.pk, source=german.source, by=judge, at=AT),
    )

    # Whoever was first: the German was reviewed for the English of before, or refused, and goes out for neither.
    assert not isinstance(results[0], Exception)
    assert isinstance(results[1], WordingVersion | writing.SourceChanged)
    assert in_force().words == {("en", SUBJECT): "Order {ref}: all is well"}
    assert in_force().unfit["de"] == {SUBJECT}


def test_asking_only_whether_it_was_reviewed_would_let_the_stale_one_out(db: None) -> None:
    """The control: the words are chosen by the English that they were written for, and not by the mark alone."""
    judge = reviewer()
    german = write(SUBJECT, "de", "Bestellung {ref} ist bestätigt", source=SUBJECT)
    writing.review(version_id=german.pk, source=german.source, by=judge, at=AT)
    english = write(SUBJECT, "en", "Order {ref}: all is well")
    writing.review(version_id=english.pk, source=english.source, by=judge, at=AT)

    marked = WordingVersion.objects.filter(language="de", reviewed_at__isnull=False)

    assert [row.words for row in marked] == ["Bestellung {ref} ist bestätigt"]
    assert ("de", SUBJECT) not in in_force().words


def test_what_was_rolled_back_is_never_taken_for_what_goes_out(db: None) -> None:
    from django.db import transaction

    judge = reviewer()
    row = write(TITLE, "de", "Zurückgenommen")
    with transaction.atomic():
        writing.review(version_id=row.pk, source=row.source, by=judge, at=AT)
        assert in_force().words == {("de", TITLE): "Zurückgenommen"}
        transaction.set_rollback(True)

    assert in_force().words == {}
    other = write(TITLE, "fr", "Merci")
    writing.review(version_id=other.pk, source=other.source, by=judge, at=AT)
    assert in_force().words == {("fr", TITLE): "Merci"}
