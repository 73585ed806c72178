"""Every letter as mail programs show it: wide and on a phone, light and dark, with pictures off; in each language.

With TRADEWIND_LETTER_PICTURES set to a folder, each is kept there as a picture.
"""

import os
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route
from pytest_django.fixtures import Settings

from tests.messaging.test_letters import PROFILE
from tests.shipping.troubled import heard, look, sent
from tests.shop import Shop
from tradewind.core import preferences
from tradewind.core.words import LOCALES, TAGS
from tradewind.core.worker import run_until_idle
from tradewind.lib.money import Money
from tradewind.markets.shop import SHOP
from tradewind.messaging.moment_line import LINE
from tradewind.messaging.previewing import NothingToShow, preview
from tradewind.orders.models import Order
from tradewind.payments.refunding import plan_refunds
from tradewind.shipping.tracking_states import Reason, Status

pytestmark = pytest.mark.django_db
WIDE: Final = {"width": 900, "height": 1200}
PHONE: Final = {"width": 360, "height": 740}
# Gmail cuts off what lies behind 102 kB.
MOST: Final = 100_000
WITH_PREVIEW: Final = frozenset(step.moment for step in LINE if step.shown is not None)
# What has not happened to the order below.
NOT_OF_THIS_ORDER: Final = frozenset({"address_changed", "order_changed"})
_PICTURES: Final = os.environ.get("TRADEWIND_LETTER_PICTURES", "")
# A square, where the small shop's mug has its photo.
_PIXEL: Final = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def order(shop: Shop, settings: Settings) -> Order:
    """With all that letters are about: a parcel in trouble, a change, money that went back, and a name that breaks no line."""
    settings.MAIL_FROM = "hello@tingyu.example"
    settings.BASE_URL = "https://shop.tingyu.example"
    preferences.change(SHOP, PROFILE, by="system", at=shop.at)
    parcel = sent(shop, "YT2232521272432059")
    heard(shop, parcel, 3, Status.EXCEPTION, Reason.LOST)
    look(shop, 3)
    plan_refunds(subject=("order", parcel.order_id), amount=Money(300, "EUR"), reason="by_staff", at=shop.at, by="x")
    run_until_idle(now=lambda: shop.at + timedelta(days=3))
    return Order.objects.select_related("account").get(pk=parcel.order_id)


@pytest.fixture
def letters(shop: Shop, order: Order) -> Callable[[str], Iterator[tuple[str, str]]]:
    """Name and HTML of each that this order can be about."""

    def all_in(language: str) -> Iterator[tuple[str, str]]:
        for step in LINE:
            if step.shown is not None:
                try:
                    yield step.moment, preview(step.shown, order, language=language, at=shop.at).html
                except NothingToShow:
                    continue

    return all_in


@pytest.fixture
def open_letter(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A letter in a window of its own; nothing is fetched from anywhere."""
    contexts = []

    def opened(viewport: dict[str, int], *, is_dark: bool = False, has_pictures: bool = True) -> Page:
        context = chromium.new_context(viewport=viewport, color_scheme="dark" if is_dark else "light")  # type: ignore[arg-type]
        contexts.append(context)

        def answer(route: Route) -> None:
            if has_pictures and route.request.resource_type == "image":
                route.fulfill(body=_PIXEL, content_type="image/png")
            else:
                route.abort()

        context.route("**/*", answer)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def keep(page: Page, name: str) -> None:
    if _PICTURES:
        folder = Path(_PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)


def overflow_of(page: Page) -> int:
    """By how many pixels something is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("language", LOCALES)
def test_no_letter_is_wider_than_the_window_or_too_long_for_gmail(
    letters: Callable[[str], Iterator[tuple[str, str]]], open_letter: Callable[..., Page], language: str
) -> None:
    seen = dict(letters(language))
    pages = {"wide": open_letter(WIDE), "phone": open_letter(PHONE), "bare": open_letter(PHONE, has_pictures=False)}

    assert WITH_PREVIEW - seen.keys() == NOT_OF_THIS_ORDER
    for moment, html in seen.items():
        assert len(html.encode()) < MOST, moment
        for size, page in pages.items():
            page.set_content(html)
            keep(page, f"{moment}-{language}-{size}")
            assert overflow_of(page) <= 0, (moment, size)
            assert page.locator("html").get_attribute("lang") == TAGS.get(language, language)


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_letter_can_be_read_in_light_and_dark(
    letters: Callable[[str], Iterator[tuple[str, str]]], open_letter: Callable[..., Page], is_dark: bool
) -> None:
    page = open_letter(PHONE, is_dark=is_dark)
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast", "image-alt", "link-name", "html-has-lang"]}}

    seen = dict(letters("de"))
    assert WITH_PREVIEW - seen.keys() == NOT_OF_THIS_ORDER
    for moment, html in seen.items():
        page.set_content(html)
        keep(page, f"{moment}-de-{'dark' if is_dark else 'light'}")
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, (moment, found.generate_report())
        for picture in page.locator("img").all():
            assert (picture.get_attribute("alt") or "").strip(), moment
