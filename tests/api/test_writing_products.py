"""Products, prices, stock and media over the API: through the catalogue's own activities, with words for each field."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.api.sample import key_for_all
from tests.catalog.pictures import picture
from tests.orders.changing import bought
from tests.shop import Shop
from tests.storefront.test_unit_prices import wants_unit_prices
from tradewind.catalog.models import Media, PriceChange, Product, Variant
from tradewind.core.models import ApiToken, AuditEntry, FactRecord, Staff
from tradewind.inventory.bundling import Part, set_parts
from tradewind.inventory.models import StockMovement
from tradewind.inventory.reserving import Wanted, reserve
from tradewind.inventory.stocktaking import adjust
from tradewind.shipping.models import Trouble
from tradewind.shipping.shortages import look_for_shortages

BOWL: dict[str, Any] = {
    "slug": "tea-bowl",
    "category": "kitchen",
    "title": {"en": "Tea bowl"},
    "description": {"en": ["Holds 180 ml."]},
    "options": [{"key": "colour", "name": {"en": "Colour"}, "values": [{"key": "celadon", "name": {"en": "Celadon"}}]}],
    "variants": [{"sku": "BOWL/C", "options": {"colour": "celadon"}, "weight_g": 210, "origin": "CN"}],
}


class Program:
    """A program with a key for everything."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def __call__(self, method: str, address: str, body: Any = None) -> HttpResponse:
        sent = b"" if body is None else json.dumps(body)
        return self.client.generic(method, f"/api/v1{address}", sent, "application/json")

    def errors(self, method: str, address: str, body: Any) -> dict[str, str]:
        """Of a refusal, by their pointers."""
        response = self(method, address, body)
        assert response.status_code == 422
        return {error["pointer"]: error["detail"] for error in response.json()["errors"]}


@pytest.fixture
def program(shop: Shop, owner: Staff, now: datetime) -> Program:
    return Program(key_for_all(owner, now))


def test_a_product_is_begun_changed_published_and_taken_away(program: Program) -> None:
    begun = program("POST", "/products", BOWL)
    assert (begun.status_code, begun.json()["state"], begun.json()["gaps"]) == (201, "draft", ["media.front"])
    assert [variant["sku"] for variant in begun.json()["variants"]] == ["BOWL/C"]
    assert program("POST", "/products/tea-bowl/publication").json()["code"] == "not_publishable"

    changed = program(
        "PATCH", "/products/tea-bowl", {"version": begun.json()["version"], "title": {"de": "Teeschale"}}
    ).json()
    assert changed["title"] == {"en": "Tea bowl", "de": "Teeschale"}

    Media.objects.filter(product__slug="mug").update(product=Product.objects.get(slug="tea-bowl"))
    missing = program("POST", "/products/tea-bowl/publication").json()["errors"]
    assert missing == [{"name": "description.de", "pointer": None, "detail": "description.de is missing."}]
    text = {"version": changed["version"], "description": {"de": ["Fasst 180 ml."]}}
    assert program("PATCH", "/products/tea-bowl", text).status_code == 200
    assert program("POST", "/products/tea-bowl/publication").json()["state"] == "live"
    assert program("POST", "/products/tea-bowl/withdrawal", {}).json()["state"] == "offline"
    assert program("POST", "/products/tea-bowl/withdrawal", {}).json()["code"] == "wrong_state"
    assert program("POST", "/products/tea-bowl/return").json()["state"] == "live"
    told = FactRecord.objects.filter(name__in=["catalog.created", "catalog.published", "catalog.taken_offline"])
    assert {row.actor for row in told.filter(subjects__subject_id=Product.objects.get(slug="tea-bowl").pk)} == {
        f"token:{ApiToken.objects.get().pk}"
    }


def test_a_change_from_an_old_draft_is_refused_whole(program: Program) -> None:
    before = program("POST", "/products", BOWL).json()
    program("PATCH", "/products/tea-bowl", {"version": before["version"], "title": {"en": "Bowl"}})
    variants = [{**BOWL["variants"][0], "weight_g": 999}]

    late = program("PATCH", "/products/tea-bowl", {"version": before["version"], "variants": variants})

    assert (late.status_code, late.json()["code"]) == (409, "outdated")
    assert Variant.objects.get(sku="BOWL/C").weight_g == 210


def test_variants_that_are_not_named_stay_and_an_article_number_belongs_to_one(program: Program) -> None:
    version = program("GET", "/products/mug").json()["version"]
    more = [{"sku": "MUG-L", "options": {"size": "l"}, "weight_g": 500}]
    options = [{"key": "size", "name": {"en": "Size"}, "values": [{"key": k, "name": {"en": k}} for k in ("s", "l")]}]

    told = program("PATCH", "/products/mug", {"version": version, "options": options, "variants": more}).json()

    assert [(one["sku"], one["weight_g"]) for one in told["variants"]] == [("MUG-L", 500), ("MUG-S", 400)]
    taken = program.errors("POST", "/products", {**BOWL, "variants": [{**BOWL["variants"][0], "sku": "MUG-S"}]})
    assert list(taken) == ["/variants/0/sku"]
    assert not Product.objects.filter(slug="tea-bowl").exists()


def test_what_a_change_does_not_name_of_a_variant_is_kept(program: Program, shop: Shop) -> None:
    Variant.objects.filter(pk=shop.large.pk).update(barcode="4006381333931", net_content="250 ml")

    def change(**more: object) -> Any:
        version = program("GET", "/products/mug").json()["version"]
        named = [{"sku": "MUG-L", "options": {"size": "l"}, "weight_g": 500, **more}]
        return program("PATCH", "/products/mug", {"version": version, "variants": named}).json()["variants"][0]

    assert change()["net_content"] == "250 ml"
    assert Variant.objects.get(pk=shop.large.pk).barcode == "4006381333931"
    assert change(net_content="1.50 m")["net_content"] == "1.5 m"
    assert change(net_content="")["net_content"] is None


def test_the_price_of_a_unit_stands_beside_the_price_where_the_law_asks_for_it(program: Program, shop: Shop) -> None:
    wants_unit_prices(shop)
    Variant.objects.filter(pk=shop.small.pk).update(net_content="250 ml")

    german, world = program("GET", "/variants/MUG-S/prices").json()["prices"]

    price = {"minor": 4000, "currency": "EUR", "decimal": "40.00"}
    assert (german["unit_price"], world["unit_price"]) == ({"price": price, "per": "1 l"}, None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"variants": [{**BOWL["variants"][0], "net_content": "0 ml"}]}, "/variants/0/net_content"),
        ({"variants": [{**BOWL["variants"][0], "net_content": "much"}]}, "/variants/0/net_content"),
        ({"slug": "mug"}, "/slug"),
        ({"slug": "Tea Bowl"}, "/slug"),
        ({"category": "garden"}, "/category"),
        ({"title": {}}, "/title"),
        ({"title": {"en": "  "}}, "/title/en"),
        ({"title": {"xx": "?"}}, "/title/xx/[key]"),
        ({"title": {"en": "a\u0000b"}}, "/title/en"),
        ({"titel": {"en": "?"}}, "/titel"),
        ({"description": {"en": "no list"}}, "/description/en"),
        ({"variants": [{**BOWL["variants"][0], "weight_g": "210"}]}, "/variants/0/weight_g"),
        ({"variants": [{**BOWL["variants"][0], "options": {}}]}, "/variants/0/options"),
        ({"variants": [{**BOWL["variants"][0], "origin": "XX"}]}, "/variants/0/origin"),
        ({"variants": [*BOWL["variants"], {**BOWL["variants"][0], "sku": "B-2"}]}, "/variants/1/options"),
        ({"facts": [{"key": "volume", "name": {"en": "V"}, "value": {"en": "1"}}] * 2}, "/facts/1/key"),
        ({"options": BOWL["options"] * 2}, "/options/1/key"),
    ],
)
def test_each_field_that_cannot_be_used_is_pointed_at(change: Any, pointer: str, program: Program) -> None:
    told = program.errors("POST", "/products", {**BOWL, **change})

    assert (list(told), [words for words in told.values() if not words]) == ([pointer], [])
    assert not Product.objects.filter(slug="tea-bowl").exists()


def test_products_are_listed_in_the_order_in_which_they_were_made(program: Program) -> None:
    program("POST", "/products", BOWL)

    first = program("GET", "/products?limit=1").json()
    second = program("GET", f"/products?limit=1&after={first['next']}").json()

    assert [page["products"][0]["slug"] for page in (first, second)] == ["mug", "tea-bowl"]
    assert second["next"] is None
    assert [p["slug"] for p in program("GET", "/products?state=draft&q=bowl").json()["products"]] == ["tea-bowl"]
    assert program("GET", "/products?category=garden").json()["products"] == []
    assert program("GET", "/products?after=rubbish").status_code == 422
    assert program("GET", "/products/nothing").json()["code"] == "no_such_product"


def test_a_price_holds_from_now_on_and_stands_in_the_ledger(program: Program, shop: Shop) -> None:
    asked = program("PUT", "/variants/MUG-S/prices/de", {"minor": 1090, "currency": "EUR", "reason": "glaze"})

    assert asked.json()["prices"][0] == {
        "market": "de",
        "price": {"minor": 1090, "currency": "EUR", "decimal": "10.90"},
        "unit_price": None,
    }
    assert asked.json() == program("GET", "/variants/MUG-S/prices").json()
    assert PriceChange.objects.filter(variant=shop.small, before=1000, amount=1090, reason="glaze").exists()
    assert list(program.errors("PUT", "/variants/MUG-S/prices/de", {"minor": 5, "currency": "USD"})) == ["/currency"]
    assert list(program.errors("PUT", "/variants/MUG-S/prices/de", {"minor": 0, "currency": "EUR"})) == ["/minor"]
    assert (
        program("PUT", "/variants/MUG-S/prices/mars", {"minor": 5, "currency": "EUR"}).json()["code"]
        == "no_such_market"
    )
    assert program("GET", "/variants/NO/SUCH/prices").json()["code"] == "no_such_variant"


def test_stock_is_counted_and_moved_and_the_page_says_so_at_once(program: Program, shop: Shop) -> None:
    page = Client()
    assert b"https://schema.org/InStock" in page.get(f"/de/de/product/{shop.product.slug}/").content
    reserve(subject=("order", 1), lines=[Wanted(shop.small.pk, 2)], warehouses=[shop.shenzhen.pk], at=shop.at)

    counted = program("PUT", "/variants/MUG-S/stock/shenzhen", {"counted": 2, "reason": "count"}).json()
    assert counted == {"sku": "MUG-S", "warehouse": "shenzhen", "on_hand": 2, "reserved": 2, "free": 0, "shelf": None}
    assert program("GET", "/products/mug").json()["variants"][0]["available"] == 0
    assert b"https://schema.org/OutOfStock" in page.get(f"/de/de/product/{shop.product.slug}/").content
    moved = program("POST", "/variants/MUG-S/stock/shenzhen/movements", {"change": 7, "reason": "delivery"}).json()
    assert (moved["on_hand"], moved["free"]) == (9, 7)
    moved = program("POST", "/variants/MUG-S/stock/shenzhen/movements", {"change": -1, "reason": "broken"}).json()
    assert moved["on_hand"] == 8
    kinds = StockMovement.objects.filter(level__variant_id=shop.small.pk).order_by("pk").values_list("kind", "quantity")
    assert list(kinds) == [("received", 10), ("adjusted", -8), ("received", 7), ("adjusted", -1)]
    held = program("PUT", "/variants/MUG-S/stock/shenzhen", {"counted": 1, "reason": "count"})
    assert (held.status_code, held.json()["code"]) == (409, "reserved_is_more")
    assert "If fewer lie there, count them with is_short" in held.json()["detail"]
    assert AuditEntry.objects.filter(action="stock.adjusted", actor=f"token:{ApiToken.objects.get().pk}").count() == 2


def test_fewer_than_orders_hold_are_counted_where_that_is_meant_and_become_cases(program: Program, shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    address = "/variants/MUG-S/stock/shenzhen"

    counted = program("PUT", address, {"counted": 1, "reason": "count", "is_short": True})
    look_for_shortages(shop.at)

    assert counted.json() == {
        "sku": "MUG-S",
        "warehouse": "shenzhen",
        "on_hand": 1,
        "reserved": 2,
        "free": 0,
        "shelf": None,
    }
    assert list(Trouble.objects.values_list("order_id", "cause", "state")) == [(order.pk, "no_stock", "open")]
    assert StockMovement.objects.get(kind="adjusted").by == f"token:{ApiToken.objects.get().pk}"
    # What there is of more than orders hold is counted as ever.
    program("PUT", address, {"counted": 5, "reason": "found", "is_short": True})
    look_for_shortages(shop.at)
    assert Trouble.objects.get().state == "solved"
    assert list(program.errors("PUT", address, {"counted": 1, "reason": "?", "is_short": "perhaps"})) == ["/is_short"]


def test_where_goods_lie_is_said_and_read_and_nothing_else_changes(program: Program, shop: Shop) -> None:
    address = "/variants/MUG-S/stock/shenzhen"
    nothing = program("GET", "/variants/MUG-S/stock/frankfurt").json()

    said = [program("PUT", f"{address}/shelf", {"shelf": shelf}).json() for shelf in (" A-03-2 ", "A-03-2")]

    stock = {"sku": "MUG-S", "warehouse": "shenzhen", "on_hand": 10, "reserved": 0, "free": 10, "shelf": "A-03-2"}
    assert nothing == {**stock, "warehouse": "frankfurt", "on_hand": 0, "free": 0, "shelf": None}
    assert [*said, program("GET", address).json(), *program("GET", "/stock?sku=MUG-S").json()["stock"]] == [stock] * 4
    entry = AuditEntry.objects.get(action="stock.shelved")
    assert (entry.actor, entry.after) == (
        f"token:{ApiToken.objects.get().pk}",
        {"warehouse": "shenzhen", "shelf": "A-03-2"},
    )
    assert program("PUT", f"{address}/shelf", {"shelf": ""}).json()["shelf"] is None
    for wrong in ({"shelf": "A" * 31}, {"shelf": "A\n3"}, {"shelf": None}):
        assert list(program.errors("PUT", f"{address}/shelf", wrong)) == ["/shelf"]
    assert program("PUT", "/variants/MUG-S/stock/mars/shelf", {"shelf": "A"}).json()["code"] == "no_such_warehouse"


@pytest.mark.parametrize("change", [0, -11, 10**9])
def test_a_shelf_holds_neither_less_than_nothing_nor_more_than_can_be_counted(change: int, program: Program) -> None:
    address = "/variants/MUG-S/stock/shenzhen/movements"

    assert list(program.errors("POST", address, {"change": change, "reason": "?"})) == ["/change"]


def test_a_set_has_no_stock_and_stock_is_listed_by_key(program: Program, shop: Shop) -> None:
    both = program("GET", "/stock?warehouse=shenzhen&limit=1").json()
    rest = program("GET", f"/stock?warehouse=shenzhen&limit=1&after={both['next']}").json()

    assert [page["stock"][0]["sku"] for page in (both, rest)] == ["MUG-S", "MUG-L"]
    assert program("GET", "/stock?sku=MUG-L").json()["stock"][0]["on_hand"] == 10
    adjust(variant_id=shop.large.pk, warehouse=shop.shenzhen, counted=0, reason="gone", by="system", at=shop.at)
    set_parts(bundle=shop.large, parts=[Part(shop.small.pk, 2)], by="system", at=shop.at)
    for refused in (
        program("PUT", "/variants/MUG-L/stock/frankfurt", {"counted": 3, "reason": "count"}),
        program("PUT", "/variants/MUG-L/stock/frankfurt/shelf", {"shelf": "A-1"}),
        program("GET", "/variants/MUG-L/stock/frankfurt"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "is_a_bundle")


def test_a_picture_is_sent_with_the_checks_of_the_console(program: Program) -> None:
    def send(name: str, content: bytes, **about: str) -> HttpResponse:
        file = SimpleUploadedFile(name, content)
        return program.client.post("/api/v1/products/mug/media", {"file": file, **about})

    taken = send("mug.jpg", picture(), role="in_use", origin="own", alt="A mug in use")
    assert (taken.status_code, taken.json()["state"], taken.json()["alt"]) == (201, "preparing", {"en": "A mug in use"})
    assert taken.json()["id"] in [row["id"] for row in program("GET", "/products/mug/media").json()["media"]]
    refused = [send("mug.png", picture()), send("mug.jpg", b"<svg/>"), send("mug.jpg", picture(), role="hero")]
    assert [(answer.status_code, answer.json()["errors"][0]["pointer"]) for answer in refused] == [
        (422, "/file"),
        (422, "/file"),
        (422, "/role"),
    ]
    missing = program.client.post("/api/v1/products/mug/media", {"role": "front"})
    assert [error["pointer"] for error in missing.json()["errors"]] == ["/file"]


DEEP = b"[" * 100_000
LONG = b'{"version": ' + b"9" * 5000 + b"}"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"null", b'"text"', b"", DEEP, LONG], ids=range(8))
def test_a_body_that_cannot_be_read_is_refused_in_words(body: bytes, program: Program) -> None:
    response = program.client.generic("POST", "/api/v1/products", body, "application/json")

    assert response.status_code in {400, 422}
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [
        b"--x\r\nContent-Disposition: form-data; name=file; filename=a.jpg\r\n\r\nab",
        b"--x\r\nContent-Disposition: form-data; name=role\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n",
        b"rubbish",
        b"",
    ],
)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data", "text/plain"])
def test_a_form_that_is_broken_is_refused_in_words(body: bytes, kind: str, program: Program) -> None:
    response = program.client.generic("POST", "/api/v1/products/mug/media", body, kind)

    assert response.status_code in {400, 422}
    assert response["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_long_is_not_read(program: Program) -> None:
    response = program.client.generic("POST", "/api/v1/products", b'"' + b"x" * 1_100_000 + b'"', "application/json")

    assert (response.status_code, response.json()["code"]) == (413, "too_large")
