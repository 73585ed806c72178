"""From a product page in Berlin to the door: the same days everywhere, packed, held by customs, told anew in time, learnt from."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.on_the_way import BERLIN, MONDAY, PHONE, World, text_of, words_of, world_at
from tests.browser.test_console import assert_fits
from tests.console.making import PASSWORD, make_staff
from tests.shipping.packing import photo
from tests.shipping.test_lane_learning import around
from tests.shipping.travelled import travelled
from tradewind.catalog.packing import PackingDraft, write_packing
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.wording import arrival_words, range_words
from tradewind.shipping.lanes import FEWEST
from tradewind.shipping.models import Evidence, Parcel, Trouble

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

TUESDAY: Final = datetime(2026, 11, 24, 2, tzinfo=UTC)
ASKED_FOR: Final = "InTransit_CustomsRequiringInformation"
Said = tuple[datetime, str, str]
NEW_DAYS: Final = "Fr., 11. Dez. bis Di., 15. Dez."


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with world_at(MONDAY, request) as there:
        asked = PackingDraft(rule="Wrap twice", accessories=("Spoon",), is_fragile=True)
        write_packing(product=there.shop.product, draft=asked, by="staff:1", at=there.shop.at)
        # As many as have gone before that one more makes a lane.
        travelled(there.shop, *around(24, FEWEST - 1))
        yield there


def test_an_order_from_berlin_from_the_page_to_the_door(world: World) -> None:
    buyer = world.open_page(viewport=PHONE, locale="de-DE", has_touch=True, is_mobile=True)
    order, days = ordered_with_the_same_days_everywhere(world, buyer)

    world.go_to(TUESDAY)
    parcel = packed_with_a_photo(world, order)
    letter_of_dispatch_says(world, days)
    known = scanned_and_held_by_customs(world, buyer, parcel)
    told_new_days(world, buyer, days)
    delivered_within_them(world, buyer, parcel, known)
    the_lane_has_learnt(world, buyer)


def ordered_with_the_same_days_everywhere(world: World, buyer: Page) -> tuple[Order, str]:
    """Returns the order and the days that all of them say."""
    buyer.goto("/de/de/product/mug/")
    said = buyer.locator(".promise-sentence strong").inner_text()
    buyer.locator(".add button").click()
    buyer.wait_for_url("**/de/de/cart/")
    in_cart = words_of(buyer)
    buyer.goto("/de/de/checkout/")
    in_checkout = words_of(buyer)
    for field, typed in BERLIN.items():
        buyer.fill(field, typed)
    buyer.locator("button[value=place]").click()
    buyer.wait_for_url("**/simulator/pay/**")
    buyer.locator('button[value="pay"]').click()
    buyer.wait_for_url("**/order/**")
    world.work()
    buyer.reload()
    order = Order.objects.latest("pk")
    staff = world.staff(make_staff(Role.OWNER, password=PASSWORD))
    staff.goto(f"/console/orders/{order.pk}")

    promise = Promise.objects.get(kind="delivery", subject_id=order.pk)
    days = range_words(promise.first_day, promise.last_day, "de")
    [mail] = world.letters()
    assert (said, days) == (arrival_words(promise, "de"), "Mi., 2. Dez. bis Do., 10. Dez.")
    for text in (in_cart, in_checkout, text_of(mail)):
        assert said in text
    expect(buyer.locator(".steps")).to_contain_text(days)
    assert arrival_words(promise, "en") in words_of(staff)
    assert_fits(buyer)
    return order, days


def packed_with_a_photo(world: World, order: Order) -> Parcel:
    page = world.staff(make_staff(Role.WAREHOUSE, password=PASSWORD), viewport=PHONE)
    page.goto("/console/warehouse")
    page.get_by_label("Scan the number of an order").fill(order.ref)
    page.get_by_label("Scan the number of an order").press("Enter")
    page.get_by_role("button", name="Begin packing").click()
    page.get_by_label("Scan or type an article").fill("MUG-S")
    page.get_by_label("Scan or type an article").press("Enter")
    expect(page.locator(".checklist .units").first).to_have_text("1 / 1")
    for left in (1, 0):
        page.get_by_role("button", name="Done", exact=True).first.click()
        expect(page.get_by_role("button", name="Done", exact=True)).to_have_count(left)
    page.get_by_label("Photo", exact=True).last.set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("#photos img")).to_have_count(1)
    page.get_by_role("button", name="Packed", exact=True).click()
    expect(page.get_by_text("Packed by Ms Warehouse")).to_be_visible()
    assert_fits(page)
    page.locator("#leaves").get_by_label("Carrier", exact=True).fill("YunExpress")
    page.get_by_label("Tracking number").fill("YT2232521272432059")
    page.get_by_role("button", name="Mark dispatched").click()
    expect(page.get_by_text("YT2232521272432059").first).to_be_visible()
    world.work()
    assert Evidence.objects.filter(order=order).count() == 1
    return Parcel.objects.get(order=order)


def letter_of_dispatch_says(world: World, days: str) -> None:
    world.after(minutes=2)
    _, mail = world.letters()
    assert "ist unterwegs" in str(mail["Subject"]), mail["Subject"]
    for words in (days, "YunExpress", "YT2232521272432059"):
        assert words in text_of(mail)


def scanned_and_held_by_customs(world: World, buyer: Page, parcel: Parcel) -> list[Said]:
    """Returns all that the carrier has said."""
    scanned = utc_now() + timedelta(hours=8)
    world.go_to(scanned + timedelta(minutes=5))
    world.tell(buyer, parcel, (scanned, "InTransit_PickedUp", "Shenzhen"))
    parcel.refresh_from_db()
    assert (parcel.first_scan_at, parcel.watch) == (scanned, "watched")
    known = [(scanned, "InTransit_PickedUp", "Shenzhen")]
    for days, status, place in ((4, "InTransit_Departure", "Hong Kong"), (9, ASKED_FOR, "Leipzig")):
        known.append((scanned + timedelta(days=days), status, place))
        world.go_to(known[-1][0] + timedelta(minutes=5))
        world.tell(buyer, parcel, *known)
    return known


def told_new_days(world: World, buyer: Page, before: str) -> None:
    page = world.staff(Staff.objects.get(role=Role.OWNER))
    page.locator(".duty", has_text="Customs").get_by_role("link", name="Look at it").click()
    page.wait_for_url("**/console/troubles/**")
    page.fill("[name=first]", "2026-12-11")
    page.fill("[name=last]", "2026-12-15")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator("pre.letter").first).to_contain_text(NEW_DAYS)
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_text("Wrote to the buyer")).to_be_visible()
    world.work()
    mail = text_of(world.letters()[-1])
    buyer.reload()
    assert NEW_DAYS in mail
    assert before in mail
    expect(buyer.locator(".steps")).to_contain_text(NEW_DAYS)
    assert utc_now() < Promise.objects.get(state="renewed").due_at
    page.goto("/console/")
    expect(page.locator("h1")).to_have_text("Today")
    expect(page.locator(".duty", has_text="Customs")).to_have_count(0)


def delivered_within_them(world: World, buyer: Page, parcel: Parcel, known: list[Said]) -> None:
    arrived = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
    world.go_to(arrived + timedelta(minutes=5))
    world.tell(buyer, parcel, *known, (arrived, "Delivered_Other", "Berlin"))
    buyer.reload()
    expect(buyer.locator(".steps")).to_contain_text("eingehalten am Mo., 14. Dez.")
    assert_fits(buyer)
    parcel.refresh_from_db()
    first, second = Promise.objects.filter(kind="delivery", subject_id=parcel.order_id).order_by("pk")
    assert (first.state, second.state, second.fulfilled_at) == ("renewed", "kept", arrived)
    assert (parcel.order.state, parcel.status, Trouble.objects.get().state) == ("delivered", "delivered", "solved")
    page = world.staff(Staff.objects.get(role=Role.OWNER))
    page.goto(f"/console/orders/{parcel.order_id}")
    assert f"{arrival_words(second, 'en')} · kept on Mon 14 Dec" in words_of(page)


def the_lane_has_learnt(world: World, buyer: Page) -> None:
    """With this parcel they are as many as a window is made of; the night makes it."""
    buyer.goto("/de/de/product/mug/")
    expect(buyer.locator(".promise-sentence strong")).to_have_text("Bei Ihnen: Do., 24. Dez. bis Di., 5. Jan.")
    world.go_to(MONDAY + timedelta(days=60))
    page = world.staff(Staff.objects.get(role=Role.OWNER))
    page.goto("/console/parcels/lanes")
    assert "de-air Germany · de 20 6–12 11–23" in words_of(page)
    buyer.goto("/de/de/product/mug/")
    expect(buyer.locator(".promise-sentence strong")).to_have_text("Bei Ihnen: Di., 9. Feb. bis Do., 25. Feb.")
    buyer.get_by_text("Warum dieses Datum?").first.click()
    expect(buyer.get_by_text("Gelernt aus 20 Paketen auf diesem Weg")).to_be_visible()
    assert_fits(buyer)
