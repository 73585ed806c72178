"""Papers of orders that change after they were paid: together they come to what stands, whatever became of which order."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

import pytest

from tests.orders.changing import bought, goods, seen, split
from tests.papers.parts import name_seller
from tests.shop import Shop, move_money
from tradewind.checkout.codes import NewCode, make_code
from tradewind.checkout.revising import revise_order, take_rest_off
from tradewind.checkout.revisions import Goods, look_at_revision, what_has_left
from tradewind.connectors.simulator.choosing import Choice, choose
from tradewind.core.models import Reaction
from tradewind.core.worker import run_until_idle
from tradewind.lib.money import Money
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.changing import Act, NotChangeable
from tradewind.orders.merging import look_at_merge, merge_orders
from tradewind.orders.models import Order
from tradewind.orders.paying import note_payment
from tradewind.papers import issuing
from tradewind.papers.issuing import NotInvoiceable, OpenPapers, issue_invoice, open_papers, settle_papers
from tradewind.papers.items import Item, gross_of, groups_of, read_items
from tradewind.papers.keeping import read_paper
from tradewind.papers.models import IssuedPaper
from tradewind.papers.queries import papers_of
from tradewind.payments.asking import ask_now
from tradewind.payments.queries import intents_for, refundable_of
from tradewind.payments.refunding import plan_refund
from tradewind.payments.starting import start_now
from tradewind.shipping.checklist import lines_left
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.parting import Part, seen_left, send_part
from tradewind.shipping.tracking import Tracking

Told = list[tuple[str, int]]


def told() -> Told:
    """Every paper that there is, in the order in which they were issued."""
    return [(paper.kind, paper.total) for paper in IssuedPaper.objects.order_by("pk")]


def react(shop: Shop) -> None:
    run_until_idle(now=lambda: shop.at)


def revise(shop: Shop, order: Order, *left: int, added: dict[int, int] | None = None) -> None:
    units = dict(zip([line.pk for line in goods(order)], left, strict=True))
    wanted = Goods(units, seen(order), added or {})
    found = look_at_revision(order_id=order.pk, wanted=wanted, at=shop.at)
    revise_order(order_id=order.pk, wanted=wanted, agreed=found.total.amount, act=Act("staff:1", shop.at, tells=False))


def pay_rest(shop: Shop, order: Order) -> None:
    for intent in intents_for("order", order.pk):
        if intent.state in ("created", "pending"):
            started = start_now(intent, now=lambda: shop.at)
            choose(ref=started.provider_ref, choice=Choice.PAY_LOST, at=shop.at)
            ask_now(started, now=shop.at)
    react(shop)


def refund(shop: Shop, order: Order, amount: int) -> None:
    intent = next(intent for intent in intents_for("order", order.pk) if refundable_of(intent).amount >= amount)
    plan_refund(intent=intent, amount=Money(amount, "EUR"), reason="by_staff", at=shop.at, by="staff:1")


def merge(shop: Shop, order: Order, other: Order, *, refunds: bool = False) -> None:
    found = look_at_merge(order_id=order.pk, others=[other.pk])
    act = Act("staff:1", shop.at, tells=False)
    merge_orders(order_id=order.pk, others=[other.pk], seen=found.seen, refunds=refunds, act=act)


def cancel(shop: Shop, order: Order) -> None:
    cancel_order(order=Order.objects.get(pk=order.pk), by="staff:1", reason="buyer_asked", at=shop.at)


def require_sound() -> None:
    """They come to what is here for the orders that stand, once all is paid; to no more than was invoiced, at each rate."""
    here = sum(Order.objects.exclude(state__in=("cancelled", "merged")).values_list("paid", flat=True))
    sides: dict[str, list[Item]] = {"invoice": [], "credit_note": []}
    for paper in IssuedPaper.objects.order_by("pk"):
        said = read_paper(paper.content)
        lines, sums = (sum(each.total.amount for each in said.lines), sum(each.amount.amount for each in said.sums))
        assert (lines + sums, said.total.amount) == (paper.total, paper.total)
        assert paper.total > 0
        assert all(line.total.amount > 0 and (line.quantity or 1) > 0 for line in said.lines)
        assert sum(each.net.amount + each.tax.amount for each in said.taxes) in (paper.total, 0)
        sides[paper.kind] += read_items(paper.items)
    gross = {kind: gross_of(items, tax_included=True) for kind, items in sides.items()}
    assert gross["invoice"] - gross["credit_note"] == here
    groups = {kind: {each.rate: each for each in groups_of(items, tax_included=True)} for kind, items in sides.items()}
    for rate, group in groups["credit_note"].items():
        assert group.gross <= groups["invoice"][rate].gross
        assert group.tax <= groups["invoice"][rate].tax


@pytest.mark.parametrize("before", [0, 500])
def test_what_has_not_left_is_credited_as_it_comes_off_whatever_went_back_before(shop: Shop, before: int) -> None:
    name_seller(shop.at)
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    units = {goods(order)[0].pk: 2}
    part = Part(units, seen_left(lines_left(order.pk)), 0, 0, Tracking("DHL", "JD01", is_waiting=False))
    send_part(order_id=order.pk, part=part, by="staff:1", at=shop.at)
    if before:
        refund(shop, order, before)
    react(shop)
    rest = look_at_revision(order_id=order.pk, wanted=what_has_left(order), at=shop.at)
    assert rest.back == Money(2000, "EUR")

    back, act = Money(2000 - before, "EUR"), Act("staff:1", shop.at, tells=False)
    take_rest_off(order_id=order.pk, agreed=rest.total.amount, back=back, act=act)
    react(shop)

    assert sum(total for kind, total in told() if kind == "credit_note") == 2000
    assert Order.objects.get(pk=order.pk).paid == 2690
    require_sound()


def test_what_is_added_is_invoiced_and_what_is_exchanged_is_credited_and_invoiced(shop: Shop) -> None:
    name_seller(shop.at)
    order = bought(shop, (shop.small, 3))

    revise(shop, order, 3, added={shop.large.pk: 1})
    react(shop)
    pay_rest(shop, order)
    revise(shop, order, 2, 1, added={shop.large.pk: 1})
    react(shop)
    refund(shop, order, 100)
    react(shop)

    assert told() == [
        ("invoice", 3690), ("invoice", 1000), ("credit_note", 1000), ("invoice", 1000), ("credit_note", 100),
    ]  # fmt: skip
    require_sound()


def test_parts_of_a_split_order_share_its_invoice(shop: Shop) -> None:
    name_seller(shop.at)
    order = bought(shop, (shop.small, 3), (shop.large, 1))
    part = split(shop, order, 0, 1)
    react(shop)
    assert [open_papers(order_id=each.pk) for each in (order, part)] == [OpenPapers(), OpenPapers()]
    assert [row.total.amount for row in papers_of(part.pk)] == [4690]

    issue_invoice(order_id=part.pk, by="staff:1", at=shop.at)
    refund(shop, order, 100)
    react(shop)
    cancel(shop, part)
    react(shop)

    assert told() == [("invoice", 4690), ("credit_note", 100), ("credit_note", part.total)]
    note = IssuedPaper.objects.get(order=part)
    assert note.corrects == IssuedPaper.objects.get(kind="invoice")
    cancel(shop, order)
    react(shop)
    require_sound()
    # What went back before is no line below zero.
    assert [each.words for each in read_paper(IssuedPaper.objects.last().content).sums][-1] == "Bereits gutgeschrieben"


def test_what_was_taken_in_gets_no_paper_and_its_invoice_counts(shop: Shop) -> None:
    name_seller(shop.at)
    order, other = bought(shop, (shop.small, 3)), bought(shop, (shop.large, 1))
    refund(shop, other, 100)  # on its way when the order is taken in
    merge(shop, order, other, refunds=True)
    react(shop)

    assert told() == [("invoice", 3690), ("invoice", 1690), ("credit_note", 690), ("credit_note", 100)] or told() == [
        ("invoice", 3690), ("invoice", 1690), ("credit_note", 100), ("credit_note", 690),
    ]  # fmt: skip
    assert settle_papers(order_id=other.pk, by="staff:1", at=shop.at) == []
    assert not IssuedPaper.objects.filter(order=other, kind="credit_note").exists()
    require_sound()
    cancel(shop, order)
    react(shop)
    require_sound()
    assert len(read_paper(IssuedPaper.objects.last().content).references) == 2


def test_a_merged_order_has_no_invoice_of_its_own(shop: Shop) -> None:
    order, other = bought(shop, (shop.small, 3)), bought(shop, (shop.large, 1))
    name_seller(shop.at)
    merge(shop, order, other)
    react(shop)

    assert issuing.why_not_invoiced(Order.objects.get(pk=other.pk)) == issuing.MERGED
    invoice = issue_invoice(order_id=other.pk, by="staff:1", at=shop.at)

    assert (invoice.order_id, invoice.total) == (order.pk, 3690 + 1690)
    require_sound()


def test_what_changed_before_the_invoice_was_written_is_on_it(shop: Shop) -> None:
    """The reaction to the payment had failed, was given up, and is tried again by a person after the orders were changed."""
    name_seller(shop.at)
    a, b, c = (shop.place(shop.cart(*lines)).order for lines in (
        [(shop.small, 1)], [(shop.large, 1)], [(shop.small, 1), (shop.large, 1)],
    ))  # fmt: skip
    for order in (a, b, c):
        move_money(order, order.total, shop.at)
        note_payment(order_id=order.pk, at=shop.at)
    stuck = Reaction.objects.filter(state=Reaction.State.WAITING)
    stuck.update(state=Reaction.State.STUCK, finished_at=shop.at)
    merge(shop, a, b)
    split(shop, c, 0, 1)
    Reaction.objects.filter(state=Reaction.State.STUCK).update(state=Reaction.State.WAITING, finished_at=None)
    react(shop)

    assert sorted(total for _, total in told()) == [2690, 3380]
    require_sound()


def test_an_invoice_that_is_written_after_the_goods_left_says_when_that_was(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    name_seller(shop.at)
    mark_dispatched(order=order, by="staff:1", at=shop.at, tracking=Tracking("DHL", "JD0123"))

    facts = read_paper(issue_invoice(order_id=order.pk, by="staff:1", at=shop.at).content).facts

    assert [(fact.name, fact.value) for fact in facts][-1] == ("Lieferdatum", "23. November 2026")


def test_a_cancelled_order_without_an_invoice_gets_none(shop: Shop) -> None:
    order = bought(shop, (shop.small, 1))
    part = bought(shop, (shop.small, 2))
    name_seller(shop.at)
    cancel(shop, order)
    react(shop)
    with pytest.raises(NotInvoiceable):
        issue_invoice(order_id=order.pk, by="staff:1", at=shop.at)
    assert (told(), part.total) == ([], 2690)


def _extend(shop: Shop, chance: Random, order: Order) -> None:
    line, *others = goods(order)
    revise(shop, order, line.quantity + 1, *(each.quantity for each in others))
    pay_rest(shop, order)


def _exchange(shop: Shop, chance: Random, order: Order) -> None:
    """One of something for one or two of something else, of which there may be some."""
    first, *others = goods(order)
    other = shop.small if first.variant_id == shop.large.pk else shop.large
    left = [first.quantity - 1, *(line.quantity for line in others)]
    revise(shop, order, *left, added={other.pk: chance.randint(1, 2)})
    pay_rest(shop, order)


def _reduce(shop: Shop, chance: Random, order: Order) -> None:
    revise(shop, order, *(chance.randint(0, line.quantity) for line in goods(order)))


def _split(shop: Shop, chance: Random, order: Order) -> None:
    split(shop, order, *(chance.randint(0, line.quantity) for line in goods(order)))


def _merge(shop: Shop, chance: Random, order: Order) -> None:
    others = list(Order.objects.filter(state="paid", held_at=None).exclude(pk=order.pk))
    if others:
        merge(shop, order, chance.choice(others), refunds=chance.random() < 0.5)


def _give(shop: Shop, chance: Random, order: Order) -> None:
    intents = [intent for intent in intents_for("order", order.pk) if refundable_of(intent).amount > 0]
    if intents:
        most = refundable_of(intents[0]).amount
        refund(shop, order, min(chance.choice([1, 333, 1500]), most))


def _cancel(shop: Shop, chance: Random, order: Order) -> None:
    cancel(shop, order)


ACTS: Sequence[Callable[[Shop, Random, Order], None]] = (
    _extend, _exchange, _exchange, _reduce, _reduce, _split, _split, _split, _merge, _merge, _give, _give, _cancel,
)  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 104, 125])  # the last two cancel a part whose price had gone back before
def test_after_any_changes_papers_say_what_stands(shop: Shop, seed: int) -> None:
    name_seller(shop.at)
    chance = Random(seed)
    make_code(
        NewCode(code="SEVEN", occasion="event", gives="percent", percent=7, starts_at=shop.at), by="staff:1", at=shop.at
    )
    bought(shop, (shop.small, 4), (shop.large, 3), code="SEVEN")
    bought(shop, (shop.small, 3))
    done = []
    for _ in range(14):
        orders = list(Order.objects.filter(state="paid", held_at=None).order_by("pk"))
        if not orders:
            break
        act = chance.choice(ACTS)
        with suppress(NotChangeable):
            act(shop, chance, chance.choice(orders))
            done.append(act.__name__)
        react(shop)
        require_sound()
    assert len(done) >= 3
