"""Choices of attributes in the console."""

from django.test import Client

from tests.catalog.test_choosing import choice, goods, work_off
from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.catalog.models import AttributeChoice
from tradewind.core.models import Delivery
from tradewind.core.models.staff import Role

LIST = "/console/products/attributes"


def fields(console: Client, key: str) -> dict[str, str]:
    row = choice(key)
    seen = console.get(f"{LIST}/choices/{row.pk}").content.decode().partition('name="seen" value="')[2][:16]
    return {"name.en": "Small", "name.de": "Klein", "swatch": "", "position": "3", "seen": seen}


def test_a_choice_is_renamed_and_made_one_with_another(console: Client, shop: Shop) -> None:
    goods(shop)
    small, medium = choice("s"), choice("m")
    typed = fields(console, "s")

    saved = console.post(f"{LIST}/choices/{small.pk}/saving", typed)
    late = console.post(f"{LIST}/choices/{small.pk}/saving", {**typed, "name.en": "Tiny"})
    merged = console.post(f"{LIST}/choices/{medium.pk}/merging", {"into": small.pk})

    assert (saved.status_code, late.status_code, merged.status_code) == (302, 409, 302)
    assert ("Tiny" in late.content.decode(), choice("s").name) == (True, {"en": "Small", "de": "Klein"})
    assert merged["Location"] == f"{LIST}/choices/{small.pk}?done=choice-merged"
    assert "Small</a>" in console.get(LIST).content.decode()


def test_the_page_says_how_many_goods_still_wait(console: Client, shop: Shop) -> None:
    goods(shop)
    small, medium = choice("s"), choice("m")
    console.post(f"{LIST}/choices/{small.pk}/saving", fields(console, "s"))
    console.post(f"{LIST}/choices/{medium.pk}/merging", {"into": small.pk})

    pages = [console.get(f"{LIST}/choices/{row.pk}").content.decode() for row in (small, medium)]
    back = console.post(f"{LIST}/choices/{small.pk}/merging", {"into": medium.pk})
    Delivery.objects.update(state=Delivery.State.STUCK, finished_at=shop.at)
    stuck = console.get(f"{LIST}/choices/{small.pk}").content.decode()
    Delivery.objects.update(state=Delivery.State.WAITING, finished_at=None)
    work_off()
    after = console.get(f"{LIST}/choices/{small.pk}").content.decode()

    assert "The new name is being written: 1 product still has the old one." in pages[0]
    assert "M is becoming this choice: 1 product still has it." in pages[0]
    assert "It is becoming Small: 1 product still waits." in pages[1]
    assert (back.status_code, "is becoming another choice just now" in back.content.decode()) == (422, True)
    assert ("come to a halt" in stuck, "come to a halt" in pages[0]) == (True, False)
    assert "still" not in after


def test_what_cannot_be_is_said_beside_its_field(console: Client, shop: Shop) -> None:
    goods(shop)
    red, blue = choice("red", "colour"), choice("blue", "colour")

    both = console.post(f"{LIST}/choices/{red.pk}/merging", {"into": blue.pk})
    none = console.post(f"{LIST}/choices/{red.pk}/merging", {"into": choice("s").pk})
    swatch = console.post(f"{LIST}/choices/{red.pk}/saving", {**fields(console, "s"), "swatch": "green"})

    assert [answer.status_code for answer in (both, none, swatch)] == [422, 422, 422]
    assert "tee offers both choices." in both.content.decode()
    assert "These two cannot become one." in none.content.decode()
    assert "Please write the colour like #8fb8a0." in swatch.content.decode()


def test_who_may_not_publish_changes_nothing(shop: Shop) -> None:
    goods(shop)
    content = client_of(make_staff(Role.CONTENT))
    row = choice("s")

    answers = [content.post(f"{LIST}/choices/{row.pk}/{act}").status_code for act in ("saving", "merging")]

    assert (answers, AttributeChoice.objects.filter(attribute__key="size").count()) == ([403, 403], 2)
    assert ">Make them one<" not in content.get(f"{LIST}/choices/{row.pk}").content.decode()
