"""The seller's own words on pages: versions, languages, and what the law asks for."""

from dataclasses import replace

import pytest

from tests.shop import Shop
from tradewind.markets.models import PageText
from tradewind.markets.notices import gaps_in
from tradewind.markets.page_texts import TextTooLong, UnknownPage, page_text, paragraphs_of, write_page_text
from tradewind.markets.shop import Contact, shop_profile


def write(shop: Shop, text: str, language: str = "en", page: str = "terms") -> PageText | None:
    return write_page_text(page=page, market=shop.de, language=language, text=text, by="staff:1", at=shop.at)


def test_the_newest_words_are_shown_and_older_ones_stay(shop: Shop) -> None:
    write(shop, "First.")
    write(shop, "Second.  \n\nMore.")

    assert page_text("terms", shop.de.pk, "en") == ("en", "Second.\n\nMore.")
    assert list(PageText.objects.order_by("version").values_list("version", "is_current")) == [(1, False), (2, True)]


def test_the_same_words_again_make_no_version(shop: Shop) -> None:
    write(shop, "First.")

    assert write(shop, " First. ") is None


def test_words_can_be_taken_away(shop: Shop) -> None:
    write(shop, "First.")
    write(shop, "")

    assert page_text("terms", shop.de.pk, "en") == ("", "")


def test_a_reader_gets_their_language_else_english_else_what_there_is(shop: Shop) -> None:
    write(shop, "条款", "zh")
    assert page_text("terms", shop.de.pk, "de") == ("zh", "条款")
    write(shop, "Terms", "en")
    assert page_text("terms", shop.de.pk, "de") == ("en", "Terms")
    write(shop, "AGB", "de")
    assert page_text("terms", shop.de.pk, "de") == ("de", "AGB")
    assert page_text("terms", shop.world.pk, "de") == ("", "")


def test_a_page_that_is_not_there_and_a_book_are_refused(shop: Shop) -> None:
    with pytest.raises(UnknownPage):
        write(shop, "?", page="novel")
    with pytest.raises(UnknownPage):
        write(shop, "?", language="tlh")
    with pytest.raises(TextTooLong):
        write(shop, "x" * 40_001)


def test_paragraphs_are_parted_by_empty_lines() -> None:
    assert paragraphs_of("a\nb\n\nc\n\n\n") == [["a", "b"], ["c"]]


def test_what_a_law_asks_for_and_the_profile_lacks_is_named(shop: Shop) -> None:
    german, profile = shop.market("de"), shop_profile()

    bare = {(gap.duty.key, gap.fact) for gap in gaps_in(german, profile)}
    assert {("eu_distance_selling", "phone"), ("eu_product_safety", "eu_responsible")} <= bare
    assert gaps_in(shop.market("world"), profile) == []

    told = Contact({"en": "Company"}, {"en": "Street 1"}, "CN", "mail@example.com")
    whole = replace(
        profile,
        email="mail@example.com",
        manufacturer=told,
        eu_responsible=told,
        phone="+86 1",
        representative="Lin",
        registrations={"vat_de": "DE1"},
    )
    assert gaps_in(german, whole) == []


def test_a_company_in_the_union_needs_nobody_else_there(shop: Shop) -> None:
    inside = Contact({"en": "GmbH"}, {"de": "Straße 1"}, "DE", "mail@example.com")
    gaps = gaps_in(shop.market("de"), replace(shop_profile(), manufacturer=inside))

    assert "eu_responsible" not in {gap.fact for gap in gaps}
