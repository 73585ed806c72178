"""The workbook in the console: checked by the worker, looked at, then taken over as it was seen."""

import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from tests.catalog.test_workbook import edited, exported
from tests.catalog.test_workbook_sets import new_article
from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.catalog.models import Price, Product
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.catalog.workbook_running import progress_name
from tradewind.core.models import AuditEntry
from tradewind.core.models.staff import Role
from tradewind.core.progress import Progress
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now

ADDRESS = "/console/catalogue/workbook"


def upload(console: Client, content: bytes) -> str:
    """The address of its page."""
    answer = console.post(f"{ADDRESS}/imports", {"workbook": SimpleUploadedFile("goods.xlsx", content)})
    return str(answer["Location"])


def look(console: Client, content: bytes) -> tuple[str, str]:
    """Upload, let the worker check. Returns the address and the page."""
    address = upload(console, content)
    run_until_idle(now=utc_now)
    return address, console.get(address).content.decode()


def decide(console: Client, address: str, page: str) -> Any:
    return console.post(f"{address}/decision", dict(re.findall(r'name="(seen)" value="(\w+)"', page)))


def title() -> str:
    return str(Product.objects.get().content["title"]["de"])


def state() -> str:
    return WorkbookRun.objects.latest("pk").state


def test_the_workbook_that_goes_out_comes_in_without_a_change(console: Client, shop: Shop) -> None:
    out = console.get(f"{ADDRESS}/export")
    _, page = look(console, out.content)

    assert out["Content-Disposition"].startswith('attachment; filename="catalogue-')
    assert ("There is nothing to do" in page, "Take this over" in page) == (True, False)


def test_an_upload_is_only_kept_until_the_worker_has_looked_and_somebody_has_decided(
    console: Client, shop: Shop
) -> None:
    content = edited(
        ("Texts", "C3", "Neu"),
        ("Prices", "B2", 12),
        extra={"Variants": [new_article("PAIR")], "Sets": [["PAIR", "MUG-S", 2]]},
    )
    address = upload(console, content)
    waiting = console.get(address).content.decode()
    run_until_idle(now=utc_now)
    page = console.get(address).content.decode()

    assert ("The workbook is being checked" in waiting, "data-progress" in waiting) == (True, True)
    assert 'Texts C3</th><td>mug · de · title</td><td class="cell-text">Becher</td><td class="cell-text">Neu' in page
    assert ("data-progress" in page, title(), state()) == (False, "Becher", "checked")

    decided = decide(console, address, page)
    assert (decided["Location"], title(), state()) == (address, "Becher", "applying")
    assert "The workbook is being taken over" in console.get(address).content.decode()

    run_until_idle(now=utc_now)
    assert (title(), state()) == ("Neu", "applied")
    assert Price.objects.get(variant=shop.small, market_id=shop.de.pk).amount == 1200
    assert "Taken over by Ms Owner" in console.get(address).content.decode()
    assert AuditEntry.objects.filter(action="workbook.decided", actor__startswith="staff:").count() == 1


def test_the_page_says_how_far_the_worker_is(console: Client, shop: Shop) -> None:
    address = upload(console, exported())
    progress = Progress(progress_name(WorkbookRun.objects.get()))

    progress(3, 8)
    page = console.get(address).content.decode()
    progress.forget()

    assert ('<progress value="3" max="8"' in page, "3 of 8" in page) == (True, True)
    assert "3 of 8" not in console.get(address).content.decode()


def test_what_was_not_seen_is_not_done(console: Client, shop: Shop) -> None:
    address, page = look(console, edited(("Texts", "C3", "Neu")))
    product = Product.objects.get()
    product.content["title"]["de"] = "Von Anna"
    product.save()

    decide(console, address, page)
    run_until_idle(now=utc_now)
    again = console.get(address).content.decode()

    assert (title(), state()) == ("Von Anna", "checked")
    assert ("The catalogue has changed since you looked" in again, ">Von Anna</td>" in again) == (True, True)
    decide(console, address, again)
    run_until_idle(now=utc_now)
    assert (title(), state()) == ("Neu", "applied")


def test_bad_cells_are_named_on_the_page_and_in_a_file_and_nothing_is_kept(console: Client, shop: Shop) -> None:
    address, page = look(console, edited(("Prices", "B2", "x"), ("Texts", "C3", "Neu")))
    book = load_workbook(io.BytesIO(console.get(f"{address}/report").content))

    assert ('class="code">B2</th><td>Please write the amount' in page, "Take this over" in page) == (True, False)
    assert [[cell.value for cell in row] for row in book.worksheets[0]] == [
        ["Sheet", "Cell", "What to do"],
        ["Prices", "B2", "Please write the amount like 1280.50."],
    ]
    assert (title(), state()) == ("Becher", "refused")


def test_a_second_click_decides_once_and_one_who_leaves_it_leaves_it(console: Client, shop: Shop) -> None:
    address, page = look(console, edited(("Texts", "C3", "Neu")))
    decide(console, address, page)
    decide(console, address, page)
    run_until_idle(now=utc_now)
    version = Product.objects.get().draft_version

    decide(console, address, page)
    other, page = look(console, edited(("Texts", "C3", "Anders")))
    console.post(f"{other}/leaving")
    decide(console, other, page)
    run_until_idle(now=utc_now)

    assert (title(), state(), Product.objects.get().draft_version) == ("Neu", "left", version)


def test_of_two_workbooks_the_second_waits_for_the_first(console: Client, shop: Shop) -> None:
    first = look(console, edited(("Texts", "C3", "Neu")))
    second = look(console, edited(("Texts", "C3", "Anders")))

    decide(console, *first)
    refused = decide(console, *second)
    run_until_idle(now=utc_now)

    assert refused.status_code == 409
    assert "Another workbook is being taken over just now." in refused.content.decode()
    assert title() == "Neu"
    decide(console, *second)
    run_until_idle(now=utc_now)
    # What it changes is not what was looked at.
    assert (title(), state()) == ("Neu", "checked")


def test_no_file_and_no_workbook_are_told_in_words(console: Client, shop: Shop) -> None:
    assert "Please choose a workbook first." in console.post(f"{ADDRESS}/imports").content.decode()
    assert "Please save it as .xlsx." in look(console, b"a;b;c")[1]


def test_who_may_not_ask_prices_takes_nothing_over(console: Client, shop: Shop) -> None:
    address, page = look(console, edited(("Texts", "C3", "Neu")))
    content = client_of(make_staff(Role.CONTENT))

    assert (content.get(ADDRESS).status_code, content.get(f"{ADDRESS}/export").status_code) == (200, 200)
    assert (content.post(f"{ADDRESS}/imports").status_code, decide(content, address, page).status_code) == (403, 403)
    assert "Take this over" not in content.get(address).content.decode()


def test_a_large_catalogue_is_written_by_the_worker(console: Client, shop: Shop) -> None:
    Product.objects.bulk_create(
        Product(slug=f"p{number}", category=shop.product.category, content={}, created_at=shop.at)
        for number in range(500)
    )
    assert console.get(f"{ADDRESS}/export")["Location"] == ADDRESS
    assert "Have the workbook written" in console.get(ADDRESS).content.decode()

    address = console.post(f"{ADDRESS}/exports")["Location"]
    assert (console.get(f"{address}/file").status_code, state()) == (404, "writing")
    run_until_idle(now=utc_now)
    book = load_workbook(io.BytesIO(console.get(f"{address}/file").content), read_only=True)

    assert (state(), len(list(book["Products"].rows))) == ("ready", 502)
