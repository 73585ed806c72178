"""What is uploaded is looked at before it is taken, prepared by the worker, and shown when it is published."""

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from PIL import Image

from tests.catalog import pictures
from tests.shop import Shop
from tradewind.catalog import media_work
from tradewind.catalog.editing import Outdated
from tradewind.catalog.media import MediaDraft, add_media, describe_media, prepare_again, remove_media
from tradewind.catalog.media_checking import MediaRefused, inspect
from tradewind.catalog.media_rendering import render
from tradewind.catalog.models import Media, Product
from tradewind.catalog.publishing import NotPublishable, publish
from tradewind.catalog.queries import page_key, product_view
from tradewind.core import deliveries, work
from tradewind.core.files import private_path
from tradewind.core.models import Delivery


@pytest.fixture(autouse=True)
def stores(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "public"
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path


def upload(shop: Shop, content: bytes, name: str = "cup.jpg", **said: Any) -> Media:
    draft = MediaDraft(**{"role": "detail", "origin": "own", **said})
    return add_media(product=shop.product, name=name, content=content, draft=draft, by="staff:1", at=shop.at)


def run(at: datetime) -> None:
    deliveries.run_deliveries(now=lambda: at)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"", "empty"),
        ("a.jpg", b"hello" * 100, "not_media"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not_media"),
        ("a.jpg", pictures.picture("PNG"), "wrong_ending"),
        ("a.gif", pictures.moving("GIF"), "not_media"),
        ("a.png", pictures.moving("PNG"), "animated"),
        ("a.webp", pictures.moving("WEBP"), "animated"),
        ("a.avif", pictures.moving("AVIF"), "animated"),
        ("a.png", pictures.bomb(), "too_many_pixels"),
        ("a.png", pictures.picture("PNG", size=(16_001, 301)), "too_many_pixels"),
        ("a.jpg", pictures.picture(size=(299, 900)), "too_small"),
        ("a.jpg", pictures.picture() + bytes(30_000_000), "too_large"),
        ("a.mov", pictures.mp4(brand=b"qt  "), "wrong_container"),
        ("a.mkv", pictures.webm(b"matroska"), "wrong_container"),
        ("a.avi", b"RIFF\0\0\0\0AVI " + bytes(100), "wrong_container"),
        ("a.mp4", b"\0\0\0\x14ftypisom" + bytes(100), "not_media"),
        ("a.webm", pictures.mp4(), "wrong_ending"),
    ],
)
def test_what_cannot_be_shown_safely_is_refused_by_its_bytes(name: str, content: bytes, code: str) -> None:
    with pytest.raises(MediaRefused) as refusal:
        inspect(name, content)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.JPG", pictures.picture(), ("jpeg", 800, 600)),
        ("a.png", pictures.picture("PNG"), ("png", 800, 600)),
        ("a.webp", pictures.picture("WEBP"), ("webp", 800, 600)),
        ("a.avif", pictures.picture("AVIF"), ("avif", 800, 600)),
        ("a.mp4", pictures.mp4(), ("mp4", 640, 480)),
        ("a.webm", pictures.webm(), ("webm", 640, 480)),
    ],
)
def test_what_can_be_shown_is_known_with_its_size(name: str, content: bytes, found: tuple[str, int, int]) -> None:
    known = inspect(name, content)

    assert (known.format, known.width, known.height) == found


def test_videos_of_the_demo_are_known() -> None:
    folder = Path("src/tradewind/demo/content/media/table-lamp-forest")
    sizes = {inspect(file.name, file.read_bytes()).width for file in folder.glob("turntable.*")}

    assert len(sizes) == 1


def test_renditions_are_upright_and_tell_nothing_about_where_they_were_taken() -> None:
    rendered, _ = render(pictures.turned_with_place(), None)

    for each in rendered:
        shown = Image.open(io.BytesIO(each.content))
        assert shown.width < shown.height
        assert dict(shown.getexif()) == {}
        assert b"Secret" not in each.content
    top, bottom = (Image.open(io.BytesIO(rendered[1].content)).convert("RGB").getpixel((100, y)) for y in (20, 400))
    assert top[0] > 150 > top[2]  # type: ignore[index]
    assert bottom[2] > 150 > bottom[0]  # type: ignore[index]


def test_there_are_modern_formats_in_several_widths_and_a_plain_one_and_none_is_blown_up() -> None:
    rendered, colour = render(pictures.picture(), None)

    assert [(each.width, each.height, each.format) for each in rendered] == [
        (320, 240, "avif"),
        (320, 240, "webp"),
        (640, 480, "avif"),
        (640, 480, "webp"),
        (640, 480, "jpeg"),
        (800, 600, "avif"),
        (800, 600, "webp"),
    ]
    assert colour.startswith("#7")


def test_a_colour_profile_is_applied_and_left_out_and_a_nonsensical_one_is_ignored() -> None:
    for original in (pictures.with_profile(), pictures.picture(icc_profile=b"nonsense")):
        rendered, _ = render(original, None)
        assert Image.open(io.BytesIO(rendered[0].content)).info.get("icc_profile") is None


def test_what_is_see_through_stands_on_white() -> None:
    rendered, _ = render(pictures.picture("PNG", mode="RGBA"), None)

    assert min(Image.open(io.BytesIO(rendered[1].content)).convert("RGB").getpixel((300, 100))) > 240  # type: ignore[arg-type,type-var]


def test_only_the_part_that_was_chosen_is_shown() -> None:
    rendered, colour = render(pictures.picture(), [500, 0, 1000, 500])

    assert (rendered[0].width, rendered[0].height) == (320, 240)
    assert int(colour[5:7], 16) > 180 > int(colour[1:3], 16)


def test_an_upload_is_kept_privately_prepared_by_the_worker_and_shown_once_published(shop: Shop, stores: Path) -> None:
    content = pictures.turned_with_place()
    medium = upload(shop, content)

    assert (medium.state, medium.renditions, medium.is_live) == ("preparing", [], False)
    assert medium.original is not None
    assert private_path(medium.original.digest).read_bytes() == content
    with pytest.raises(NotPublishable, match=r"media\.preparing"):
        publish(product=shop.product, by="staff:1", at=shop.at)
    run(shop.at)
    medium.refresh_from_db()
    assert (medium.state, len(medium.renditions)) == ("ready", 5)
    for each in medium.renditions:
        assert (stores / "public" / each["path"]).stat().st_size > 0
    assert not any(content[:64] in file.read_bytes() for file in (stores / "public").rglob("*.*"))
    assert len(product_view(shop.product.pk, market_id=shop.de.pk, language="de").pictures) == 1
    publish(product=shop.product, by="staff:1", at=shop.at)
    shown = product_view(shop.product.pk, market_id=shop.de.pk, language="de").pictures
    assert [picture.role for picture in shown] == ["front", "detail"]


def test_work_that_a_killed_worker_had_taken_comes_back(shop: Shop) -> None:
    medium = upload(shop, pictures.picture())
    (taken,) = work.claim(Delivery, now=shop.at, limit=1, lease=deliveries.LEASE)
    media_work.RenditionCourier().call(taken)

    run(shop.at + timedelta(minutes=1))
    assert Media.objects.get(pk=medium.pk).state == "preparing"
    run(shop.at + deliveries.LEASE)
    assert Media.objects.get(pk=medium.pk).state == "ready"


def test_a_picture_that_breaks_off_is_shown_as_failed_and_can_be_tried_again(shop: Shop) -> None:
    medium = upload(shop, pictures.picture()[:2000])
    run(shop.at)

    medium.refresh_from_db()
    assert (medium.state, medium.problem != "") == ("failed", True)
    with pytest.raises(NotPublishable, match=r"media\.failed"):
        publish(product=shop.product, by="staff:1", at=shop.at)
    prepare_again(medium=medium, by="staff:1", at=shop.at)
    assert Media.objects.get(pk=medium.pk).state == "preparing"


def test_what_was_ordered_for_an_older_crop_does_not_overwrite_the_newer(shop: Shop) -> None:
    medium = upload(shop, pictures.picture())
    (old,) = work.claim(Delivery, now=shop.at, limit=1, lease=deliveries.LEASE)
    result = media_work.RenditionCourier().call(old)
    describe_media(
        medium=medium,
        version=None,
        draft=MediaDraft("detail", "own", crop=[500, 0, 1000, 500]),
        by="staff:1",
        at=shop.at,
    )
    media_work.RenditionCourier().settle(old, result, shop.at)

    assert Media.objects.get(pk=medium.pk).state == "preparing"
    run(shop.at)
    medium.refresh_from_db()
    assert (medium.state, medium.renditions[0]["width"]) == ("ready", 320)


def test_a_video_is_taken_as_it_is(shop: Shop, stores: Path) -> None:
    medium = upload(shop, pictures.mp4(), "turn.mp4")
    run(shop.at)

    medium.refresh_from_db()
    assert (medium.role, medium.state) == ("video", "ready")
    assert [(each["width"], each["height"], each["format"]) for each in medium.renditions] == [(640, 480, "mp4")]
    assert (stores / "public" / medium.renditions[0]["path"]).read_bytes() == pictures.mp4()


def test_media_are_put_in_order_and_described(shop: Shop) -> None:
    second, third = upload(shop, pictures.picture()), upload(shop, pictures.picture("PNG"), "a.png")
    before = page_key("mug", "de", "de")

    draft = MediaDraft("angle", "supplier", "Ms Li, 2026-11-02", ["size", "s"], {"de": "Von schräg oben"}, place=0)
    describe_media(medium=third, version=None, draft=draft, by="staff:1", at=shop.at)

    order = Media.objects.filter(product=shop.product).order_by("position")
    assert [row.pk for row in order] == [third.pk, order[1].pk, second.pk]
    row = order[0]
    assert (row.role, row.permission, row.option, row.alt) == (
        "angle",
        "Ms Li, 2026-11-02",
        ["size", "s"],
        {"de": "Von schräg oben"},
    )
    assert page_key("mug", "de", "de") != before


def test_a_description_from_an_older_page_is_refused(shop: Shop) -> None:
    medium = upload(shop, pictures.picture())

    with pytest.raises(Outdated):
        describe_media(medium=medium, version=0, draft=MediaDraft("back", "own"), by="staff:1", at=shop.at)
    assert Media.objects.get(pk=medium.pk).role == "detail"


def test_what_is_removed_is_gone_from_the_page_and_its_work_ends_quietly(shop: Shop) -> None:
    medium = upload(shop, pictures.picture())

    remove_media(medium=medium, by="staff:1", at=shop.at)
    run(shop.at)

    assert Media.objects.filter(product=shop.product).count() == 1
    assert Delivery.objects.get().state == "done"
    assert Product.objects.get().draft_version == 2


def test_a_gallery_has_an_end(shop: Shop) -> None:
    Media.objects.bulk_create(
        Media(product=shop.product, role="detail", position=n, alt={}, origin="own", renditions=[])
        for n in range(1, 40)
    )

    with pytest.raises(MediaRefused, match="too_many"):
        upload(shop, pictures.picture())
