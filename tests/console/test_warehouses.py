"""Warehouses in the console: what staff write there decides which days buyers read."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.checkout.summary import Choice, summarise
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.inventory.models import Warehouse
from tradewind.inventory.warehousing import digest
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.promises.quote import DeliveryQuote
from tradewind.shipping.loading import count_load

PAGE = "/console/warehouses"
FORM = {
    "name.en": "Shenzhen",
    "name.zh": "深圳仓",
    "city.en": "Shenzhen",
    "city.zh": "深圳",
    "country": "cn",
    "subdivision": "",
    "zone": "Asia/Shanghai",
    "cutoff": "16:00",
    "handling_days": "1",
    "serves": "",
    "position": "0",
    "closures": "2",
}


def save(client: Client, place: Warehouse, **fields: str) -> tuple[int, str]:
    """Change some fields (dots are written __) of what the warehouse's page would send."""
    place.refresh_from_db()
    sent = {"seen": digest(place), **FORM, **{name.replace("__", "."): text for name, text in fields.items()}}
    response = client.post(f"{PAGE}/{place.pk}/saving", sent)
    return response.status_code, response.content.decode() or response["Location"]


def complaints(page: str) -> dict[str, str]:
    found = re.findall(r'class="complaint" id="(.*?)-problem">.*?</svg>(.*?)</span>', page, re.DOTALL)
    return {field: unescape(words) for field, words in found}


def quote(shop: Shop) -> DeliveryQuote:
    """What a buyer in Germany reads on the Monday at 14:00 in Shenzhen."""
    (found,) = summarise(shop.cart((shop.small, 1)), shop.market(), Choice("DE"), language="en", at=shop.at).options
    return found


def test_an_earlier_cut_off_moves_the_dates_at_the_next_request(console: Client, shop: Shop) -> None:
    before = quote(shop)

    answer = save(console, shop.shenzhen, cutoff="13:00")

    after = quote(shop)
    assert answer == (302, f"{PAGE}/{shop.shenzhen.pk}?done=warehouse")
    assert (before.leaves_on, after.leaves_on) == (date(2026, 11, 24), date(2026, 11, 25))
    assert before.arrives_first < after.arrives_first


def test_a_closure_moves_the_dates_and_taking_it_out_moves_them_back(console: Client, shop: Shop) -> None:
    save(
        console,
        shop.shenzhen,
        closure__0__first="2026-11-24",
        closure__0__last="2026-11-26",
        closure__1__first="2026-11-27",
    )
    closed = quote(shop).leaves_on
    kept = Warehouse.objects.get(pk=shop.shenzhen.pk).closures

    save(console, shop.shenzhen)

    assert kept == [["2026-11-24", "2026-11-26"], ["2026-11-27", "2026-11-27"]]
    assert (closed, quote(shop).leaves_on) == (date(2026, 11, 30), date(2026, 11, 24))


def test_buyers_read_the_new_day_on_the_products_page(console: Client, shop: Shop) -> None:
    buyer = Client()
    days = [utc_now().date() + timedelta(days=number) for number in (0, 30)]
    before = buyer.get("/de/en/product/mug/").content.decode()

    save(console, shop.shenzhen, closure__0__first=str(days[0]), closure__0__last=str(days[1]), city__en="Bao'an")

    after = buyer.get("/de/en/product/mug/").content.decode()
    assert ("Leaves Shenzhen" in before, "Leaves Shenzhen" in after) == (True, False)
    assert "Leaves Bao&#39;an" in after


def test_a_change_is_on_record_once(console: Client, shop: Shop) -> None:
    for _ in range(2):
        save(console, shop.shenzhen, handling_days="2")

    entry = AuditEntry.objects.get(action="warehouse.changed")
    assert (entry.before["handling_days"], entry.after["handling_days"]) == (1, 2)
    assert (entry.subject_kind, entry.subject_id) == ("warehouse", shop.shenzhen.pk)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name.en", None, "Please write the name in one language at least."),
        ("city.en", None, "Please write the name in one language at least."),
        ("country", "ZZ", "Please write the country's code of two letters, like DE."),
        ("subdivision", "XX", "We have no table of public holidays for it."),
        ("zone", "Beijing", "Please write a time zone of the tz database, like Asia/Shanghai."),
        ("cutoff", "25:00", "Please write the time like 16:00."),
        ("handling_days", "31", "Handling takes 30 working days at most."),
        ("serves", "DE XX", "Write codes of two letters, say DE AT; one of these is no country."),
        ("position", "1000", "The position is a number from 0 to 999."),
        ("closure.0.first", "soon", "Please write the day like 2026-11-24."),
        ("closure.0.last", "2026-01-01", "Please fill this in."),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    field: str, typed: str | None, words: str, console: Client, shop: Shop
) -> None:
    kind = field.partition(".")[0]
    wrong = {field: typed} if typed is not None else {f"{kind}.en": "", f"{kind}.zh": ""}

    status, page = save(console, shop.shenzhen, **{name.replace(".", "__"): text for name, text in wrong.items()})

    beside = "closure.0.first" if kind == "closure" else field
    assert (status, complaints(page)) == (422, {beside: words})
    assert f'value="{typed or ""}"' in page
    assert not AuditEntry.objects.filter(action="warehouse.changed").exists()


def test_closures_that_leave_no_working_day_are_refused(console: Client, shop: Shop) -> None:
    years = {"closure__0__first": "2027-01-01", "closure__0__last": "2029-12-31"}
    backwards = {"closure__0__first": "2027-01-02", "closure__0__last": "2027-01-01"}

    assert complaints(save(console, shop.shenzhen, **years)[1]) == {
        "closure.0.first": "These closures leave no working day: nothing could be promised."
    }
    assert complaints(save(console, shop.shenzhen, **backwards)[1]) == {"closure.0.last": "It ends before it begins."}


def test_who_saves_second_is_shown_what_the_first_saved(console: Client, shop: Shop) -> None:
    seen = digest(shop.shenzhen)
    save(console, shop.shenzhen, handling_days="2")

    response = console.post(f"{PAGE}/{shop.shenzhen.pk}/saving", {**FORM, "seen": seen, "handling_days": "3"})

    page = response.content.decode()
    assert (response.status_code, "<q >2</q>" in page, 'value="3"' in page) == (409, True, True)
    assert Warehouse.objects.get(pk=shop.shenzhen.pk).handling_days == 2


def test_a_warehouse_is_opened_and_offered_to_markets(console: Client, shop: Shop) -> None:
    sent = {
        **FORM,
        "code": "Rotterdam",
        "name.en": "Rotterdam",
        "country": "NL",
        "zone": "Europe/Amsterdam",
        "position": "2",
    }

    form = console.get(f"{PAGE}/new").content.decode()
    refused = [
        complaints(console.post(f"{PAGE}/new", {**sent, "code": code}).content.decode())
        for code in ("", "shenzhen", "!")
    ]
    answer = console.post(f"{PAGE}/new", sent)

    assert 'name="position" maxlength="3" value="2"' in form
    assert refused == [
        {"code": "Please fill this in."},
        {"code": "Another warehouse has this code already."},
        {"code": "Write small letters, digits or hyphens, say “rotterdam”."},
    ]
    assert answer["Location"] == f"{PAGE}?done=warehouse-opened"
    opened = Warehouse.objects.get(code="rotterdam")
    assert AuditEntry.objects.get(action="warehouse.opened").after["code"] == "rotterdam"
    assert (
        f'<option value="{opened.pk}">Rotterdam</option>'
        in console.get(f"/console/markets/{shop.de.pk}").content.decode()
    )


def test_more_rows_are_shown_with_what_was_typed(console: Client, shop: Shop) -> None:
    sent = {**FORM, "closure.1.first": "2027-02-05", "more": "closures"}

    page = console.post(f"{PAGE}/{shop.shenzhen.pk}/saving", sent).content.decode()
    new = console.post(f"{PAGE}/new", sent).content.decode()

    assert ['name="closure.3.last"' in each and 'value="2027-02-05"' in each for each in (page, new)] == [True, True]


def test_the_list_shows_stock_cut_off_and_the_next_closure(console: Client, shop: Shop) -> None:
    save(
        console,
        shop.shenzhen,
        closure__0__first="2090-02-05",
        closure__0__last="2090-02-14",
        closure__1__first="2020-01-01",
    )

    page = " ".join(re.sub(r"<[^>]+>", " ", console.get(PAGE).content.decode().split("<tbody>")[1]).split())

    assert page.startswith("Shenzhen shenzhen Shenzhen, China Cut-off 16:00 Asia/Shanghai")
    assert "Next closure 2090-02-05 – 2090-02-14 In stock 20 0 reserved Ways to deliver 2 Frankfurt" in page


def test_thirty_warehouses_take_no_more_statements_than_two(
    console: Client, shop: Shop, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # session, staff, stock, ways, warehouses
    console.get(PAGE)
    with django_assert_num_queries(5):
        console.get(PAGE)
    for number in range(28):
        console.post(f"{PAGE}/new", {**FORM, "code": f"w{number}"})
    console.get(PAGE)
    with django_assert_num_queries(5):
        page = console.get(PAGE).content.decode()

    assert page.count("data-row") == 30


def test_who_packs_may_look_and_not_change(shop: Shop) -> None:
    client = client_of(make_staff(Role.WAREHOUSE))

    page = client.get(f"{PAGE}/{shop.shenzhen.pk}").content.decode()

    assert ('<fieldset class="stack" disabled>' in page, "save-bar" in page) == (True, False)
    assert client.post(f"{PAGE}/{shop.shenzhen.pk}/saving", FORM).status_code == 403


def test_a_warehouse_is_switched_off_with_a_warning_of_the_orders_there_and_on_again(
    console: Client, shop: Shop
) -> None:
    order = shop.place(shop.cart((shop.small, 2))).order
    page, address = f"{PAGE}/{shop.shenzhen.pk}", f"{PAGE}/{shop.shenzhen.pk}/switching"

    console.post(address, {"to": "off"})
    off = console.get(page).content.decode()
    goods = console.get(f"/console/products/{shop.product.pk}").content.decode()
    console.post(address, {"to": "on"})

    assert ("Off: what lies here is not sold" in off, order.ref in off, "2 units" in off) == (True, True, True)
    assert "1 order holds goods here. It stays held" in off
    assert ("2 reserved, 0 free" in goods, ">Off</span>" in goods) == (True, True)
    assert "On: what lies here is sold" in console.get(page).content.decode()
    assert client_of(make_staff(Role.CONTENT)).post(address, {"to": "off"}).status_code == 403


def test_stops_of_carriers_and_suppliers_are_kept_apart_and_shown_again(console: Client, shop: Shop) -> None:
    stops = {
        "closure__0__kind": "carrier",
        "closure__0__first": "2026-11-24",
        "closure__0__last": "2026-11-25",
        "closure__0__name": "YunExpress",
        "closure__0__way": "de-air",
        "closure__1__kind": "supplier",
        "closure__1__first": "2027-02-01",
        "closure__1__last": "2027-02-20",
    }

    answer = save(console, shop.shenzhen, **stops)

    place = Warehouse.objects.get(pk=shop.shenzhen.pk)
    page = console.get(f"{PAGE}/{place.pk}").content.decode()
    assert answer[0] == 302
    assert (place.closures, [stop["kind"] for stop in place.stops]) == ([], ["carrier", "supplier"])
    assert quote(shop).leaves_on == date(2026, 11, 26)
    assert '<option value="carrier" selected>A carrier collects nothing</option>' in page
    assert ('value="YunExpress"' in page, '<option value="de-air" selected>' in page) == (True, True)
    # What the other field of the browser still holds does not matter.
    refused = {"closure__0__kind": "thief", "closure__1__name": "Yiwu", "closure__1__kind": "supplier"}
    assert complaints(save(console, shop.shenzhen, **refused)[1]) == {
        "closure.0.kind": "Please choose one of those that are offered.",
        "closure.1.first": "Please fill this in.",
    }


def test_the_page_says_what_waits_and_what_is_not_announced(console: Client, shop: Shop) -> None:
    save(console, shop.shenzhen, per_day="1")
    before = console.get(f"{PAGE}/{shop.shenzhen.pk}").content.decode()
    placed = shop.place(shop.cart((shop.small, 2)))
    Order.objects.filter(pk=placed.order.pk).update(state="paid")

    with time_machine.travel(shop.at, tick=False):
        count_load(shop.at)
        page = " ".join(client_of(make_staff(Role.MANAGER)).get(f"{PAGE}/{shop.shenzhen.pk}").content.decode().split())
    save(console, shop.shenzhen, per_day="")

    assert "The queue is counted within five minutes." in before
    assert "1 order waits to leave." in page
    assert "There is room for another one on 2026-11-24: new dates begin there." in page
    assert page.count("China has not announced the holidays of") == 1
    assert "the holidays of 2027 yet" in page
    assert Warehouse.objects.get(pk=shop.shenzhen.pk).room_on is None
    assert "has not announced" not in console.get(f"{PAGE}/{shop.frankfurt.pk}").content.decode()
