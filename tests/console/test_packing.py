"""The warehouse in the console: the list, packing by forms alone, checks and photos, parts, papers, and who may do it."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from tests.console.making import client_of, make_staff
from tests.console.test_customs import known_to_customs
from tests.papers.parts import name_seller
from tests.shipping.packing import paid, photo
from tests.shop import Shop
from tradewind.catalog.models import PackingRule, Variant
from tradewind.core.models.staff import Role
from tradewind.orders.models import Order
from tradewind.shipping.models import AddressLabel, Evidence, Packing, Parcel, QualityCheck


@pytest.fixture
def browser(shop: Shop) -> Client:
    return client_of(make_staff(Role.WAREHOUSE))


def version_of(order: Order) -> int:
    return Packing.objects.get(order=order, left_at=None).version


def told(page: str) -> list[str]:
    """What the page complains about."""
    found = re.findall(r'<p class="(?:complaint|notice notice-bad)[^>]*>(.*?)</p>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


def test_an_order_is_packed_with_forms_alone(shop: Shop, browser: Client) -> None:
    order = paid(shop, (shop.small, 2), (shop.large, 1))
    there = f"/console/orders/{order.pk}/packing"
    assert order.ref in browser.get("/console/warehouse").content.decode()
    # A scanned number of an order leads to it.
    assert browser.get(f"/console/warehouse?ref={order.ref.lower()}")["Location"] == there
    assert "No order has the number" in browser.get("/console/warehouse?ref=4006381333931").content.decode()
    browser.post(f"{there}/beginning")

    def scan(code: str) -> tuple[int, list[str]]:
        answer = browser.post(f"{there}/scan", {"code": code, "version": version_of(order)})
        return answer.status_code, told(answer.content.decode())

    assert scan("MUG-S") == scan("mug-l") == (302, [])
    assert scan("MUG-L") == (422, ["Mug large: all 1 are in the parcel already. Put this one back."])
    assert scan("TEA-1") == (422, ["TEA-1 is not in this order. Put it back."])
    early = browser.post(f"{there}/end", {"version": version_of(order)})
    assert (early.status_code, told(early.content.decode())) == (422, ["Something is missing still: 1."])
    key = f"{order.lines.get(sku='MUG-S').pk}.MUG-S"
    browser.post(f"{there}/count", {"key": key, "units": "2", "version": version_of(order)})
    browser.post(f"{there}/end", {"version": version_of(order)})

    assert Packing.objects.get(order=order).packed_at is not None
    assert "Packed by Ms Warehouse" in browser.get(there).content.decode()
    # Somebody else reads who packs, and is refused in words.
    second = paid(shop, (shop.small, 1))
    browser.post(f"/console/orders/{second.pk}/packing/beginning")
    other = client_of(make_staff(Role.MANAGER))
    refused = other.post(f"/console/orders/{second.pk}/packing/beginning")
    assert (refused.status_code, told(refused.content.decode())) == (
        409,
        ["Ms Warehouse packs this order now. Nothing was counted."],
    )


def test_checks_and_photos_are_kept_and_a_failed_one_keeps_the_order_here(shop: Shop, browser: Client) -> None:
    owner = client_of(make_staff(Role.OWNER))
    fields = {
        "rule": "Wrap twice",
        "accessories": "Spoon\nSpoon",
        "needs_check": "on",
        "check_parts": "size",
        "sample": "1",
    }
    owner.post(f"/console/products/{shop.product.pk}/packing", fields)
    rule = PackingRule.objects.get()
    assert (rule.rule, rule.accessories, rule.check_parts, rule.sample) == ("Wrap twice", ["Spoon"], ["size"], 1)
    assert browser.post(f"/console/products/{shop.product.pk}/packing", {}).status_code == 403
    order = paid(shop, (shop.small, 2))
    there = f"/console/orders/{order.pk}"

    def dispatched() -> list[str]:
        seen = {"changes_seen": "0", "goods_seen": "0"}
        answer = browser.post(f"{there}/dispatch", seen)
        return told(answer.content.decode())

    assert "ask for a quality check" in dispatched()[0]
    check = {"product": shop.product.pk, "looked_at": "1", "key": "one"}
    silent = browser.post(f"{there}/checks", check | {"verdict": "failed"})
    assert (silent.status_code, told(silent.content.decode())) == (422, ["Please write what is wrong with it."])
    unseen = browser.post(f"{there}/checks", check | {"looked_at": "0", "verdict": "passed"})
    assert (unseen.status_code, told(unseen.content.decode())) == (
        422,
        ["Look at 1 at least, then say that it passed."],
    )
    broken = SimpleUploadedFile("IMG.heic", b"no photo", "image/heic")
    whole = check | {"verdict": "passed", "looked_at": "1", "photos": broken}
    assert browser.post(f"{there}/checks", whole).status_code == 422
    assert not QualityCheck.objects.exists()  # what is refused is refused as a whole
    taken = SimpleUploadedFile("IMG.jpg", photo(), "image/jpeg")
    browser.post(
        f"{there}/checks", check | {"verdict": "failed", "failed": "size", "reason": "Too small", "photos": taken}
    )
    assert "failed their quality check" in dispatched()[0]
    assert "Goods failed their quality check" in browser.get("/console/").content.decode()
    bad = browser.post(f"{there}/photos", {"photos": SimpleUploadedFile("a.jpg", b"no photo")})
    assert (bad.status_code, told(bad.content.decode())[0][:31]) == (422, "This is no photo or film that c")
    browser.post(f"{there}/photos", {"photos": SimpleUploadedFile("b.png", photo("red"))})
    browser.post(f"{there}/checks", check | {"verdict": "passed", "key": "two"})
    assert dispatched() == []

    assert [each.failed for each in QualityCheck.objects.order_by("pk")] == [["size"], []]
    first, second = Evidence.objects.order_by("pk")
    assert (first.found_id is None, second.found_id is None) == (False, True)
    shown = browser.get(f"{there}/photos/{first.pk}")
    assert (shown["Content-Type"], b"".join(shown.streaming_content)[:2]) == ("image/jpeg", b"\xff\xd8")  # type: ignore[attr-defined]
    assert shown["Cache-Control"] == "no-store"
    assert f"{there}/photos/{first.pk}" in browser.get(there).content.decode()
    # A photo of another order's address, a role that sees no orders, and nobody.
    assert browser.get(f"/console/orders/{paid(shop).pk}/photos/{first.pk}").status_code == 404
    assert client_of(make_staff(Role.CONTENT)).get(f"{there}/photos/{first.pk}").status_code == 403
    assert Client().get(f"{there}/photos/{first.pk}").status_code == 302
    Evidence.objects.update(erased_at=shop.at)
    assert browser.get(f"{there}/photos/{first.pk}").status_code == 404


def test_parts_leave_from_the_page_and_wait_for_their_carrier(shop: Shop, browser: Client) -> None:
    order = paid(shop, (shop.small, 3))
    there, line = f"/console/orders/{order.pk}", order.lines.get(kind="goods")
    part = {"seen": f"{line.pk}:3", "changes_seen": "0", "goods_seen": "0", "waiting": "1", "carrier": "DHL"}

    many = browser.post(f"{there}/parts", part | {f"units-{line.pk}": "4"})
    assert (many.status_code, told(many.content.decode())) == (
        422,
        ["Please choose at least one piece, and not more than are here."],
    )
    manager = client_of(make_staff(Role.MANAGER))
    assert "Change the goods" in manager.get(there).content.decode()
    assert browser.post(f"{there}/parts", part | {f"units-{line.pk}": "1"}).status_code == 302
    # What would be refused is not offered.
    assert "Change the goods" not in manager.get(there).content.decode()
    again = browser.post(f"{there}/parts", part | {f"units-{line.pk}": "1"})
    assert (again.status_code, Parcel.objects.count()) == (409, 1)
    browser.post(f"{there}/parts", part | {"seen": f"{line.pk}:2", f"units-{line.pk}": "2"})

    order.refresh_from_db()
    assert order.state == "dispatched"
    waiting = browser.get("/console/warehouse/waiting").content.decode()
    assert waiting.count('name="parcel"') == 2
    ids = list(Parcel.objects.values_list("pk", flat=True))
    collected = browser.post("/console/warehouse/waiting", {"parcel": ids})
    assert collected["Location"] == "/console/warehouse/waiting?done=handed-over"
    assert not Parcel.objects.filter(is_waiting=True).exists()


def test_papers_of_many_orders_are_one_file_and_what_to_fetch_is_one_list(shop: Shop, browser: Client) -> None:
    name_seller(shop.at)
    known_to_customs()
    orders = [paid(shop, (shop.small, 2)), paid(shop, (shop.small, 1), (shop.large, 1))]
    Variant.objects.filter(pk=shop.large.pk).update(barcode="4006381333931")
    ids = [order.pk for order in orders]
    name_seller(shop.at)
    known_to_customs()

    picked = re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/console/warehouse/picking", {"order": ids}).content.decode())
    )
    assert "MUG-S Mug · small 3 shenzhen (10)" in picked
    assert "4006381333931 1 shenzhen" in picked
    labels = browser.post("/console/warehouse/papers", {"order": ids, "paper": "label"})
    assert len(PdfReader(BytesIO(labels.content)).pages) == 2
    assert AddressLabel.objects.count() == 2
    lists = browser.post("/console/warehouse/papers", {"order": ids, "paper": "list"})
    assert (lists["Content-Type"], len(PdfReader(BytesIO(lists.content)).pages)) == ("application/pdf", 2)
    nothing = browser.post("/console/warehouse/papers", {"paper": "label"})
    assert (nothing.status_code, told(nothing.content.decode())) == (422, ["Please tick the orders first."])
