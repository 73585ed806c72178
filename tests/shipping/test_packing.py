"""Packing against a checklist: what belongs there is counted once, and nothing else goes in."""

import io
import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from PIL import Image

from tests.at_once import succeed_at_once
from tests.shipping.packing import hand, paid, photo
from tests.shop import Shop, open_shop
from tradewind.catalog.media_checking import MediaRefused
from tradewind.catalog.models import Variant
from tradewind.catalog.packing import PackingDraft, write_packing
from tradewind.core.facts import timeline
from tradewind.core.files import private_path
from tradewind.core.models import Todo
from tradewind.core.panels import Values
from tradewind.core.reach import EVERYWHERE, Reach
from tradewind.inventory.bundling import Part, set_parts
from tradewind.lib.gtin import is_gtin
from tradewind.orders.holding import hold_order
from tradewind.orders.models import BulkRun, Order
from tradewind.shipping.checking import (
    CheckOfAnother,
    Found,
    NotChecked,
    TooFewLookedAt,
    checks_of,
    note_check,
    why_unchecked,
)
from tradewind.shipping.checklist import checklist_of, lines_left
from tradewind.shipping.dispatching import mark_dispatched
from tradewind.shipping.dispatching_many import _why_not
from tradewind.shipping.erasing import erase_handover
from tradewind.shipping.evidence import add_evidence, evidence_of, forget_erased
from tradewind.shipping.evidence_cleaning import clean
from tradewind.shipping.models import Evidence, Packing, QualityCheck
from tradewind.shipping.packing import (
    Hand,
    NotComplete,
    NotToPack,
    OrderKeptBack,
    PackedBySomebody,
    PackingMoved,
    ProofMissing,
    TooMany,
    WrongItem,
    begin_packing,
    count,
    finish_packing,
    has_proof,
    is_still_packed,
    lay_aside,
    packed,
    scan,
    tick,
)
from tradewind.shipping.packing_rules import RULES, asks_for_proof, valuable_from
from tradewind.shipping.to_send import packers

EAN = "4006381333931"


def test_each_piece_is_scanned_once_and_nothing_else_goes_in(shop: Shop) -> None:
    Variant.objects.filter(pk=shop.large.pk).update(barcode=EAN)
    order = paid(shop, (shop.small, 2), (shop.large, 1))
    packing = begin_packing(order_id=order.pk, by="staff:1", at=shop.at)

    assert scan(hand=hand(packing), code="mug-s").seen == 0
    assert scan(hand=hand(packing), code="0" + EAN).sku == "MUG-L"
    with pytest.raises(WrongItem):
        scan(hand=hand(packing), code="MUG-XL")
    with pytest.raises(TooMany) as beyond:
        scan(hand=hand(packing), code=EAN)
    with pytest.raises(NotComplete) as early:
        finish_packing(hand=hand(packing), at=shop.at)
    stale = hand(packing)
    scan(hand=stale, code="MUG-S")
    with pytest.raises(PackingMoved):  # a second click of the same form
        scan(hand=stale, code="MUG-S")
    finish_packing(hand=hand(packing), at=shop.at)

    assert (beyond.value.item.sku, early.value.missing) == ("MUG-L", 1)
    assert is_still_packed(packed(order.pk), lines_left(order.pk))
    assert [fact.data["units"] for fact in timeline("order", order.pk) if fact.name == "shipping.packed"] == [3]
    # Other goods than were packed: it is packed no more.
    order.lines.filter(sku="MUG-S").update(quantity=1)
    assert not is_still_packed(packed(order.pk), lines_left(order.pk))


def test_a_set_is_compared_by_its_parts_with_what_goes_along_and_keeps_it_whole(shop: Shop) -> None:
    both = Variant.objects.create(
        product=shop.product, sku="MUG-SET", weight_g=800, position=9, options={"size": "set"}
    )
    parts = [Part(shop.small.pk, 2), Part(shop.large.pk, 1)]
    set_parts(bundle=both, parts=parts, by="system", at=shop.at)
    rule = PackingDraft(rule="Wrap twice", accessories=("Spoon",), is_fragile=True)
    write_packing(product=shop.product, draft=rule, by="staff:1", at=shop.at)
    order = paid(shop)
    order.lines.filter(sku="MUG-S").update(sku="MUG-SET", parts=[["MUG-S", 2], ["MUG-L", 1]])
    Order.objects.filter(pk=order.pk).update(gift_note="For Ada")
    packing = begin_packing(order_id=order.pk, by="staff:1", at=shop.at)
    asked = checklist_of(Order.objects.get(pk=order.pk), packing)

    assert [(item.sku, item.wanted) for item in asked.items] == [("MUG-S", 4), ("MUG-L", 2)]
    assert [(each.kind, each.words, each.units) for each in asked.ticks] == [
        ("accessory", "Spoon", 6),
        ("rule", "Wrap twice", 6),
        ("gift", "For Ada", 1),
    ]
    assert asked.asks_for_proof  # six fragile pieces
    for item in asked.items:
        count(hand=hand(packing), key=item.key, units=item.wanted)
    for each in asked.ticks:
        tick(hand=hand(packing), key=each.key, is_done=True)
    tick(hand=hand(packing), key="gift", is_done=False)
    with pytest.raises(NotComplete):
        finish_packing(hand=hand(packing), at=shop.at)
    tick(hand=hand(packing), key="gift", is_done=True)
    with pytest.raises(ProofMissing):
        finish_packing(hand=hand(packing), at=shop.at)
    add_evidence(order_id=order.pk, content=photo(), by="staff:1", at=shop.at)
    assert finish_packing(hand=hand(packing), at=shop.at).packed_at == shop.at
    # A part has left in it: the photo shows nothing of the rest.
    Packing.objects.update(left_at=shop.at + timedelta(minutes=1))
    assert not has_proof(order.pk)
    add_evidence(order_id=order.pk, content=photo("red"), by="staff:1", at=shop.at + timedelta(minutes=2))
    assert has_proof(order.pk)


def test_nobody_packs_what_has_left_and_whose_it_is_not(shop: Shop) -> None:
    left, here = paid(shop), paid(shop)
    begin_packing(order_id=left.pk, by="staff:1", at=shop.at)
    begin_packing(order_id=here.pk, by="staff:2", at=shop.at)
    assert packers(EVERYWHERE) == ["staff:1", "staff:2"]

    mark_dispatched(order=left, by="staff:3", at=shop.at)

    assert packers(EVERYWHERE) == ["staff:2"]
    assert list(Packing.objects.order_by("pk").values_list("left_at", flat=True)) == [shop.at, None]
    assert packers(Reach(frozenset())) == []
    Order.objects.filter(pk=here.pk).update(state="cancelled")
    assert packers(EVERYWHERE) == []


def test_what_is_not_to_leave_is_not_packed_and_somebody_may_take_over(shop: Shop) -> None:
    order, unpaid = paid(shop), shop.place(shop.cart((shop.small, 1))).order
    with pytest.raises(NotToPack):
        begin_packing(order_id=unpaid.pk, by="staff:1", at=shop.at)
    first = begin_packing(order_id=order.pk, by="staff:1", at=shop.at)
    scan(hand=hand(first), code="MUG-S")
    with pytest.raises(PackedBySomebody):
        begin_packing(order_id=order.pk, by="staff:2", at=shop.at)
    second = begin_packing(order_id=order.pk, by="staff:2", at=shop.at, takes_over=True)

    assert second.counts == Packing.objects.get(pk=first.pk).counts != {}
    with pytest.raises(PackedBySomebody):
        scan(hand=Hand(order.pk, first.version, "staff:1"), code="MUG-S")
    lay_aside(hand=hand(second), at=shop.at)
    hold_order(order_id=order.pk, reason="other", by="staff:1", at=shop.at)
    with pytest.raises(OrderKeptBack):
        begin_packing(order_id=order.pk, by="staff:1", at=shop.at)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_two_people_begin_at_the_same_moment_and_one_packs(now: datetime, turn: int) -> None:
    order = paid(open_shop(now))

    def begin(by: str) -> None:
        begin_packing(order_id=order.pk, by=by, at=now)

    who = ["staff:1", "staff:2"] if turn % 2 else ["staff:2", "staff:1"]
    tasks = [lambda by=by: begin(by) for by in who]
    assert succeed_at_once(*tasks, refusals=(PackedBySomebody,)) == 1
    assert Packing.objects.filter(left_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_piece_scanned_by_two_hands_at_once_is_counted_once(now: datetime) -> None:
    shop = open_shop(now)
    packing = begin_packing(order_id=paid(shop, (shop.small, 1)).pk, by="staff:1", at=now)
    seen = hand(packing)

    def once() -> None:
        scan(hand=seen, code="MUG-S")

    assert succeed_at_once(once, once, refusals=(PackingMoved, TooMany)) == 1
    packing.refresh_from_db()
    assert list(packing.counts.values()) == [1]


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_counting_later_takes_two_for_one(now: datetime) -> None:
    """The control: without the lock both hands believe that their piece was the one that was missing."""
    shop = open_shop(now)
    order = paid(shop, (shop.small, 1))
    packing = begin_packing(order_id=order.pk, by="staff:1", at=now)
    both_have_looked = threading.Barrier(2)

    def once() -> None:
        item = checklist_of(order, Packing.objects.get(pk=packing.pk)).items[0]
        if item.is_complete:
            raise TooMany(item)
        both_have_looked.wait(10)
        with transaction.atomic():
            Packing.objects.filter(pk=packing.pk).update(counts={item.key: item.seen + 1})

    assert succeed_at_once(once, once, refusals=(TooMany,)) == 2


def test_goods_that_ask_for_a_check_leave_once_they_passed(shop: Shop) -> None:
    order = paid(shop)
    assert checks_of(order.pk) == []
    rule = PackingDraft(needs_check=True, check_parts=("size", "function"), sample=1)
    write_packing(product=shop.product, draft=rule, by="staff:1", at=shop.at)
    run = BulkRun.objects.create(act="dispatch", state="shown", by="staff:1", made_at=shop.at, total=1)
    refusals = []

    def leaves_not() -> None:
        with pytest.raises(NotChecked) as refusal:
            mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:1", at=shop.at)
        assert _why_not(run, [order]) == {order.pk: refusal.value.why}
        refusals.append(refusal.value.why)

    leaves_not()
    bad = Found(shop.product.pk, 1, failed=("size",), reason="Too small", is_passed=False)
    for _ in range(2):
        note_check(order_id=order.pk, key="a", found=bad, by="staff:1", at=shop.at)
    leaves_not()
    assert list(Todo.objects.values_list("kind", "state")) == [("order.check_failed", "open")]
    note_check(order_id=order.pk, key="b", found=Found(shop.product.pk, 1), by="staff:2", at=shop.at)
    mark_dispatched(order=order, by="staff:1", at=shop.at)

    assert refusals == ["check_missing", "check_failed"]
    assert [(each.by, each.is_passed) for each in QualityCheck.objects.order_by("pk")] == [
        ("staff:1", False),
        ("staff:2", True),
    ]
    assert Todo.objects.get().state == "done"


def test_a_pass_holds_for_so_many_pieces_of_the_article_as_were_there(shop: Shop) -> None:
    rule = PackingDraft(needs_check=True, sample=2)
    write_packing(product=shop.product, draft=rule, by="staff:1", at=shop.at)
    order, other = paid(shop, (shop.small, 3)), paid(shop, (shop.small, 1))
    Variant.objects.filter(pk=shop.small.pk).update(sku="MUG-NEW")  # it is the same article

    def check(order: Order, key: str, looked_at: int) -> None:
        note_check(order_id=order.pk, key=key, found=Found(shop.product.pk, looked_at), by="staff:1", at=shop.at)

    assert why_unchecked([order.pk]) == {order.pk: "check_missing"}
    assert checklist_of(order, None).items[0].product_id == shop.product.pk
    with pytest.raises(TooFewLookedAt) as few:
        check(order, "a", 1)
    check(order, "a", 2)
    check(other, "b", 1)
    with pytest.raises(CheckOfAnother):
        check(other, "a", 1)
    assert (few.value.wanted, why_unchecked([order.pk, other.pk])) == (2, {})
    # A part leaves, and as many are added: nobody has seen those.
    order.lines.filter(kind="goods").update(dispatched=1)
    assert why_unchecked([order.pk]) == {}
    order.lines.filter(kind="goods").update(quantity=4)
    assert why_unchecked([order.pk]) == {order.pk: "check_missing"}
    assert [(each.pieces, each.last) for each in checks_of(order.pk)] == [(3, None)]


def test_one_photo_proves_a_check_and_the_packing(shop: Shop) -> None:
    write_packing(product=shop.product, draft=PackingDraft(needs_check=True, sample=1), by="staff:1", at=shop.at)
    order = paid(shop)
    made = note_check(order_id=order.pk, key="a", found=Found(shop.product.pk, 1), by="staff:1", at=shop.at)
    for found in (made, None, made, None):
        add_evidence(order_id=order.pk, content=photo(), found=found, by="staff:1", at=shop.at)
    assert [each.found_id for each in evidence_of(order.pk)] == [made.pk, None]


def test_photos_lose_what_they_tell_of_the_phone_and_go_with_the_orders_data(shop: Shop) -> None:
    order = paid(shop)
    taken = add_evidence(order_id=order.pk, content=photo(), by="staff:1", at=shop.at)
    again = add_evidence(order_id=order.pk, content=photo(), by="staff:1", at=shop.at)
    path = private_path(taken.file.digest)
    kept = Image.open(io.BytesIO(path.read_bytes()))

    assert taken.pk == again.pk
    assert (kept.size, dict(kept.getexif())) == ((300, 400), {})
    assert b"PhoneMaker" in photo()
    assert b"PhoneMaker" not in path.read_bytes()
    with pytest.raises(MediaRefused):
        add_evidence(order_id=order.pk, content=b"<svg></svg>", by="staff:1", at=shop.at)

    erase_handover(order.pk, at=shop.at)
    assert evidence_of(order.pk) == []
    later = max(shop.at, datetime.fromtimestamp(path.stat().st_mtime, tz=shop.at.tzinfo)) + timedelta(hours=2)
    assert forget_erased(later) == 1
    assert not path.exists()
    assert not Evidence.objects.exists()


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return (len(content) + 8).to_bytes(4) + kind + content


def test_a_film_is_kept_without_its_place() -> None:
    place = box(b"udta", box(b"\xa9xyz", b"+22.5431+114.0579/"))
    track = box(b"trak", box(b"tkhd", bytes(76), (640 << 16).to_bytes(4), (480 << 16).to_bytes(4)))
    head, frames = box(b"ftyp", b"qt  ", bytes(4)), box(b"mdat", b"frames")
    film = head + box(b"moov", track, place) + frames

    kept = clean(film)

    assert (kept.is_film, kept.content_type, len(kept.content)) == (True, "video/quicktime", len(film))
    assert kept.content.endswith(box(b"mdat", b"frames"))
    assert b"+22.5431" in film
    assert b"+22.5431" not in kept.content
    broken = (9_999).to_bytes(4) + b"free"
    for bad in (
        head + box(b"moov", track, broken, place) + frames,
        film + bytes(4),
        film + box(b"moov", place),
        head + box(b"moov", place) + frames,  # no picture in it
    ):
        with pytest.raises(MediaRefused):
            clean(bad)


def test_photos_are_asked_for_from_bounds_that_an_owner_sets(shop: Shop) -> None:
    order = Order(currency="EUR", goods=14_999)
    values: Values = {"valuable": "EUR 150\njpy 25000"}

    assert {code: bound.amount for code, bound in valuable_from(values).items()} == {"EUR": 15_000, "JPY": 25_000}
    assert [asks_for_proof(order, fragile) for fragile in ([], [1, 1], [1, 2])] == [False, False, True]
    order.goods = 15_000
    assert asks_for_proof(order, [])
    with pytest.raises(ValueError, match="E 150"):
        RULES.check({"valuable": "E 150"})


def test_numbers_on_boxes_are_told_from_others() -> None:
    assert [is_gtin(code) for code in (EAN, "96385074", "036000291452", "4006381333932", "4006381333", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
