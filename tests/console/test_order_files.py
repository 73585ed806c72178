"""Files of orders in the console: handed in, looked at, brought in, taken back; columns named; articles found."""

import csv
import io
import re
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from tests.console.making import AT, client_of, make_order, make_staff
from tests.console.test_reach import only_for
from tests.orders.importing.handing_in import many, sold
from tests.orders.importing.marketplaces.conftest import lines, order
from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.console.orderfiles import upload_form
from tradewind.core.accounts import account_named, own_shop
from tradewind.core.models import AuditEntry, ShopAccount
from tradewind.core.models.staff import Role
from tradewind.core.progress import Progress
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.import_models import FileLayout, OrderFile
from tradewind.orders.importing.deciding import progress_name
from tradewind.orders.importing.recording import CommandRecord
from tradewind.orders.models import Order, OrderLine

ADDRESS: Final = "/console/orders/files"
OURS: Final = (
    "Bestellnummer;Datum;Name;Straße;PLZ;Ort;Land;SKU;Artikel;Menge;Einzelpreis\r\n"
    "A-1;24.03.2026;Jürgen Müller;Musterweg 5;50667;Köln;Deutschland;MUG-S;Becher;2;12,50\r\n"
    "A-1;24.03.2026;;;;;;MUG-L;Becher groß;1;1.015,00\r\n"
    "A-2;25.03.2026;Ann;High St 1;SW1;London;Narnia;NEW;Neu;1;3,00\r\n"
)


@pytest.fixture
def ebay(db: None) -> ShopAccount:
    return account_named("eBay DE", channel="ebay", at=AT)


def hand_in(console: Client, content: bytes, name: str = "orders.csv", **fields: Any) -> Any:
    return console.post(f"{ADDRESS}/upload", {"key": "k", "file": SimpleUploadedFile(name, content), **fields})


def look(console: Client, content: bytes, **fields: Any) -> tuple[str, str]:
    """Hand in, let the worker look. Returns the address and the page."""
    address = hand_in(console, content, key=f"k{OrderFile.objects.count()}", **fields)["Location"]
    run_until_idle(now=utc_now)
    return address, console.get(address).content.decode()


def press(console: Client, address: str, act: str) -> str:
    """Send a form of the page as it stands, let the worker work, and look again."""
    page = console.get(address).content.decode()
    console.post(f"{address}/{act}", dict(re.findall(r'name="(seen)" value="([\w-]+)"', page)))
    run_until_idle(now=utc_now)
    return console.get(address).content.decode()


def said(page: str) -> dict[str, str]:
    """What the facts of a page say, by name."""
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL)
    return {name: re.sub(r"<.*?>", "", value).strip() for name, value in found}


def form_of(page: str) -> dict[str, str]:
    """The fields of the form of columns, as a browser would send them."""
    fields = dict(re.findall(r'<input id="\w+" name="(\w+)" maxlength="\d+" value="(.*?)"', page))
    for name, options in re.findall(r'<select id="\w+" name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_a_file_is_looked_at_brought_in_and_taken_back(console: Client, ebay: ShopAccount) -> None:
    content = sold("12-1", "12-2") + sold("12-3", Quantity="some").split(b"\n", 2)[2]
    address, page = look(console, content, account=ebay.pk)

    assert (said(page)["New orders"], said(page)["Rejected rows"], said(page)["Sums of its orders"]) == (
        "2",
        "1 of 3",
        "$25.60",
    )
    assert ("Bring 2 orders in" in page, "quantity “some” is not whole" in page, Order.objects.count()) == (
        True,
        True,
        0,
    )
    rejected = list(csv.reader(io.StringIO(console.get(f"{address}/rejects").content.decode("utf-8-sig"))))
    assert [row[1] for row in rejected] == ["rejected_because", "quantity “some” is not whole"]

    page = press(console, address, "decision")
    assert ("Brought in by Ms Owner" in page, Order.objects.count()) == (True, 2)
    account = console.get(f"/console/accounts/{ebay.pk}").content.decode()
    assert (said(account)["Orders"], address in account) == ("2", True)

    OrderLine.objects.filter(order=order("12-2")).update(quantity=7)
    page = press(console, address, "undo")
    assert said(page)["Orders that would be removed"] == "1"
    assert ("Take 1 order back" in page, "Somebody has changed it" in page, Order.objects.count()) == (True, True, 2)
    page = press(console, address, "undo/decision")

    assert (said(page)["Orders removed"], said(page)["Orders that stay as they are"]) == ("1", "1")
    assert [each.external_id for each in Order.objects.all()] == ["12-2"]
    assert "Taken back" in console.get(ADDRESS).content.decode()
    acts = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert acts == ["order_file.decided", "order_file.taken_back"]


def test_the_page_says_how_far_the_worker_is(console: Client, ebay: ShopAccount) -> None:
    address = hand_in(console, many(3), account=ebay.pk)["Location"]
    progress = Progress(progress_name(OrderFile.objects.get()))
    progress(200, 450)
    page = console.get(address).content.decode()
    progress.forget()

    assert ("data-progress" in page, "200 of 450" in page) == (True, True)


def test_the_same_page_twice_hands_in_once_also_with_a_new_account(console: Client) -> None:
    answers = [hand_in(console, sold("12-1"), account="new", new_account="eBay DE")["Location"] for _ in range(2)]

    assert (len(set(answers)), OrderFile.objects.count()) == (1, 1)
    assert list(ShopAccount.objects.values_list("name", "channel")) == [("eBay DE", "ebay")]
    # Whoever goes back in the browser and chooses another file hands in another file.
    other = hand_in(console, sold("12-2"), account=ShopAccount.objects.get().pk)["Location"]
    assert (other in answers, OrderFile.objects.count()) == (False, 2)


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"", {"account": "ebay"}, "The file is empty."),
        (b"\x1f\x8b\x08", {"account": "ebay"}, "The file is compressed."),
        (b"PK\3\4 no workbook", {"account": "ebay"}, "This is no table that can be read."),
        (b"rejected_line,rejected_because,a\n1,2,3\n", {"account": "ebay"}, "These are rows that were rejected."),
        (sold("12-1"), {"account": ""}, "Please choose the account of these orders."),
        (sold("12-1"), {"account": "own"}, "Please choose the account of these orders."),
        (sold("12-1"), {"account": "closed"}, "Please choose the account of these orders."),
        (sold("12-1"), {"account": "amazon"}, "This is an order file of eBay. Please choose an account of eBay."),
        (sold("12-1"), {"account": "amazon", "kind": "amazon"}, "This is an order file of eBay, not of Amazon."),
        (b"a,b\n1,2\n", {"account": "ebay", "kind": "ebay"}, "is no order file of eBay."),
        (sold("12-1"), {"account": "new", "new_account": " "}, "Please fill this in."),
        (sold("12-1"), {"account": "new", "new_account": "EBAY de"}, "There is an account of this name already."),
        (sold("12-1"), {"account": "ebay", "zone": "Berlin"}, "Please write the time zone like Europe/Berlin."),
        (sold("12-1"), {"account": "ebay", "currency": "EUX"}, "Please write the currency like EUR."),
        (sold("12-1"), {"account": "ebay", "encoding": "utf-9"}, "There is no such encoding."),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field_and_nothing_is_kept(
    content: bytes, fields: dict[str, str], words: str, console: Client, ebay: ShopAccount
) -> None:
    known = {
        "ebay": ebay.pk,
        "own": own_shop(at=AT).pk,
        "amazon": account_named("Amazon", channel="amazon", at=AT).pk,
        "closed": ShopAccount.objects.create(name="Old", channel="ebay", created_at=AT, closed_at=AT).pk,
    }

    refused = hand_in(console, content, **fields | {"account": known.get(fields["account"], fields["account"])})

    assert (refused.status_code, OrderFile.objects.count(), ShopAccount.objects.count()) == (422, 0, 4)
    assert '-problem">' in refused.content.decode()
    assert words in refused.content.decode()


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    console: Client, ebay: ShopAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_form, "LARGEST", 2_000_000)

    refused = hand_in(console, b"a,b\n" + b"1,2\n" * 500_000, account=ebay.pk)

    assert (refused.status_code, "The file has more than 2 MB." in refused.content.decode()) == (422, True)


def test_columns_are_guessed_named_kept_and_used_for_the_next_file_by_itself(console: Client, shop: Shop) -> None:
    by_file = account_named("Messe", channel="file", at=AT)
    address = hand_in(console, OURS.encode("cp1252"), account=by_file.pk)["Location"]
    page = console.get(address).content.decode()
    fields = form_of(page)
    assert (fields["order"], fields["unit_price"], fields["format"], fields["decimal"]) == (
        "Bestellnummer",
        "Einzelpreis",
        "%d.%m.%Y",
        ",",
    )
    assert ("<td>Jürgen Müller</td>" in page, fields["line1"], fields["thousands"]) == (True, "Straße", ".")

    refused = console.post(address, fields).content.decode()
    assert "or write the currency of all amounts like EUR." in refused
    named = fields | {"all_currency": "eur", "layout": "Messe"}
    file = console.post(address, named)["Location"]
    run_until_idle(now=utc_now)
    page = console.get(file).content.decode()
    assert (said(page)["New orders"], said(page)["Sums of its orders"]) == ("2", "€1,043.00")
    assert "NEW" in said(page)["Article numbers that are not among yours"]
    press(console, file, "decision")

    first = order("A-1")
    assert (first.state, first.total, first.ship_to["name"], first.ship_to["city"], first.country) == (
        "paid",
        104000,
        "Jürgen Müller",
        "Köln",
        "DE",
    )
    assert lines("A-1") == [("goods", "MUG-S", 2, 2500, 0), ("goods", "MUG-L", 1, 101500, 0)]
    assert set(first.lines.values_list("variant_id", flat=True)) == {shop.small.pk, shop.large.pk}
    # The next one needs no questions, whatever its encoding.
    _, page = look(console, OURS.replace("A-1", "A-3").encode(), account=by_file.pk)
    assert (FileLayout.objects.get().name, said(page)["New orders"]) == ("Messe", "1")


def test_a_workbook_of_nobodys_format_is_read_too(console: Client, db: None) -> None:
    by_file = account_named("Messe", channel="file", at=AT)
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["订单号", "下单时间", "货号", "数量", "单价"], ["A-1", "2026-03-24 10:00", "MUG", 2, 12.5]):
        sheet.append(row)
    book.save(out)

    address = hand_in(console, out.getvalue(), "orders.xlsx", account=by_file.pk)["Location"]
    fields = form_of(console.get(address).content.decode()) | {"all_currency": "CNY"}
    console.post(address, fields)
    run_until_idle(now=utc_now)

    row = OrderFile.objects.get()
    assert (row.state, row.outcome["created"], row.outcome["sums"]) == ("checked", 1, [[2500, "CNY"]])


def test_who_works_for_one_account_sees_the_files_of_that_one_and_makes_none(
    console: Client, ebay: ShopAccount
) -> None:
    amazon = make_order(1, account="Amazon US").account
    look(console, sold("12-1"), account=ebay.pk)
    manager = client_of(only_for(make_staff(Role.MANAGER), "Amazon US"))
    page = manager.get(ADDRESS).content.decode()

    assert ("orders.csv" in page, "eBay DE" in page, amazon.name in page) == (False, False, True)
    assert "Please choose the account" in hand_in(manager, sold("12-9"), key="m", account=ebay.pk).content.decode()
    assert hand_in(manager, sold("12-9"), key="n", account="new", new_account="Mine").status_code == 404
    assert client_of(make_staff(Role.AGENT)).get(ADDRESS).status_code == 403


def test_articles_that_are_made_later_are_found_by_one_button(console: Client, shop: Shop, ebay: ShopAccount) -> None:
    address, _ = look(console, sold("12-1", "12-2"), account=ebay.pk)
    press(console, address, "decision")
    page = console.get("/console/orders/unmatched").content.decode()
    assert (
        "1 article number is not among" in page and "2 orders name them" in page,
        ">12-1<" in page,
        "LAMP" in page,
    ) == (True, True, True)
    other = client_of(only_for(make_staff(Role.MANAGER)))
    lamp = Variant.objects.create(product=shop.product, sku="LAMP", position=9, weight_g=900)

    # Who does not work for the account finds nothing in it.
    assert other.post("/console/orders/unmatched/matching")["Location"].endswith("?done=none-matched")
    assert "12-1" not in other.get("/console/orders/unmatched").content.decode()
    answer = console.post("/console/orders/unmatched/matching")

    assert answer["Location"].endswith("?done=matched")
    assert set(OrderLine.objects.filter(sku="LAMP").values_list("variant_id", flat=True)) == {lamp.pk}
    assert (
        "Every article number of every order is among yours."
        in console.get("/console/orders/unmatched").content.decode()
    )
    assert AuditEntry.objects.get(action="order_lines.matched").after == {"lines": 2, "articles": ["LAMP"]}
    assert console.post("/console/orders/unmatched/matching")["Location"].endswith("?done=none-matched")
    # Which article a line is belongs to us: it does not keep an order from being taken back.
    assert said(press(console, address, "undo"))["Orders that would be removed"] == "2"


def test_a_file_in_an_encoding_that_is_said_is_read_so(console: Client, db: None) -> None:
    by_file = account_named("Rakuten", channel="file", at=AT)
    content = "注文番号,日付,商品番号,数量,単価\nA-1,2026/03/24,MUG,2,1200\n".encode("cp932")
    address = hand_in(console, content, account=by_file.pk, kind="columns", encoding="cp932")["Location"]
    head = '<th scope="col">注文番号</th>'

    first = console.get(address).content.decode()
    bare = address.partition("?")[0]
    otherwise = console.post(bare, {"look": "1", "encoding": "cp1252", "delimiter": ","}).content.decode()
    again = console.post(bare, {"look": "1", "encoding": "cp932", "delimiter": ","}).content.decode()

    assert [head in page for page in (first, otherwise, again)] == [True, False, True]
    assert form_of(again)["encoding"] == "cp932"
    # A name of no encoding is as good as none.
    assert console.post(bare, {"look": "1", "encoding": "zlib", "delimiter": "x"}).status_code == 200


def test_a_file_that_came_in_by_command_has_its_page(console: Client, ebay: ShopAccount) -> None:
    told = {"created": 0, "updated": 0, "unchanged": 3, "older": 0, "contradicted": 0, "orders": 3, "read": 4}
    told |= {"rejected": 1, "report": "", "sums": [], "unpriced": 0, "unknown_statuses": {}}
    record = CommandRecord("history.csv", AT)
    record.begin(ebay.pk)
    broken_off = console.get(f"{ADDRESS}/{OrderFile.objects.get().pk}").content.decode()
    record.finish(told, source="", at=AT)
    page = console.get(f"{ADDRESS}/{OrderFile.objects.get().pk}").content.decode()

    assert ("This broke off" in broken_off, "Brought in by Command line" in page) == (True, True)
    assert said(page)["The same as before"] == "3"
