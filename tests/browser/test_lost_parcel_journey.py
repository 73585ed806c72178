"""One order in two parcels, of which one arrives and one is lost: told apart for the buyer, on Today, in the letter and in the promise."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.browser.on_the_way import MONDAY, PHONE, World, text_of, words_of, world_at
from tests.browser.test_console import assert_fits, log_in
from tests.console.making import PASSWORD, make_staff
from tests.orders.changing import bought
from tradewind.core.links import make_link
from tradewind.core.models import Staff, Todo
from tradewind.core.models.staff import Role
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.promises.models import Promise
from tradewind.promises.wording import range_words
from tradewind.shipping.models import Parcel, Trouble

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

ARRIVED = "YT2232521272432059"
LOST = "YT2232521272432060"
SMALL, LARGE = "1 × Becher small", "1 × Becher large"


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with world_at(MONDAY, request) as there:
        yield there


def test_one_order_in_two_parcels_and_one_is_lost(world: World) -> None:
    order = bought(world.shop, (world.shop.small, 1), (world.shop.large, 1))
    world.work()
    staff = world.staff(make_staff(Role.OWNER, password=PASSWORD))
    buyer = world.open_page(viewport=PHONE, locale="de-DE")
    token = make_link("order.view", subject=("order", order.pk), at=utc_now())
    buyer.goto(f"/de/de/order/{token}/")

    first, second = sent_in_two(world, staff, order)
    one_arrives_and_one_is_lost(world, buyer, first, second)
    each_is_told_apart(buyer)
    log_in(staff, Staff.objects.get(role=Role.OWNER))  # days have passed
    case = waits_on_today_for_the_lost_one(staff, second)
    told_once_from_two_pages(world, staff, case)
    stands_on_the_orders_page(buyer)
    goods_of_the_lost_one_go_again(world, staff, case)
    the_promise_is_broken_in_the_end(world, buyer, order)


def sent_in_two(world: World, staff: Page, order: Order) -> list[Parcel]:
    """A part, and the rest two hours later; each with a letter of its own. The first one sent comes first."""
    send(staff, order, ARRIVED, left=("1", "0"))
    world.after(hours=2)
    order.refresh_from_db()
    assert order.state == "paid"
    send(staff, order, LOST)
    world.after(minutes=2)
    part, rest = letters_about(world, "unterwegs")
    assert ("Ein Teil" in str(part["Subject"]), "letzte Teil" in str(rest["Subject"])) == (True, True)
    assert (numbers_in(part), numbers_in(rest)) == ([ARRIVED], [LOST])
    order.refresh_from_db()
    assert (order.state, Promise.objects.get(kind="dispatch").state) == ("dispatched", "kept")
    return list(order.parcels.order_by("pk"))


def send(staff: Page, order: Order, number: str, left: tuple[str, ...] = ()) -> None:
    staff.goto(f"/console/orders/{order.pk}/packing")
    leaves = staff.locator("#leaves")
    if left:
        leaves.get_by_text("Send only a part …").click()
    for place, units in enumerate(left):
        leaves.locator("[name^=units-]").nth(place).fill(units)
    leaves.get_by_label("Carrier", exact=True).fill("YunExpress")
    leaves.get_by_label("Tracking number").fill(number)
    leaves.get_by_role("button", name="Mark dispatched").click()
    expect(staff.get_by_text(number).first).to_be_visible()


def one_arrives_and_one_is_lost(world: World, buyer: Page, first: Parcel, second: Parcel) -> None:
    scanned = (utc_now() + timedelta(hours=6), "InTransit_PickedUp", "Shenzhen")
    arrived = (scanned[0] + timedelta(days=4), "Delivered_Other", "Hamburg")
    lost = (scanned[0] + timedelta(days=5), "Exception_Lost", "Leipzig")
    world.go_to(scanned[0] + timedelta(minutes=5))
    world.tell(buyer, first, scanned)
    world.tell(buyer, second, scanned)
    world.go_to(arrived[0] + timedelta(minutes=5))
    world.tell(buyer, first, scanned, arrived)
    assert not Trouble.objects.exists()
    world.go_to(lost[0] + timedelta(minutes=5))
    world.tell(buyer, second, scanned, lost)


def each_is_told_apart(buyer: Page) -> None:
    """What is in it and what became of it; of the order not that it has arrived."""
    buyer.reload()
    parcels = buyer.locator("section:has(> .parcel-way)")
    expect(parcels).to_have_count(2)
    for place, words in enumerate(
        (
            ("Paket 1 von 2", SMALL, ARRIVED, "Paket zugestellt"),
            ("Paket 2 von 2", LARGE, LOST, "Unterwegs aufgehalten: nicht auffindbar"),
        )
    ):
        for said in words:
            expect(parcels.nth(place)).to_contain_text(said)
    the_order_has_not_arrived(buyer)
    # The carrier has said something: nobody is told that it is silent, and nobody has written yet.
    expect(buyer.locator("#news")).to_have_count(0)
    assert_fits(buyer)


def the_order_has_not_arrived(buyer: Page) -> None:
    door = buyer.locator(".step").last
    expect(door).not_to_contain_class("reached")
    expect(door).to_contain_text("noch nicht")
    promise = Promise.objects.get(kind="delivery", is_owed=True)
    expect(door.locator(".step-when")).to_contain_text(range_words(promise.first_day, promise.last_day, "de"))
    expect(door.locator(".kept")).to_have_count(0)


def waits_on_today_for_the_lost_one(staff: Page, lost: Parcel) -> Trouble:
    case = Trouble.objects.get()
    assert (case.parcel, case.cause, case.state) == (lost, "lost", "open")
    promise = Promise.objects.get(kind="delivery", is_owed=True)
    assert (promise.state, promise.is_at_risk, case.promise_id) == ("made", True, promise.pk)
    staff.goto("/console/")
    duty = staff.locator(".duty", has_text="Lost (YunExpress")
    expect(duty).to_have_count(1)
    duty.get_by_role("link", name="Look at it").click()
    staff.wait_for_url(f"**/console/troubles/{case.pk}")
    about = words_of(staff)
    assert (LOST in about, ARRIVED in about) == (True, False)
    assert f"What is in it {LARGE}" in about
    expect(staff.locator(".card-next")).to_contain_text("We propose: Write to the buyer")
    assert_fits(staff)
    return case


def told_once_from_two_pages(world: World, staff: Page, case: Trouble) -> None:
    other = world.staff(make_staff(Role.MANAGER, password=PASSWORD))
    other.goto(f"/console/troubles/{case.pk}")
    for page, answer in ((staff, "The letter is on its way to the buyer."), (other, "Somebody else was faster")):
        page.get_by_role("button", name="Send the letter").click()
        expect(page.get_by_role("status")).to_contain_text(answer)
    world.after(seconds=5)
    [mail] = letters_about(world, "Neues zu Ihrer Bestellung")
    told = text_of(mail)
    assert "Ihr Paket ist nicht angekommen" in told
    assert "„noch einmal senden“" in told
    assert numbers_in(mail) == [LOST]
    assert ("large" in told, "small" in told) == (True, False)
    case.refresh_from_db()
    assert [each["act"] for each in case.done] == ["tell"]
    assert not Todo.objects.filter(kind="parcel.trouble", state="open").exists()
    staff.goto("/console/")
    expect(staff.locator(".duty", has_text="Lost (YunExpress")).to_have_count(0)


def stands_on_the_orders_page(buyer: Page) -> None:
    buyer.reload()
    news = buyer.locator("section", has=buyer.locator("#news")).locator("p")
    expect(news).to_have_count(1)
    expect(news).to_contain_text("Paket 2 von 2: Ihr Paket ist nicht angekommen und scheint verloren zu sein.")
    the_order_has_not_arrived(buyer)
    assert_fits(buyer)


def goods_of_the_lost_one_go_again(world: World, staff: Page, case: Trouble) -> None:
    """As the buyer has answered; only what was in it."""
    staff.goto(f"/console/troubles/{case.pk}")
    staff.get_by_role("button", name="Send the goods again").click()
    staff.wait_for_url("**/console/orders/**")
    world.work()
    again = Order.objects.latest("pk")
    assert list(again.lines.filter(kind="goods").values_list("sku", "quantity")) == [("MUG-L", 1)]
    assert (again.state, again.total) == ("paid", 0)
    case.refresh_from_db()
    assert [each["act"] for each in case.done] == ["tell", "resend"]


def the_promise_is_broken_in_the_end(world: World, buyer: Page, order: Order) -> None:
    """The parcel that came in time has not kept it for the other one."""
    promise = Promise.objects.get(kind="delivery", subject_id=order.pk, is_owed=True)
    assert promise.state == "made"
    world.go_to(promise.due_at + timedelta(hours=1))
    promise.refresh_from_db()
    order.refresh_from_db()
    assert (promise.state, promise.fulfilled_at, order.state) == ("broken", None, "dispatched")
    buyer.reload()
    expect(buyer.locator(".step").last.locator(".broken")).to_be_visible()
    assert letters_about(world, "zugestellt") == []


def letters_about(world: World, words: str) -> list[EmailMessage]:
    return [mail for mail in world.letters() if words in str(mail["Subject"])]


def numbers_in(mail: EmailMessage) -> list[str]:
    return [number for number in (ARRIVED, LOST) if number in text_of(mail)]
