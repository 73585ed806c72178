"""Pages and notices, as the staff write them."""

from django.test import Client

from tests.shop import Shop
from tradewind.markets.models import Announcement, PageText


def test_a_notice_is_announced_shown_and_taken_down(console: Client, shop: Shop) -> None:
    form = {"market": shop.de.pk, "first": "2026-11-01", "text-en": "Holiday", "text-zh": "放假"}
    assert console.post("/console/answers/announcements", form)["Location"] == "/console/answers?done=announced"

    row = Announcement.objects.get()
    assert (row.market_ids, row.text, row.ends_at) == ([shop.de.pk], {"en": "Holiday", "zh": "放假"}, None)
    assert "Shown now" in console.get("/console/answers").content.decode()

    console.post(f"/console/answers/announcements/{row.pk}/end")
    row.refresh_from_db()
    assert row.ends_at is not None


def test_a_notice_that_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    console: Client, shop: Shop
) -> None:
    form = {"market": "", "first": "2026-12-02", "last": "2026-12-01", "text-de": "Streik"}

    response = console.post("/console/answers/announcements", form)

    page = response.content.decode()
    assert response.status_code == 422
    assert "It ends before it begins." in page
    assert ">Streik</textarea>" in page
    assert not Announcement.objects.exists()
    assert console.post("/console/answers/announcements", {"market": "99"}).status_code == 422
    assert "at least one language" in console.post("/console/answers/announcements", {}).content.decode()


def test_own_words_are_written_and_shown_in_the_shop(console: Client, shop: Shop) -> None:
    address = f"/console/answers/{shop.de.pk}/terms"
    console.post(f"{address}/writing", {"text-de": "Unsere AGB", "text-en": ""})

    assert list(PageText.objects.values_list("language", "text", "version")) == [("de", "Unsere AGB", 1)]
    assert "Unsere AGB" in console.get(address).content.decode()
    assert "Unsere AGB" in Client().get("/de/de/pages/terms/").content.decode()


def test_a_text_that_is_too_long_is_kept_in_the_form(console: Client, shop: Shop) -> None:
    response = console.post(f"/console/answers/{shop.de.pk}/terms/writing", {"text-de": "x" * 40_001})

    assert response.status_code == 422
    assert "x" * 40_001 in response.content.decode()
    assert not PageText.objects.exists()


def test_what_the_law_asks_for_is_listed(console: Client, shop: Shop) -> None:
    page = console.get("/console/answers").content.decode()

    assert "responsible person in the EU, with address and e-mail" in page
    assert "Regulation (EU) 2023/988" in page
