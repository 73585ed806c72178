"""Pictures in the console: uploaded several at once, described, ordered."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.catalog import pictures
from tests.console.editing import complaints, fields_of
from tests.shop import Shop
from tradewind.catalog.models import Media
from tradewind.core import deliveries


@pytest.fixture(autouse=True)
def stores(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "public"
    settings.PRIVATE_ROOT = tmp_path / "private"


def file(name: str = "cup.jpg", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pictures.picture())


def upload(console: Client, shop: Shop, *files: SimpleUploadedFile, **settings: Any) -> Any:
    sent = {"files": list(files), "origin": "own"}
    return console.post(f"/console/products/{shop.product.pk}/media", sent, **settings)


def describe(console: Client, shop: Shop, medium: Media, **changes: str) -> Any:
    page = console.get(f"/console/products/{shop.product.pk}/media").content.decode()
    fields = fields_of(page.split(f'id="medium-{medium.pk}"')[1].split("</section>")[0], within='class="stack"')
    typed = {f"m{medium.pk}.{name.replace('__', '.')}": value for name, value in changes.items()}
    return console.post(f"/console/media/{medium.pk}/description", fields | typed)


def test_several_files_are_taken_at_once_and_the_page_says_that_they_are_being_prepared(
    console: Client, shop: Shop
) -> None:
    answer = upload(console, shop, file(), file("back.png", pictures.picture("PNG")))

    assert answer["Location"] == f"/console/products/{shop.product.pk}/media?done=uploaded"
    page = console.get(answer["Location"]).content.decode()
    assert page.count("Being prepared") == 2
    deliveries.run_deliveries(now=lambda: shop.at.replace(year=2027))
    assert "Being prepared" not in console.get(answer["Location"]).content.decode()


def test_a_bad_file_is_named_and_the_good_ones_are_taken(console: Client, shop: Shop) -> None:
    answer = upload(console, shop, file(), file("notes.txt", b"hello"))

    page = answer.content.decode()
    assert (answer.status_code, Media.objects.filter(product=shop.product).count()) == (422, 2)
    assert "<strong>notes.txt</strong>: This is no picture or video that we can read." in page


def test_the_script_is_answered_without_a_page(console: Client, shop: Shop) -> None:
    good = upload(console, shop, file(), headers={"Accept": "application/json"})
    bad = upload(console, shop, file("a.jpg", b"x"), headers={"Accept": "application/json"})

    assert (good.status_code, good.json()) == (201, {"refused": []})
    assert (bad.status_code, bad.json()["refused"][0][:19]) == (422, "This is no picture ")


def test_without_a_file_the_page_asks_for_one(console: Client, shop: Shop) -> None:
    assert "Please choose a file first." in upload(console, shop).content.decode()


def test_a_medium_is_described_and_cropped(console: Client, shop: Shop) -> None:
    upload(console, shop, file())
    medium = Media.objects.latest("pk")

    answer = describe(
        console,
        shop,
        medium,
        role="angle",
        shows="size/s",
        alt__de="Schräg",
        left="10",
        right="62.5",
        origin="supplier",
        permission="Ms Li, 2 Nov",
        place="1",
    )

    assert answer["Location"].endswith(f"done=media#medium-{medium.pk}")
    medium.refresh_from_db()
    assert (medium.role, medium.option, medium.alt, medium.crop, medium.position, medium.origin) == (
        "angle",
        ["size", "s"],
        {"de": "Schräg"},
        [100, 0, 625, 1000],
        0,
        "supplier",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"origin": ""}, "origin"),
        ({"origin": "supplier"}, "permission"),
        ({"role": "video"}, "role"),
        ({"shows": "size/huge"}, "shows"),
        ({"left": "-1"}, "left"),
        ({"left": "95"}, "right"),
        ({"place": "0"}, "place"),
    ],
)
def test_what_is_wrong_with_a_description_stands_beside_its_field(
    changes: dict[str, str], field: str, console: Client, shop: Shop
) -> None:
    upload(console, shop, file())
    medium = Media.objects.latest("pk")

    answer = describe(console, shop, medium, alt__en="typed", **changes)

    assert (answer.status_code, list(complaints(answer.content.decode()))) == (422, [f"m{medium.pk}.{field}"])
    assert 'value="typed"' in answer.content.decode()


def test_saving_a_description_unchanged_changes_nothing(console: Client, shop: Shop) -> None:
    upload(console, shop, file())
    medium = Media.objects.latest("pk")
    before = Media.objects.filter(pk=medium.pk).values().get()

    describe(console, shop, medium)

    assert Media.objects.filter(pk=medium.pk).values().get() == before


def test_a_medium_is_removed(console: Client, shop: Shop) -> None:
    upload(console, shop, file())
    medium = Media.objects.latest("pk")

    console.post(f"/console/media/{medium.pk}/removal")

    assert not Media.objects.filter(pk=medium.pk).exists()
