"""One invoice for each order, numbered without gaps, as it was when it was issued; what changes after it is said by credit notes."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tests.at_once import at_the_same_time
from tests.checkout.test_revising import take
from tests.papers.parts import ACCOUNT, COMPANY, name_seller, paid_order, pay, react
from tests.shop import HAMBURG, Shop, move_money, open_shop
from tradewind.core.accounts import account_named, own_shop
from tradewind.core.models import FactRecord
from tradewind.lib.money import Money
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.paying import note_payment
from tradewind.papers import issuing
from tradewind.papers.issuing import NotInvoiceable, OpenPapers, issue_invoice, open_papers, proforma, settle_papers
from tradewind.papers.keeping import as_data, read_paper
from tradewind.papers.models import IssuedPaper, PaperSeries
from tradewind.papers.numbering import take_number
from tradewind.papers.paper import Paper
from tradewind.payments.events import RefundConfirmed
from tradewind.payments.models import Refund

Invoice, Credit = IssuedPaper.Kind.INVOICE, IssuedPaper.Kind.CREDIT_NOTE


def papers(order: Order) -> list[IssuedPaper]:
    return list(IssuedPaper.objects.filter(order=order).order_by("pk"))


def said(paper: IssuedPaper) -> Paper:
    return read_paper(paper.content)


def taxes(paper: IssuedPaper) -> list[tuple[str, int, int]]:
    return [(tax.name, tax.net.amount, tax.tax.amount) for tax in said(paper).taxes]


def give_back(order: Order, amount: int, at: datetime) -> None:
    move_money(order, -amount, at)
    note_payment(order_id=order.pk, at=at)
    settle_papers(order_id=order.pk, by="system", at=at)
    order.refresh_from_db()


def test_paying_an_order_issues_its_invoice_once(shop: Shop, now: datetime) -> None:
    name_seller(now)

    order = paid_order(shop)
    again = issue_invoice(order_id=order.pk, by="staff:1", at=now + timedelta(days=1))

    (invoice,) = papers(order)
    assert (again.pk, invoice.number, invoice.by) == (invoice.pk, f"INV{order.account_id}-2026-00001", "system")
    paper = said(invoice)
    assert [(line.title, line.quantity, line.total.amount) for line in paper.lines] == [
        ("Becher", 2, 2000),
        ("Becher", 1, 1000),
    ]
    assert [(each.words, each.amount.amount) for each in paper.sums] == [("Versand (de-air)", 690)]
    assert (paper.total, paper.paid, taxes(invoice)) == (
        Money(3690, "EUR"),
        Money(3690, "EUR"),
        [("19 % MwSt.", 3101, 589)],
    )
    assert FactRecord.objects.get(name="papers.issued").data["number"] == invoice.number


def test_what_was_issued_stays_whatever_changes_after(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = paid_order(shop)
    before = papers(order)[0].content

    name_seller(now, manufacturer=replace(COMPANY, name={"en": "Another Ltd."}), bank_accounts=())
    Order.objects.filter(pk=order.pk).update(ship_to={"name": "Somebody else", "country": "DE"})
    issue_invoice(order_id=order.pk, by="staff:1", at=now)

    assert papers(order)[0].content == before
    assert as_data(said(papers(order)[0])) == before


def test_without_a_seller_nothing_is_issued_until_there_is_one(shop: Shop, now: datetime) -> None:
    order = paid_order(shop)
    assert papers(order) == []
    with pytest.raises(NotInvoiceable) as refusal:
        issue_invoice(order_id=order.pk, by="staff:1", at=now)
    assert refusal.value.why == issuing.NO_SELLER

    name_seller(now)

    assert issue_invoice(order_id=order.pk, by="staff:1", at=now).place == 1


def test_an_unpaid_order_has_a_proforma_and_no_invoice(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = shop.place(shop.cart((shop.small, 1)), method="bank_transfer").order

    with pytest.raises(NotInvoiceable) as refusal:
        issue_invoice(order_id=order.pk, by="staff:1", at=now)
    paper = proforma(order_id=order.pk, at=now)

    assert refusal.value.why == issuing.NOT_PAID
    assert (paper.number, paper.total, paper.paid) == (f"PRO-{order.ref}", Money(1690, "EUR"), Money(0, "EUR"))
    assert ACCOUNT.bank in {fact.value for fact in paper.accounts[0].facts}
    assert (papers(order), PaperSeries.objects.count()) == ([], 0)
    pay(order, now)
    with pytest.raises(NotInvoiceable):
        proforma(order_id=order.pk, at=now)


def test_a_paper_names_what_the_law_asks_for_and_nothing_else_of_anybody(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = paid_order(shop)
    told = str(papers(order)[0].content)

    assert all(part in told for part in ("DE123456789", "care@tingyu.example", HAMBURG.name, HAMBURG.line1))
    # Of other countries, for customs, and of the buyer.
    assert not any(part in told for part in ("FR00", "IM2760000000", "P-1", HAMBURG.email))


def test_a_sales_channel_has_numbers_and_papers_of_its_own(shop: Shop, now: datetime) -> None:
    """Its buyers learn nothing of the own shop, and amounts have to be known."""
    name_seller(now)
    own = paid_order(shop)
    channel = account_named("amazon de", channel="amazon", at=now)
    order = sold_elsewhere(channel.pk, now)

    with pytest.raises(NotInvoiceable) as refusal:
        issue_invoice(order_id=sold_elsewhere(channel.pk, now, total=2700).pk, by="staff:1", at=now)
    invoice = issue_invoice(order_id=order.pk, by="staff:1", at=now)

    assert (refusal.value.why, invoice.place, invoice.number) == (
        issuing.NO_AMOUNTS,
        1,
        f"INV{channel.pk}-2026-00001",
    )
    told = str(invoice.content)
    assert "Tingyu Home Goods Co., Ltd." in told
    assert not any(part in told for part in ("'Tingyu Home'", "care@tingyu.example", ACCOUNT.iban, own.ref))


def sold_elsewhere(account_id: int, at: datetime, *, total: int = 2690) -> Order:
    order = Order.objects.create(
        ref=f"TW-{total}-{account_id}",
        account_id=account_id,
        external_id=f"026-{total}",
        state="delivered",
        ship_to={"name": "Owen", "country": "GB"},
        country="GB",
        currency="EUR",
        goods=2000,
        delivery=690,
        tax=448,
        total=total,
        placed_at=at,
    )
    OrderLine.objects.create(order=order, position=1, title="Mug", quantity=2, unit="10.0000", total=2000)
    return order


def test_an_invoice_names_its_buyer_or_is_not_issued(shop: Shop, now: datetime) -> None:
    name_seller(now)
    nobody = sold_elsewhere(account_named("amazon de", channel="amazon", at=now).pk, now)
    Order.objects.filter(pk=nobody.pk).update(ship_to={"country": "GB"})

    with pytest.raises(NotInvoiceable) as refusal:
        issue_invoice(order_id=nobody.pk, by="staff:1", at=now)

    assert refusal.value.why == issuing.NO_BUYER


def test_a_credit_note_names_whom_its_invoice_named_though_the_order_names_nobody(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = paid_order(shop)
    Order.objects.filter(pk=order.pk).update(ship_to={"country": "DE"}, erased_at=now)

    give_back(order, 690, now)

    invoice, note = papers(order)
    assert said(note).buyer == said(invoice).buyer
    assert note.sealed_at == now


def test_tax_that_is_on_no_line_is_shown_at_no_rate(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = sold_elsewhere(account_named("amazon de", channel="amazon", at=now).pk, now)

    invoice = issue_invoice(order_id=order.pk, by="staff:1", at=now)

    assert taxes(invoice) == [("Tax", 2242, 448)]
    assert said(invoice).lines[0].tax_rate is None


def test_a_cancelled_order_is_credited_whole(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = paid_order(shop)
    give_back(order, 1000, now)  # first a part, as goodwill

    cancel_order(order=order, by="staff:1", reason="no_stock", at=now)
    react(now)

    invoice, first, second = papers(order)
    assert (first.total, second.total, second.corrects_id) == (1000, 2690, invoice.pk)
    assert sum(tax for note in (first, second) for _name, _net, tax in taxes(note)) == 589
    assert said(second).references[0].number == invoice.number
    assert [note.number for note in (first, second)] == [f"CRN{order.account_id}-2026-0000{n}" for n in (1, 2)]


def test_goods_that_were_taken_off_are_credited_and_their_refund_is_not_credited_again(
    shop: Shop, now: datetime
) -> None:
    name_seller(now)
    order = paid_order(shop)

    take(order, 1, 1, at=now)
    react(now)
    refund = Refund.objects.get()
    Refund.objects.update(state=Refund.State.CONFIRMED)
    give_back(order, refund.amount, now)
    react(now)

    _invoice, note = papers(order)
    (line,) = said(note).lines
    assert (note.total, line.title, line.quantity) == (refund.amount, "Becher", 1)
    assert taxes(note) == [("19 % MwSt.", 840, 160)]
    give_back(order, 500, now + timedelta(hours=1))
    assert [each.total for each in papers(order)] == [3690, 1000, 500]


def test_money_beyond_the_invoice_goes_back_without_a_credit_note(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = pay(shop.place(shop.cart((shop.small, 2), (shop.large, 1))).order, now, 5000)

    give_back(order, 1310, now)

    assert [paper.total for paper in papers(order)] == [3690]
    assert open_papers(order_id=order.pk) == OpenPapers()
    order.refresh_from_db()
    move_money(order, -90, now + timedelta(hours=1))
    assert open_papers(order_id=order.pk).credit == Money(90, "EUR")


def test_refunds_of_the_whole_add_up_to_the_invoice_at_each_rate(shop: Shop, now: datetime) -> None:
    """Rounded one by one, and together exact: 36.90 with 5.89 in it, in parts that no tax divides evenly."""
    name_seller(now)
    order = paid_order(shop)

    for hours, part in enumerate((333, 1, 1117, 2000, 239)):
        give_back(order, part, now + timedelta(hours=hours))

    invoice, *notes = papers(order)
    assert [note.total for note in notes] == [333, 1, 1117, 2000, 239]
    assert sum(sum(tax for *_, tax in taxes(note)) for note in notes) == 589
    assert sum(note.total for note in notes) == invoice.total
    assert open_papers(order_id=order.pk) == OpenPapers()


def test_a_confirmed_refund_and_a_late_reaction_make_one_credit_note(shop: Shop, now: datetime) -> None:
    name_seller(now)
    order = paid_order(shop)
    move_money(order, -690, now)
    note_payment(order_id=order.pk, at=now)
    from tradewind.papers.reactions import credit_refunded

    for _ in range(2):
        credit_refunded(RefundConfirmed(1, 1, order.pk, 690, "EUR"), context_at(now))

    assert [paper.total for paper in papers(order)] == [3690, 690]


def context_at(now: datetime) -> object:
    from tradewind.core.facts import Context

    return Context(1, now, now)


def test_numbers_begin_anew_with_the_shops_year_and_each_account_and_kind(shop: Shop, now: datetime) -> None:
    shenzhen_new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    other = account_named("amazon de", channel="amazon", at=now)

    def taken(kind: IssuedPaper.Kind, account: int, at: datetime) -> str:
        with transaction.atomic():
            return take_number(kind, account_id=account, at=at).number

    own = own_shop(at=now).pk
    numbers = [
        taken(Invoice, own, shenzhen_new_year - timedelta(seconds=1)),
        taken(Invoice, own, shenzhen_new_year),
        taken(Invoice, own, shenzhen_new_year),
        taken(Credit, own, shenzhen_new_year),
        taken(Invoice, other.pk, shenzhen_new_year),
    ]

    assert numbers == [
        f"INV{own}-2026-00001",
        f"INV{own}-2027-00001",
        f"INV{own}-2027-00002",
        f"CRN{own}-2027-00001",
        f"INV{other.pk}-2027-00001",
    ]


def test_a_number_that_was_rolled_back_goes_to_the_next(shop: Shop, now: datetime) -> None:
    name_seller(now)
    first, second = paid_order(shop, 1, 1), paid_order(shop, 1, 1)
    assert [papers(order)[0].place for order in (first, second)] == [1, 2]
    third = paid_order_without_invoice(shop, now)

    with transaction.atomic():
        assert issue_invoice(order_id=third.pk, by="staff:1", at=now).place == 3
        transaction.set_rollback(True)

    assert issue_invoice(order_id=paid_order_without_invoice(shop, now).pk, by="staff:1", at=now).place == 3


def paid_order_without_invoice(shop: Shop, now: datetime) -> Order:
    order = shop.place(shop.cart((shop.small, 1))).order
    move_money(order, order.total, now)
    note_payment(order_id=order.pk, at=now)
    return order


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_consecutive_numbers_and_each_order_one_invoice(now: datetime) -> None:
    shop = open_shop(now)
    name_seller(now)
    orders = [paid_order_without_invoice(shop, now) for _ in range(4)]
    tasks = [
        lambda pk=order.pk: issue_invoice(order_id=pk, by="staff:1", at=now).pk for order in orders for _ in (0, 1)
    ]

    results = at_the_same_time(*tasks)

    assert sorted(results) == sorted(2 * list(IssuedPaper.objects.values_list("pk", flat=True)))
    assert sorted(IssuedPaper.objects.values_list("place", flat=True)) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_control_numbers_that_are_read_before_the_lock_are_given_twice(now: datetime) -> None:
    """What `take_number` would do if it looked first and wrote afterwards."""
    own = own_shop(at=now).pk
    gate = threading.Barrier(2)

    def taken() -> int:
        last = PaperSeries.objects.filter(account_id=own).values_list("last", flat=True).first() or 0
        gate.wait(10)
        with transaction.atomic():
            PaperSeries.objects.update_or_create(account_id=own, kind="invoice", year=2026, defaults={"last": last + 1})
        return last + 1

    assert at_the_same_time(taken, taken) == [1, 1]
