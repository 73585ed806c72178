"""Sentences of letters are found in the code: all of them, with the letters that say them."""

import pytest
from babel.messages.pofile import read_po

from tradewind.core.words import FOLDER, LOCALES
from tradewind.messaging.letter import Letter
from tradewind.messaging.moment_line import LINE
from tradewind.messaging.wording.checking import check_words
from tradewind.messaging.wording.finding import moments, of_moment, sentences
from tradewind.messaging.wording.linting import check_manners


def test_every_message_of_the_letters_in_the_catalogue_is_found() -> None:
    with (FOLDER / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    of_letters = {
        message.id for message in catalogue if any("messaging/moments/" in place for place, _ in message.locations)
    }

    assert {each.message for each in sentences().values()} == of_letters


def test_every_letter_of_an_order_says_something_and_has_a_subject() -> None:
    assert {step.moment for step in LINE} <= set(moments())
    assert [moment for moment in moments() if not any(each.is_subject for each in of_moment(moment))] == []


def test_what_a_table_says_of_one_moment_belongs_to_that_one() -> None:
    of = {each.message: each.moments for each in sentences().values()}

    assert of["Your parcel is out for delivery"] == ("parcel_out_for_delivery",)
    assert set(of["The carrier tried to deliver your parcel and could not hand it over."]) == {
        "parcel_not_handed_over",
        "order_trouble",
        "trouble_refunded",
    }
    assert "parcel_delivered" in of["Tracking number"]
    assert "order_confirmed" not in of["Tracking number"]


def test_the_moments_are_those_of_letters() -> None:
    assert set(moments()) <= set(Letter.__annotations__["moment"].__args__)


@pytest.mark.parametrize("language", LOCALES)
def test_what_is_supplied_keeps_the_rules_for_what_shops_write(language: str) -> None:
    for sentence in sentences().values():
        check_words(sentence, sentence.supplied(language))
        check_manners(sentence.supplied(language))
