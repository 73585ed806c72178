"""The pages on which shops word their letters: listed by letter, written beside the English, reviewed by who vouches for the language."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import client_of, make_staff
from tests.messaging.rewording import SUBJECT, TITLE, key_of, put_in_force, reviewer, write
from tests.shipping.troubled import sent
from tests.shop import Shop
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.messaging.models import LanguageOff, Vouching, WordingVersion
from tradewind.messaging.wording import writing
from tradewind.messaging.wording.choosing import in_force
from tradewind.messaging.wording.finding import digest, sentences

pytestmark = pytest.mark.django_db
PAGE = "/console/messages/words"


@pytest.fixture
def owner() -> Client:
    return client_of(make_staff(Role.OWNER))


def address(message: str = TITLE, language: str = "de") -> str:
    return f"{PAGE}/{key_of(message)}/{language}"


def fields(words: str, message: str = TITLE, *, seen: int = 0) -> dict[str, object]:
    return {"words": words, "seen": seen, "source": digest(message)}


def test_all_sentences_stand_with_their_letters_and_are_found_by_their_words(shop: Shop, owner: Client) -> None:
    page = owner.get(PAGE, {"language": "de"}).content.decode()
    found = owner.get(PAGE, {"language": "de", "words": "vielen dank für ihre best", "moment": "order_confirmed"})

    assert page.index("of-order_confirmed") < page.index("of-order_dispatched") < page.index("of-back_in_stock")
    assert page.count("data-row") == len(sentences())
    assert found.content.decode().count("data-row") == 1
    assert address() in found.content.decode()


def test_writing_waits_for_a_review_and_says_so(shop: Shop, owner: Client) -> None:
    answer = owner.post(f"{address()}/versions", fields("Danke, dass Sie bei uns kaufen"))

    assert answer["Location"] == f"{address()}?done=words-saved"
    page = owner.get(address()).content.decode()
    assert "Nobody vouches for this language yet." in page
    assert "<ins>" in page
    assert in_force().words == {}
    assert f"{address()}" in owner.get(PAGE, {"language": "de", "state": "waiting"}).content.decode()


def test_only_who_vouches_for_the_language_lets_words_out(shop: Shop, owner: Client) -> None:
    row = write(TITLE, "de", "Danke")
    judge = reviewer("fr")
    post = {"source": row.source}

    refused = client_of(judge).post(f"{PAGE}/versions/{row.pk}/review", post)
    writing.vouch(judge, ["de"], by="system", at=shop.at)
    done = client_of(judge).post(f"{PAGE}/versions/{row.pk}/review", post)

    assert (refused.status_code, done.status_code) == (422, 302)
    assert "No owner has said yet" in refused.content.decode()
    assert in_force().words == {("de", TITLE): "Danke"}
    assert AuditEntry.objects.filter(action="wording.reviewed", actor=f"staff:{judge.pk}").count() == 1


def test_who_vouches_may_write_and_let_out_in_one_go_and_others_only_write(shop: Shop, owner: Client) -> None:
    judge = make_staff(Role.CONTENT)
    writing.vouch(judge, ["de"], by="system", at=shop.at)

    owner.post(f"{address()}/versions", {**fields("Danke"), "act": "review"})
    assert in_force().words == {}
    client_of(judge).post(f"{address()}/versions", {**fields("Vielen Dank", seen=1), "act": "review"})

    assert in_force().words == {("de", TITLE): "Vielen Dank"}


@pytest.mark.parametrize(
    ("message", "words", "says"),
    [
        (SUBJECT, "Ihre Bestellung", "{ref} is missing"),
        (SUBJECT, "Bestellung {ref} von {name}", "Nothing is filled in for {name} here."),
        (SUBJECT, "Bestellung {ref", "Braces stand around"),
        (SUBJECT, "Bestellung {ref!r}", "Braces stand around"),
        (SUBJECT, "Bestellung {ref}\nBcc: all@example.com", "Please write one line"),
        (SUBJECT, "{ref} " + "x" * 120, "At most 120 characters"),
        (TITLE, "<b>Danke</b>", "looks like HTML"),
        (TITLE, "Danke! Bitte geben Sie uns 5 Sterne", "Whoever asks for good reviews"),
        (TITLE, "Guten Tag, sehr geehrte Damen und Herren", "Letters greet by name."),
        (TITLE, "Danke", "So it reads already."),
    ],
)
def test_what_cannot_go_out_is_refused_with_its_reason_and_kept_in_the_field(
    shop: Shop, owner: Client, message: str, words: str, says: str
) -> None:
    seen = write(message, "de", "Danke").number if words == "Danke" else 0

    answer = owner.post(f"{address(message)}/versions", fields(words, message, seen=seen))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page.replace("&#123;", "{")
    assert WordingVersion.objects.count() == seen
    assert words.split("\n", maxsplit=1)[0].replace("<", "&lt;").replace(">", "&gt;") in page


def test_who_did_not_see_the_newest_version_is_told_and_overwrites_nothing(shop: Shop, owner: Client) -> None:
    write(TITLE, "de", "Von jemand anders")

    answer = owner.post(f"{address()}/versions", fields("Von mir", seen=0))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody has written for this sentence meanwhile" in page
    assert "Von mir" in page
    assert "Von jemand anders" in page
    assert WordingVersion.objects.count() == 1


def test_an_earlier_version_comes_back_as_a_new_one_that_waits(shop: Shop, owner: Client) -> None:
    judge = reviewer()
    put_in_force(TITLE, "de", "Erste", by=judge)
    put_in_force(TITLE, "de", "Zweite", by=judge)

    owner.post(f"{address()}/versions", {**fields("Erste", seen=2), "back": "1"})

    row = WordingVersion.objects.get(number=3)
    assert (row.words, row.origin, row.reviewed_at) == ("Erste", "back", None)
    assert in_force().words == {("de", TITLE): "Zweite"}


def test_other_english_warns_which_languages_fall_back_and_lists_them(shop: Shop, owner: Client) -> None:
    assert "Letters with this sentence fall back until" in owner.get(address(language="en")).content.decode()
    put_in_force(TITLE, "en", "Thanks for your order", by=reviewer())

    page = owner.get(address()).content.decode()
    listed = owner.get(PAGE, {"language": "de", "state": "missing"}).content.decode()

    assert "No words fit the English of today" in page
    assert listed.count("data-row") == 1
    assert "letters fall back" in listed


def test_english_that_waits_names_only_the_languages_that_are_not_ready_for_it(shop: Shop, owner: Client) -> None:
    judge = reviewer()
    write(TITLE, "en", "Thanks for your order")
    put_in_force(TITLE, "de", "Danke für Ihre Bestellung", by=judge)
    write(TITLE, "fr", "Merci")

    page = owner.get(address(language="en")).content.decode()

    warning = page[page.index("fall back until") : page.index("To avoid that")]
    assert [name for name in ("Deutsch", "Français", "日本語") if name in warning] == ["Français", "日本語"]


def test_owners_hold_a_language_and_the_page_says_since_when_and_who(shop: Shop, owner: Client) -> None:
    owner.post(f"{PAGE}/languages/ja", {"on": "0"})

    page = owner.get(PAGE).content.decode()
    assert LanguageOff.objects.get().language == "ja"
    assert "Ms Owner, " in page
    assert owner.post(f"{PAGE}/languages/en", {"on": "0"}).status_code == 404
    owner.post(f"{PAGE}/languages/ja", {"on": "1"})
    assert not LanguageOff.objects.exists()


def test_owners_say_who_vouches_for_which_language_and_it_is_on_record(shop: Shop, owner: Client) -> None:
    judge = make_staff(Role.CHECKER)

    owner.post(f"/console/staff/{judge.pk}/languages", {"language": ["de", "ja", "xx"]})
    owner.post(f"/console/staff/{judge.pk}/languages", {"language": ["ja"]})

    assert list(Vouching.objects.values_list("language", flat=True)) == ["ja"]
    assert [entry.after for entry in AuditEntry.objects.filter(action="staff.vouching").order_by("pk")] == [
        {"languages": ["de", "ja"]},
        {"languages": ["ja"]},
    ]
    assert client_of(judge).post(f"/console/staff/{judge.pk}/languages", {"language": ["de"]}).status_code == 403


def test_the_list_takes_the_same_statements_for_one_version_and_for_thirty(shop: Shop, owner: Client) -> None:
    write(TITLE, "de", "Danke")
    owner.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        owner.get(PAGE, {"language": "de"})
    for number in range(30):
        write(TITLE, "de", f"Danke {number}")
    with CaptureQueriesContext(connection) as thirty:
        owner.get(PAGE, {"language": "de"})

    assert len(one) == len(thirty)


def test_a_preview_shows_drafts_and_says_why_a_letter_falls_back(shop: Shop, owner: Client) -> None:
    parcel = sent(shop)
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=reviewer())
    write(SUBJECT, "de", "Bestellung {ref}: alles gut")
    preview = "/console/messages/moments/order_confirmed/preview"
    asked = {"order": parcel.order.ref, "language": "de"}

    now = owner.get(preview, asked).content.decode()
    then = owner.get(preview, {**asked, "drafts": "1"}).content.decode()

    assert "This letter is written in another language" in now
    assert f"Order {parcel.order.ref}: all is well" in now
    assert f"Bestellung {parcel.order.ref}: alles gut" in then


@pytest.mark.parametrize(("kind", "suffix"), [("xlsx", "xlsx"), ("po", "po"), ("xliff", "xlf")])
def test_a_file_goes_out_and_what_came_back_is_told_row_by_row(
    shop: Shop, owner: Client, kind: str, suffix: str
) -> None:
    write("Hello,", "de", "Hallo und guten Tag,")
    out = owner.get(f"{PAGE}/file", {"language": "de", "format": kind})
    file = SimpleUploadedFile(f"back.{suffix}", out.content)
    one = owner.get(f"{PAGE}/file", {"language": "de", "format": kind, "state": "waiting"})

    page = owner.post(f"{PAGE}/files", {"language": "de", "file": file}).content.decode()

    assert out["Content-Disposition"].endswith(f'.{suffix}"')
    assert f"As it reads already: {len(sentences())}" in page
    assert len(one.content) < len(out.content)
    assert "Taken, to be reviewed" not in page


def test_rows_that_were_not_taken_stand_with_their_words_and_the_reason(shop: Shop, owner: Client) -> None:
    out = owner.get(f"{PAGE}/file", {"language": "de", "format": "po"}).content.decode()
    changed = out.replace('"Vielen Dank für Ihre Bestellung"', '"Bitte geben Sie uns 5 Sterne"')
    changed = changed.replace('"Guten Tag,"', '"Grüß Gott,"')

    page = owner.post(
        f"{PAGE}/files", {"language": "de", "file": SimpleUploadedFile("a.po", changed.encode())}
    ).content.decode()

    assert "Whoever asks for good reviews" in page
    assert "Bitte geben Sie uns 5 Sterne" in page
    assert [row.words for row in WordingVersion.objects.all()] == ["Grüß Gott,"]


@pytest.mark.parametrize("name", ["x.xlsx", "x.po", "x.xlf", "x.pdf"])
def test_a_file_that_cannot_be_read_is_refused_with_what_it_is(shop: Shop, owner: Client, name: str) -> None:
    answer = owner.post(f"{PAGE}/files", {"language": "de", "file": SimpleUploadedFile(name, b"nothing")})

    assert answer.status_code == 422
    assert "Nothing was taken." in answer.content.decode()
    assert owner.post(f"{PAGE}/files", {"language": "de"}).status_code == 422


def test_words_for_sentences_that_no_letter_says_any_more_are_kept_and_shown(shop: Shop, owner: Client) -> None:
    row = write(TITLE, "de", "Danke aus alten Zeiten")
    WordingVersion.objects.filter(pk=row.pk).update(sentence="0" * 16, message="An old sentence")

    page = owner.get(PAGE, {"language": "de"}).content.decode()

    assert "An old sentence" in page
    assert "Danke aus alten Zeiten" in page
