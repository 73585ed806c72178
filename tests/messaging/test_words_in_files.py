"""Files for translators: what goes out comes back as it was, what was written is taken in row by row, and nothing is overwritten."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.messaging.rewording import AT, SUBJECT, TITLE, key_of, put_in_force, reviewer, write
from tradewind.core.words import LOCALES
from tradewind.messaging.models import WordingVersion
from tradewind.messaging.wording.files import xliff
from tradewind.messaging.wording.files.taking import FORMATS, Outcome, take_in
from tradewind.messaging.wording.files.units import MOST_UNITS, Returned, Unit, Unreadable, mark_of, units_of
from tradewind.messaging.wording.finding import sentences
from tradewind.messaging.wording.queries import rows_of

Change = Callable[[list[Returned]], list[Returned]]
KINDS = pytest.mark.parametrize("kind", FORMATS)


def out(kind: str, language: str = "de") -> bytes:
    return FORMATS[kind].write(units_of(rows_of(language)), language)


def back(content: bytes, kind: str, language: str = "de", **changed: str) -> dict[str, Outcome]:
    """Taken in, with other words for the sentences of some keys; what became of those that are not as they were."""
    returned = [
        Returned(each.place, each.key, each.mark, changed.get(f"k{each.key}", each.words))
        for each in FORMATS[kind].read(content, language)
    ]
    lines = take_in(returned, language, by="staff:1", at=AT)
    return {line.returned.key: line.outcome for line in lines if line.outcome != Outcome.SAME}


def key(message: str) -> str:
    return f"k{key_of(message)}"


@KINDS
@pytest.mark.parametrize("language", LOCALES)
def test_a_file_that_nobody_touched_changes_nothing(db: None, kind: str, language: str) -> None:
    returned = FORMATS[kind].read(out(kind, language), language)

    assert {each.key: each.words for each in returned} == {
        each.key: each.supplied(language) for each in sentences().values()
    }
    assert back(out(kind, language), kind, language) == {}
    assert not WordingVersion.objects.exists()


@KINDS
def test_new_words_come_in_as_versions_that_wait(db: None, kind: str) -> None:
    outcomes = back(out(kind), kind, **{key(TITLE): "Danke", key(SUBJECT): "Bestellung {ref}: alles gut"})

    assert outcomes == {key_of(TITLE): Outcome.TAKEN, key_of(SUBJECT): Outcome.TAKEN}
    rows = WordingVersion.objects.order_by("words").values_list("words", "origin", "reviewed_at")
    assert list(rows) == [("Bestellung {ref}: alles gut", "file", None), ("Danke", "file", None)]


@KINDS
def test_a_file_that_is_older_than_the_english_or_than_other_words_overwrites_nothing(db: None, kind: str) -> None:
    old = out(kind)
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=reviewer())
    write(TITLE, "de", "Von jemand anders")

    outcomes = back(old, kind, **{key(TITLE): "Danke", key(SUBJECT): "Bestellung {ref} da"})

    assert outcomes == {key_of(TITLE): Outcome.MEANWHILE, key_of(SUBJECT): Outcome.SOURCE}
    assert [row.words for row in WordingVersion.objects.filter(language="de")] == ["Von jemand anders"]


@KINDS
def test_what_lacks_words_for_other_english_goes_out_empty_and_comes_back_filled(db: None, kind: str) -> None:
    judge = reviewer()
    put_in_force(SUBJECT, "en", "Order {ref}: all is well", by=judge)
    asked = {each.key: each.words for each in FORMATS[kind].read(out(kind), "de")}

    assert [each for each, words in asked.items() if not words] == [key_of(SUBJECT)]
    assert back(out(kind), kind) == {key_of(SUBJECT): Outcome.EMPTY}
    assert back(out(kind), kind, **{key(SUBJECT): "Bestellung {ref}: alles gut"}) == {key_of(SUBJECT): Outcome.TAKEN}


@KINDS
def test_what_may_not_go_out_is_left_with_its_reason_and_the_rest_is_taken(db: None, kind: str) -> None:
    changed = {key(TITLE): "Bitte 5 Sterne!", key(SUBJECT): "Ihre Bestellung", key("Hello,"): "Hallo,"}
    returned = [
        Returned(each.place, each.key, each.mark, changed.get(f"k{each.key}", each.words))
        for each in FORMATS[kind].read(out(kind), "de")
    ]

    lines = {line.returned.key: line for line in take_in(returned, "de", by="staff:1", at=AT)}

    assert lines[key_of(TITLE)].outcome == lines[key_of(SUBJECT)].outcome == Outcome.REFUSED
    assert str(lines[key_of(TITLE)].refusal) == "praise: 5 sterne"
    assert str(lines[key_of(SUBJECT)].refusal) == "missing: {ref}"
    assert lines[key_of("Hello,")].outcome == Outcome.TAKEN


@KINDS
@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"PK\x03\x04 no archive", b"<html></html>", b"hello: world"])
def test_what_is_no_such_file_is_said_to_be_none(kind: str, content: bytes) -> None:
    with pytest.raises(Unreadable):
        FORMATS[kind].read(content, "de")


@KINDS
def test_a_file_for_another_language_is_refused_as_a_whole(db: None, kind: str) -> None:
    with pytest.raises(Unreadable) as refused:
        FORMATS[kind].read(out(kind, "fr"), "de")

    assert refused.value.why == "language"


def test_a_unit_that_is_unknown_unmarked_or_there_twice_is_told_apart(db: None) -> None:
    mark = mark_of(TITLE, 0)
    returned = [
        Returned("2", "0123456789abcdef", mark, "Danke"),
        Returned("3", key_of(SUBJECT), "", "Bestellung {ref} da"),
        Returned("4", key_of(SUBJECT), mark_of(SUBJECT, 0), "Bestellung {ref} da"),
        Returned("5", key_of(TITLE), mark, "Danke"),
        Returned("6", key_of(TITLE), mark, "Merci"),
        Returned("7", key_of("Hello,"), "x-²", "Hallo,"),
    ]

    outcomes = [line.outcome for line in take_in(returned, "de", by="staff:1", at=AT)]

    assert outcomes == ["unknown", "unmarked", "twice", "taken", "twice", "unmarked"]


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40),
            st.sampled_from(["", "{ref}", "{ref} {amount}", "{ref}{ref}", "{ref} “{title}”"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_words_survive_every_kind_of_file(texts: list[tuple[str, str]]) -> None:
    units = [
        Unit(
            f"{number:016x}", mark_of(text, number), f"x {names}".strip(), f"{text}{names}", ["order_link"], 1000, "own"
        )
        for number, (text, names) in enumerate(texts)
    ]
    for each in FORMATS.values():
        read = each.read(each.write(units, "de"), "de")

        assert [(one.key, one.mark, one.words.strip()) for one in read] == [
            (unit.key, unit.mark, unit.words.strip()) for unit in units
        ]


def test_xliff_with_entities_is_not_read(db: None) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + out("xliff")[39:]

    with pytest.raises(Unreadable) as refused:
        xliff.read(bomb, "de")

    assert refused.value.what == "DOCTYPE"


def test_xliff_is_read_as_programs_give_it_back(db: None) -> None:
    """Cut into segments, marked within, and with placeholders in another order."""
    content = out("xliff").decode()
    begin = content.index(f'<unit id="{key_of("Delivery: {after} instead of {before}")}"')
    unit = content[begin : content.index("</unit>", begin)]
    changed = unit[: unit.index("<segment")] + (
        '<segment id="1" state="translated"><source>x</source><target>Statt <ph id="v2" equiv="{before}"/></target></segment>'
        "<ignorable><source> </source><target> </target></ignorable>"
        '<segment id="2"><source>x</source><target><mrk id="m1" type="term">jetzt</mrk> <ph id="v1" equiv="{after}"/>.</target></segment>'
    )

    read = {each.key: each.words for each in xliff.read(content.replace(unit, changed).encode(), "de")}

    assert read[key_of("Delivery: {after} instead of {before}")] == "Statt {before} jetzt {after}."


def test_xliff_with_something_of_others_in_the_words_is_refused_as_markup(db: None) -> None:
    content = out("xliff").decode()
    content = content.replace(">Vielen Dank für Ihre Bestellung<", '>Danke <pc id="9">sehr</pc><')

    assert back(content.encode(), "xliff") == {key_of(TITLE): Outcome.REFUSED}


def test_files_have_an_end(db: None) -> None:
    units = [Unit(f"{n:016x}", mark_of("x", 0), "x", "y", [], 9, "own") for n in range(MOST_UNITS + 1)]

    for each in FORMATS.values():
        with pytest.raises(Unreadable, match="large"):
            each.read(each.write(units, "de"), "de")


def test_what_a_po_program_has_guessed_is_not_taken(db: None) -> None:
    mark = f'msgctxt "{key_of(TITLE)}"'
    content = (
        out("po").decode().replace(mark, f"#, fuzzy\n{mark}").replace('"Vielen Dank für Ihre Bestellung"', '"Danke"')
    )

    assert back(content.encode(), "po") == {key_of(TITLE): Outcome.EMPTY}
