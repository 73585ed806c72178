"""Who gets the file of a paper: staff by what they may and which accounts they see, buyers behind their link, and nobody by a number."""

import csv
import io
import zipfile
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.clientele.test_erasing import places_with
from tests.console.making import client_of, make_order, make_staff
from tests.console.test_reach import only_for
from tests.papers.parts import name_seller, paid_order, react, text_of
from tests.papers.test_issuing import sold_elsewhere
from tests.shop import HAMBURG, Shop
from tests.storefront.reading import text_of as words_of
from tradewind.clientele.erasing import erase_order
from tradewind.core.accounts import account_named
from tradewind.core.links import make_link
from tradewind.core.models import AuditEntry, StoredFile
from tradewind.core.models.staff import Role
from tradewind.core.staff import create_token
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order
from tradewind.papers import files
from tradewind.papers.issuing import issue_invoice
from tradewind.papers.models import IssuedPaper
from tradewind.papers.retaining import forget_sealed
from tradewind.shipping.dispatching import mark_dispatched


@pytest.fixture
def order(shop: Shop, now: datetime) -> Order:
    """Paid, with its invoice."""
    name_seller(now)
    return paid_order(shop)


def invoice_of(order: Order) -> IssuedPaper:
    return IssuedPaper.objects.select_related("file").get(order=order, kind="invoice")


def page_of(order: Order, now: datetime) -> str:
    return f"/de/de/order/{make_link('order.view', subject=('order', order.pk), at=now)}/"


def unzipped(response: object) -> dict[str, bytes]:
    content = b"".join(response)  # type: ignore[call-overload]  # a response that streams
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_paper_is_set_once_and_stays_that_file(order: Order) -> None:
    console = client_of(make_staff(Role.WAREHOUSE))
    address = f"/console/orders/{order.pk}/papers/{invoice_of(order).pk}"

    first = console.get(address)
    IssuedPaper.objects.update(content={**invoice_of(order).content, "notes": ["as a later release would set it"]})
    again = console.get(address)

    assert (first.status_code, first["Content-Type"], first["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert first["Content-Disposition"] == f'attachment; filename="{invoice_of(order).number}.pdf"'
    assert again.content == first.content
    assert StoredFile.objects.count() == 1
    told = text_of(first.content)
    assert all(part in told for part in ("Rechnung", "Greta Öztürk", "36,90", "5,89", "19 % MwSt."))


def test_the_buyer_finds_invoice_and_credit_note_behind_the_link(order: Order, now: datetime) -> None:
    cancel_order(order=order, by="staff:1", reason="no_stock", at=now)
    react(now)
    buyer, page = Client(), page_of(order, now)
    note = IssuedPaper.objects.get(order=order, kind="credit_note")

    words = words_of(buyer.get(page))
    file = buyer.get(f"{page}papers/?ref={invoice_of(order).ref}")
    other = buyer.get(f"{page}papers/?ref={note.ref}")

    assert f"Rechnung (PDF) Rechnungskorrektur (PDF) {note.number}" in words
    assert (file.status_code, file["Cache-Control"]) == (200, "no-store")
    assert "Rechnungskorrektur" in text_of(other.content)
    # Neither by number, nor of another order.
    for ref in ("", "1", invoice_of(order).number, "P-0000000000000000", "proforma"):
        assert buyer.get(f"{page}papers/?ref={ref}").status_code == 303
    stranger = page_of(make_order(9, market="de"), now)
    assert buyer.get(f"{stranger}papers/?ref={invoice_of(order).ref}").status_code == 303
    assert buyer.get(f"/de/de/order/wrong/papers/?ref={invoice_of(order).ref}").status_code == 404


def test_an_unpaid_order_offers_a_proforma_on_both_sides(shop: Shop, now: datetime) -> None:
    name_seller(now)
    unpaid = shop.place(shop.cart((shop.small, 1)), method="bank_transfer").order
    console, page = client_of(make_staff(Role.AGENT)), page_of(unpaid, now)

    for file in (
        Client().get(f"{page}papers/?ref=proforma"),
        console.get(f"/console/orders/{unpaid.pk}/proforma"),
    ):
        told = text_of(file.content)
        assert f"PRO-{unpaid.ref}" in told
        assert "Offener Betrag 16,90" in told
        assert "DE89 3704 0044 0532 0130 00" in told
    assert "Proforma-Rechnung (PDF)" in words_of(Client().get(page))


def test_staff_issue_what_is_missing_and_read_why_something_cannot_be(shop: Shop, now: datetime) -> None:
    order = paid_order(shop)  # nobody has said who sells
    console = client_of(make_staff(Role.AGENT))
    address = f"/console/orders/{order.pk}"

    refused = console.post(f"{address}/papers")
    name_seller(now)
    done = [console.post(f"{address}/papers") for _ in range(2)]

    assert (refused.status_code, "which company sells" in words_of(refused)) == (409, True)
    assert [(each.status_code, each["Location"]) for each in done] == [(302, f"{address}?done=papers#papers")] * 2
    assert IssuedPaper.objects.count() == 1
    assert f"Invoice {invoice_of(order).number} issued over €36.90" in words_of(console.get(address))
    assert client_of(make_staff(Role.WAREHOUSE)).post(f"{address}/papers").status_code == 403


def test_the_papers_of_many_orders_come_in_one_archive(order: Order, shop: Shop, now: datetime) -> None:
    console = client_of(make_staff(Role.MANAGER))
    without = make_order(3, state="paid")
    take = {"order": [order.pk, without.pk], "query": ""}

    nothing = console.post("/console/orders/papers", {"query": ""})
    archive = unzipped(console.post("/console/orders/papers", take))
    found = unzipped(console.post("/console/orders/papers", {"found": "1", "query": "state=paid"}))

    assert (nothing.status_code, "Please tick the orders first" in words_of(nothing)) == (422, True)
    number = invoice_of(order).number
    assert set(archive) == set(found) == {"papers.csv", f"{number}.pdf"}
    assert len(PdfReader(io.BytesIO(archive[f"{number}.pdf"])).pages) == 1
    rows = list(csv.reader(io.StringIO(archive["papers.csv"].decode("utf-8-sig"))))
    assert rows[1:] == [
        [f"{number}.pdf", "Invoice", number, "2026-11-23", order.ref, "36.90", "EUR"],
        ["", "", "", "", without.ref, "", ""],
    ]
    entry = AuditEntry.objects.filter(action="papers.taken_out").first()
    assert entry is not None
    assert entry.after == {"orders": 2, "papers": 1}
    assert client_of(make_staff(Role.AGENT)).post("/console/orders/papers", take).status_code == 403


def test_nobody_gets_papers_of_an_account_that_they_do_not_see(order: Order, now: datetime) -> None:
    elsewhere = sold_elsewhere(account_named("amazon de", channel="amazon", at=now).pk, now)
    paper = issue_invoice(order_id=elsewhere.pk, by="staff:1", at=now)
    manager = only_for(make_staff(Role.MANAGER), "amazon de")
    console = client_of(manager)
    key = create_token(name="k", scopes=["orders:read"], by=manager, at=now)[1]
    program = Client(headers={"Authorization": f"Bearer {key}"})

    seen = console.get(f"/console/orders/{elsewhere.pk}/papers/{paper.pk}")
    archive = unzipped(console.post("/console/orders/papers", {"order": [order.pk, elsewhere.pk], "query": ""}))
    listed = program.get(f"/api/v1/orders/{elsewhere.ref}/papers").json()["papers"]

    assert seen.status_code == 200
    assert set(archive) == {"papers.csv", f"{paper.number}.pdf"}
    assert order.ref not in archive["papers.csv"].decode()
    assert program.get(listed[0]["address"]).content == seen.content
    own = invoice_of(order)
    # By its own address, through an order within reach, and for a program.
    assert console.get(f"/console/orders/{order.pk}/papers/{own.pk}").status_code == 404
    assert console.get(f"/console/orders/{elsewhere.pk}/papers/{own.pk}").status_code == 404
    assert program.get(f"/api/v1/orders/{elsewhere.ref}/papers/{own.ref}").status_code == 404
    assert program.get(f"/api/v1/orders/{order.ref}/papers/{own.ref}").status_code == 404


def test_an_erased_buyers_invoice_is_kept_and_no_longer_handed_out(order: Order, now: datetime) -> None:
    owner = make_staff()
    mark_dispatched(order=order, by="staff:1", at=now)
    page, paper = page_of(order, now), invoice_of(order)
    before = client_of(owner).get(f"/console/orders/{order.pk}/papers/{paper.pk}").content
    assert "Sie nennen Sie" in words_of(Client().get(f"{page}data/"))

    order.refresh_from_db()
    react(now)
    forget_letters(order)
    erase_order(order.pk, keeps_address=False, by=owner, at=now)

    # Where the law has it, and nowhere else.
    assert set(places_with(HAMBURG.postcode)) == {"papers_issuedpaper.content"}
    assert Client().get(f"{page}papers/?ref={paper.ref}").status_code == 404
    key = create_token(name="k", scopes=["orders:read"], by=owner, at=now)[1]
    program = Client(headers={"Authorization": f"Bearer {key}"})
    assert program.get(f"/api/v1/orders/{order.ref}/papers").json() == {"papers": []}
    assert program.get(f"/api/v1/orders/{order.ref}/papers/{paper.ref}").status_code == 404
    address = f"/console/orders/{order.pk}/papers/{paper.pk}"
    assert client_of(owner).get(address).content == before
    assert client_of(make_staff(Role.AGENT)).get(address).status_code == 403


def forget_letters(order: Order) -> None:
    """Those that wait for a worker: erasing would wait for them."""
    from tradewind.core.models import Delivery
    from tradewind.messaging.models import Message

    Delivery.objects.all().delete()
    Message.objects.all().delete()


def test_after_ten_years_an_erased_buyers_invoice_is_empty_and_its_number_stands(order: Order, now: datetime) -> None:
    paper = invoice_of(order)
    files.file_of(paper, at=now)
    last_day = datetime.fromisoformat("2036-12-31T12:00:00+00:00")
    assert forget_sealed(last_day + timedelta(days=1)) == 0  # the buyer never asked for it
    IssuedPaper.objects.update(sealed_at=now)

    assert forget_sealed(last_day) == 0
    assert forget_sealed(last_day + timedelta(days=1)) == 1

    kept = invoice_of(order)
    assert (kept.number, kept.total, kept.content, kept.items, kept.file) == (paper.number, 3690, {}, [], None)
    assert not StoredFile.objects.exists()
    address = f"/console/orders/{order.pk}"
    console = client_of(make_staff())
    assert console.get(f"{address}/papers/{paper.pk}").status_code == 404
    assert "forgotten after ten years" in words_of(console.get(address))
