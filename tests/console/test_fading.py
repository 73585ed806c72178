"""For how long sales lift a product in lists, as the staff set it."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.orders.test_selling import goods, sell
from tests.shop import Shop
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.orders.selling import FADING, Fading, sales_until

PAGE = "/console/products/fading"


def test_what_is_saved_decides_how_sales_count(console: Client, shop: Shop) -> None:
    (cup,) = goods(shop, "cup")
    sell(shop, cup)
    form = console.get(PAGE).content.decode()
    assert ('name="weeks" maxlength="3" value="8"' in form, 'name="half" maxlength="3" value="14"' in form) == (
        True,
        True,
    )

    saved = console.post(PAGE, {"weeks": "2", "half": "７"})

    assert saved["Location"] == f"{PAGE}?done=fading"
    assert FADING.read() == Fading(2, 7)
    assert sales_until(shop.at + timedelta(days=7))[cup.pk].weight == 0.5
    assert sales_until(shop.at + timedelta(days=14)) == {}
    entry = AuditEntry.objects.get(action="setting.changed")
    assert (entry.actor.startswith("staff:"), entry.after) == (
        True,
        {"orders.sales_fade": {"weeks": 2, "half_after_days": 7}},
    )
    assert "Lists follow with the next count" in console.get(saved["Location"]).content.decode()


@pytest.mark.parametrize(
    ("weeks", "half", "words"),
    [
        ("0", "14", "Please write a number of weeks from 1 to 52."),
        ("53", "14", "Please write a number of weeks from 1 to 52."),
        ("", "14", "Please write a number of weeks from 1 to 52."),
        ("8", "365", "Please write a number of days from 1 to 364."),
        ("8", "-1", "Please write a number of days from 1 to 364."),
        ("8", "9" * 30, "Please write a number of days from 1 to 364."),
        ("8", "half", "Please write a number of days from 1 to 364."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(
    console: Client, db: None, weeks: str, half: str, words: str
) -> None:
    answer = console.post(PAGE, {"weeks": weeks, "half": half})

    page = answer.content.decode()
    assert (answer.status_code, page.count(words), "Nothing was saved: 1 field needs you." in page) == (422, 2, True)
    assert f'value="{half}"' in page
    assert FADING.read() == Fading(8, 14)


def test_who_may_not_publish_does_not_decide_it(db: None) -> None:
    content = client_of(make_staff(Role.CONTENT))

    assert [content.get(PAGE).status_code, content.post(PAGE, {"weeks": "1", "half": "1"}).status_code] == [403, 403]
    assert PAGE not in content.get("/console/products").content.decode()
