"""The workbook in the console: looked at first, then taken over as it was seen."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.catalog.test_workbook import edited, exported
from tests.console.making import client_of, make_staff
from tests.shop import Shop
from tradewind.catalog.models import Price, Product
from tradewind.core.files import keep_private
from tradewind.core.models.staff import Role

ADDRESS = "/console/catalogue/workbook"


def look(console: Client, content: bytes) -> Any:
    return console.post(ADDRESS, {"workbook": SimpleUploadedFile("catalogue.xlsx", content)})


def decide(console: Client, page: str) -> Any:
    fields = dict(re.findall(r'name="(file|seen)" value="(\w+)"', page))
    return console.post(ADDRESS, fields)


def test_the_workbook_that_goes_out_comes_in_without_a_change(console: Client, shop: Shop) -> None:
    out = console.get(f"{ADDRESS}/export")
    page = look(console, out.content).content.decode()

    assert out["Content-Disposition"].startswith('attachment; filename="catalogue-')
    assert ("There is nothing to do" in page, "Take this over" in page) == (True, False)


def test_a_look_shows_before_and_after_and_changes_nothing_until_it_is_decided(console: Client, shop: Shop) -> None:
    page = look(console, edited(("Texts", "C3", "Neu"), ("Prices", "B2", 12))).content.decode()

    assert 'Texts C3</th><td>mug · de · title</td><td class="cell-text">Becher</td><td class="cell-text">Neu' in page
    assert Product.objects.get().content["title"]["de"] == "Becher"
    assert decide(console, page)["Location"] == "/console/products?done=imported"
    assert Product.objects.get().content["title"]["de"] == "Neu"
    assert Price.objects.get(variant=shop.small, market_id=shop.de.pk).amount == 1200


def test_what_was_not_seen_is_not_done(console: Client, shop: Shop) -> None:
    page = look(console, edited(("Texts", "C3", "Neu"))).content.decode()
    product = Product.objects.get()
    product.content["title"]["de"] = "Von Anna"
    product.save()

    answer = decide(console, page)

    assert (answer.status_code, Product.objects.get().content["title"]["de"]) == (409, "Von Anna")
    assert ">Von Anna</td>" in answer.content.decode()


def test_bad_cells_are_named_and_nothing_is_kept(console: Client, shop: Shop) -> None:
    answer = look(console, edited(("Prices", "B2", "x"), ("Texts", "C3", "Neu")))

    assert (answer.status_code, 'class="code">B2</th><td>Please write the amount' in answer.content.decode()) == (
        422,
        True,
    )
    assert Product.objects.get().content["title"]["de"] == "Becher"


def test_no_file_and_no_workbook_are_told_in_words(console: Client, shop: Shop) -> None:
    assert "Please choose a workbook first." in console.post(ADDRESS).content.decode()
    assert "Please save it as .xlsx." in look(console, b"a;b;c").content.decode()


def test_other_private_files_are_out_of_reach(console: Client, shop: Shop) -> None:
    secret = keep_private("cv.xlsx", exported(), content_type="application/pdf", at=shop.at)

    assert console.post(ADDRESS, {"file": secret.digest}).status_code == 422


def test_who_may_not_ask_prices_takes_nothing_over(shop: Shop) -> None:
    content = client_of(make_staff(Role.CONTENT))

    assert (content.get(ADDRESS).status_code, content.get(f"{ADDRESS}/export").status_code) == (403, 200)


def test_a_large_catalogue_is_left_to_the_command_line(console: Client, shop: Shop) -> None:
    Product.objects.bulk_create(
        Product(slug=f"p{number}", category=shop.product.category, content={}, created_at=shop.at)
        for number in range(1000)
    )

    answer = console.get(f"{ADDRESS}/export")

    assert (answer.status_code, "./tradewind export catalogue FILE.xlsx" in answer.content.decode()) == (422, True)
