"""Special notices stand on every page of their market, from one moment to another."""

from datetime import timedelta

import pytest

from tests.shop import Shop
from tradewind.core.models import AuditEntry
from tradewind.markets.announcing import (
    BadAnnouncement,
    Notice,
    announce,
    change_announcement,
    end_announcement,
)

HOUR = timedelta(hours=1)


def shown(shop: Shop, code: str, after: timedelta = timedelta(), language: str = "de") -> list[str]:
    return shop.market(code).announced(shop.at + after, language)


def test_it_holds_from_its_beginning_until_just_before_its_end(shop: Shop) -> None:
    notice = Notice((shop.de.pk,), {"de": "Streik"}, shop.at + HOUR, shop.at + 3 * HOUR)
    announce(notice, by="staff:1", at=shop.at)

    assert [shown(shop, "de", n * HOUR) for n in range(4)] == [[], ["Streik"], ["Streik"], []]
    assert shown(shop, "world", HOUR) == []


def test_without_a_market_it_holds_everywhere_and_the_newest_stands_first(shop: Shop) -> None:
    announce(Notice((), {"en": "Holiday"}, shop.at - 2 * HOUR), by="staff:1", at=shop.at)
    announce(Notice((shop.world.pk,), {"en": "Strike"}, shop.at - HOUR), by="staff:1", at=shop.at)

    assert (shown(shop, "de"), shown(shop, "world")) == (["Holiday"], ["Strike", "Holiday"])


def test_readers_of_another_language_get_the_english_text(shop: Shop) -> None:
    announce(Notice((), {"en": "Holiday", "zh": "放假"}, shop.at), by="staff:1", at=shop.at)

    assert (shown(shop, "de", language="de"), shown(shop, "de", language="zh")) == (["Holiday"], ["放假"])


def test_taking_it_down_shows_at_once_and_keeps_it_on_record(shop: Shop) -> None:
    row = announce(Notice((), {"en": "Holiday"}, shop.at), by="staff:1", at=shop.at)
    assert shown(shop, "de", HOUR) == ["Holiday"]

    end_announcement(row.pk, by="staff:1", at=shop.at + HOUR)

    assert shown(shop, "de", HOUR) == []
    assert list(
        AuditEntry.objects.filter(subject_kind="announcement").order_by("pk").values_list("action", flat=True)
    ) == [
        "announcement.made",
        "announcement.ended",
    ]


def test_moving_it_to_another_market_renews_the_pages_of_both(shop: Shop) -> None:
    row = announce(Notice((shop.de.pk,), {"en": "Strike"}, shop.at), by="staff:1", at=shop.at)
    assert shown(shop, "de") == ["Strike"]

    change_announcement(row.pk, Notice((shop.world.pk,), {"en": "Strike"}, shop.at), by="staff:1", at=shop.at)

    assert (shown(shop, "de"), shown(shop, "world")) == ([], ["Strike"])


def test_the_next_change_is_known_so_that_a_kept_page_knows_its_end(shop: Shop) -> None:
    announce(Notice((), {"en": "Holiday"}, shop.at + HOUR, shop.at + 2 * HOUR), by="staff:1", at=shop.at)
    market = shop.market("de")

    assert market.announcements_change_after(shop.at) == shop.at + HOUR
    assert market.announcements_change_after(shop.at + HOUR) == shop.at + 2 * HOUR
    assert market.announcements_change_after(shop.at + 2 * HOUR) is None


@pytest.mark.parametrize(
    ("text", "hours", "field"),
    [
        ({}, None, "text"),
        ({"en": " "}, None, "text"),
        ({"xx": "?"}, None, "text"),
        ({"en": "x" * 501}, None, "text"),
        ({"en": "Holiday"}, 0, "ends_at"),
        ({"en": "Holiday"}, -1, "ends_at"),
    ],
)
def test_what_nobody_could_read_is_refused(text: dict[str, str], hours: int | None, field: str, shop: Shop) -> None:
    ends_at = None if hours is None else shop.at + hours * HOUR

    with pytest.raises(BadAnnouncement) as refused:
        announce(Notice((), text, shop.at, ends_at), by="staff:1", at=shop.at)

    assert refused.value.field == field
