"""Erasing an order: nothing personal is left anywhere, what was sold is, and nobody else is touched."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from django.apps import apps
from django.test import Client

from tests.console.making import client_of, make_staff
from tests.quotations.putting import begin, send
from tests.shop import HAMBURG, Shop
from tradewind.buyers.models import Buyer, Identity
from tradewind.checkout.erasing import NOBODY
from tradewind.checkout.models import DiscountCode, ThankYouAnswer
from tradewind.checkout.placing import place_order
from tradewind.clientele.erasing import erase_order
from tradewind.core.models import AuditEntry, SignedLink, Staff, Todo
from tradewind.lib.refs import new_ref
from tradewind.messaging.erasing import LetterOnItsWay
from tradewind.messaging.models import BuyerMessage, Message
from tradewind.orders.cancelling import cancel_order
from tradewind.orders.erasing import StillNeeded, ask_for_erasure
from tradewind.orders.holding import hold_order, release_order
from tradewind.orders.models import AddressChange, BulkItem, BulkRun, Order
from tradewind.orders.noting import write_note
from tradewind.quotations.accepting import decline
from tradewind.quotations.drafting import DraftLine
from tradewind.shipping.agreeing import AGREED
from tradewind.shipping.models import Parcel, TrackingEvent, Trouble, TroubleGroup

MARK = "quetzalcoatl"


@pytest.fixture
def owner(db: None) -> Staff:
    return make_staff()


def order_of(shop: Shop, now: datetime, *, email: str = f"{MARK}@example.com") -> Order:
    """A cancelled order, with something personal in every place that keeps it."""
    cart = shop.cart((shop.small, 1))
    order = place_order(
        cart_key=cart.key,
        market=shop.market("de"),
        language="de",
        details=replace(HAMBURG, email=email, name=MARK, line1=f"{MARK} 5", phone=MARK, tax_id=MARK),
        agreed=shop.agree(cart),
        at=now,
    ).order
    held = hold_order(order_id=order.pk, reason="other", words=MARK, by="staff:1", at=now)
    release_order(hold_id=held.pk, by="staff:1", at=now)
    run = BulkRun.objects.create(act="hold", state="running", words=MARK, by="staff:1", made_at=now, total=1)
    BulkItem.objects.create(run=run, order=order, state="waiting")
    write_note(order_id=order.pk, key="k", text=MARK, by="staff:1", at=now)
    cancel_order(order=order, by="buyer", reason="buyer_other", at=now, words=MARK)
    letter_about(order, now, moment="order_cancelled", state=Message.State.SENT, problem=f"550 no mailbox {email}")
    BuyerMessage.objects.create(
        order=order, key="k", topic="other", text=MARK, reply_to=email, language="de", received_at=now
    )
    AddressChange.objects.create(
        order=order, key="k", before={"name": MARK}, after={"name": MARK}, digest="x", asked_at=now, confirmed_at=now
    )
    parcel = Parcel.objects.create(
        order_id=order.pk,
        ref=new_ref("PC"),
        carrier="DHL",
        tracking_number=MARK,
        number_key=MARK,
        watch_problem=MARK,
        handed_over_at=now,
    )
    told = {"status": "delivered", "claims": True, "place": MARK, "words": MARK, "source": "x"}
    TrackingEvent.objects.create(parcel=parcel, digest="x", at=now, heard_at=now, **told)
    group, _ = TroubleGroup.objects.get_or_create(account=order.account, cause="silent")
    case = Trouble.objects.create(
        group=group,
        order=order,
        parcel=parcel,
        cause="silent",
        since=now,
        opened_at=now,
        wanted_note=MARK,
        done=[{"act": "dismiss", "by": "staff:1", "at": now.isoformat(), "why": MARK}],
    )
    news = letter_about(order, now, moment="order_trouble", state=Message.State.SENT)
    Message.objects.filter(pk=news.pk).update(subject_kind="trouble", subject_id=case.pk)
    ThankYouAnswer.objects.create(order_id=order.pk, market="de", words=MARK, answered_at=now)
    quote(shop, now, email)
    Order.objects.filter(pk=order.pk).update(gift_note=MARK, tracking=MARK)
    order.refresh_from_db()
    return order


def quote(shop: Shop, now: datetime, email: str) -> None:
    """A quotation that came to nothing, sent, declined and changed since; and a draft of their address."""
    lines = (DraftLine(1, title=f"Engraving: {MARK}", price=5000),)
    agreed = {"name": f"as {MARK} wished", "warehouse": "shenzhen", "days": [1, 2]}
    who = replace(HAMBURG, email=email, name=MARK)
    fields = {"note": MARK, "internal_note": MARK, "option": AGREED, "agreed": agreed}
    version = send(shop, begin(shop, *lines, who=who, **fields))
    decline(quotation_id=version.quotation_id, number=1, words=MARK, at=now)
    begin(shop, *lines, who=who, **fields)
    Message.objects.create(
        message_id=f"quotation-{version.pk}@shop.example",
        moment="quotation_sent",
        language="de",
        subject_kind="quotation_version",
        subject_id=version.pk,
        sender="shop@shop.example",
        recipient=email,
        subject=MARK,
        text=MARK,
        html=MARK,
        created_at=now,
        state=Message.State.SENT,
    )


def letter_about(order: Order, now: datetime, *, moment: str, **fields: str) -> Message:
    return Message.objects.create(
        message_id=f"{moment}-{order.pk}@shop.example",
        moment=moment,
        language="de",
        subject_kind="order",
        subject_id=order.pk,
        sender="shop@shop.example",
        recipient=order.email,
        subject=f"Dear {MARK}",
        text=f"Dear {MARK}",
        html=f"<p>Dear {MARK}</p>",
        created_at=now,
        **fields,
    )


def places_with(mark: str) -> Iterator[str]:
    """Every table and column of the database in which the mark stands."""
    for model in apps.get_models():
        for row in model._default_manager.values():
            for column, value in row.items():
                if mark in json.dumps(value, default=str).lower():
                    yield f"{model._meta.db_table}.{column}"


def test_nothing_personal_is_left_in_any_table(shop: Shop, now: datetime, owner: Staff) -> None:
    order = order_of(shop, now)
    assert len(set(places_with(MARK))) >= 10  # the control: it stands in many places before

    erase_order(order.pk, keeps_address=False, by=owner, at=now)

    assert sorted(set(places_with(MARK))) == []
    order.refresh_from_db()
    assert (order.ship_to, order.total, order.lines.count()) == ({"country": "DE"}, 1690, 2)


def test_name_and_address_stay_where_the_accounts_need_them(shop: Shop, now: datetime, owner: Staff) -> None:
    order = order_of(shop, now)

    erase_order(order.pk, keeps_address=True, by=owner, at=now)

    order.refresh_from_db()
    assert (order.ship_to["name"], order.ship_to["line1"], order.email) == (MARK, f"{MARK} 5", "")
    assert "phone" not in order.ship_to
    assert set(places_with(MARK)) == {"orders_order.ship_to", "core_searchdocument.tokens"}


def test_links_open_nothing_and_the_request_is_answered(shop: Shop, now: datetime, owner: Staff) -> None:
    order = order_of(shop, now)
    ask_for_erasure(order_id=order.pk, at=now)

    erase_order(order.pk, keeps_address=False, by=owner, at=now)

    assert not SignedLink.objects.filter(subject_kind="order", subject_id=order.pk, revoked_at=None).exists()
    assert Todo.objects.get(kind="order.erasure").state == Todo.State.DONE
    assert AuditEntry.objects.get(action="order.erased").after == {"keeps_address": False}


def test_a_buyer_stays_known_while_another_order_names_them(shop: Shop, now: datetime, owner: Staff) -> None:
    first, second = order_of(shop, now), order_of(shop, now)
    assert first.buyer_id == second.buyer_id

    erase_order(first.pk, keeps_address=False, by=owner, at=now)

    assert Buyer.objects.get(pk=first.buyer_id).name == MARK
    second.refresh_from_db()
    assert second.ship_to["name"] == MARK
    erase_order(second.pk, keeps_address=False, by=owner, at=now)
    assert (Buyer.objects.get(pk=first.buyer_id).name, Identity.objects.filter(buyer_id=first.buyer_id).count()) == (
        "",
        0,
    )


def test_a_code_of_one_buyer_becomes_one_of_nobody(shop: Shop, now: datetime, owner: Staff) -> None:
    order = order_of(shop, now)
    DiscountCode.objects.create(
        code="ONLY", occasion="event", gives="percent", percent=5, email=order.email, starts_at=now, created_at=now
    )

    erase_order(order.pk, keeps_address=False, by=owner, at=now)

    code = DiscountCode.objects.get()
    assert (code.email, code.ends_at) == (NOBODY, now)


def test_what_is_still_needed_is_not_erased(shop: Shop, now: datetime, owner: Staff) -> None:
    order = shop.place(shop.cart((shop.small, 1))).order

    with pytest.raises(StillNeeded):
        erase_order(order.pk, keeps_address=False, by=owner, at=now)

    order.refresh_from_db()
    assert order.email


def test_a_letter_that_has_not_left_is_not_emptied(shop: Shop, now: datetime, owner: Staff) -> None:
    order = order_of(shop, now)
    letter_about(order, now, moment="order_link")

    with pytest.raises(LetterOnItsWay):
        erase_order(order.pk, keeps_address=False, by=owner, at=now)

    order.refresh_from_db()
    assert order.email


def test_staff_choose_what_stays_and_see_that_it_was_erased(shop: Shop, now: datetime, owner: Staff) -> None:
    order = order_of(shop, now)
    console: Client = client_of(owner)
    address = f"/console/orders/{order.pk}/erasure"

    unsaid = console.post(address)
    done = console.post(address, {"keeps": "nothing"})

    assert (unsaid.status_code, "Please choose what stays." in unsaid.content.decode()) == (422, True)
    assert done.status_code == 302
    page = console.get(f"/console/orders/{order.pk}").content.decode()
    assert MARK not in page
    # The letters are still led to, by another name than their subject.
    assert page.count(">Erased</a>") == 2
    assert "Personal data erased on" in page
