"""A quotation that is sent once more: to whom its links belong, and until when the same again is nothing new."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.quotations.putting import begin, change, looked, place, send
from tests.shop import HAMBURG, Shop
from tradewind.core.links import LinkInvalid, make_link, open_link
from tradewind.core.models import Todo
from tradewind.core.worker import run_until_idle
from tradewind.messaging.models import Message
from tradewind.quotations.accepting import ask_anew
from tradewind.quotations.drafting import DraftLine
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.quotations.sending import NoLastDay, send_quotation

pytestmark = pytest.mark.usefixtures("bank")
VIEW = "quotation.view"
WRONG = "wrong@example.com"


def link_to(shop: Shop, draft: Quotation) -> str:
    return make_link(VIEW, subject=("quotation", draft.pk), at=shop.at)


def drafted(shop: Shop, email: str = WRONG) -> Quotation:
    return begin(shop, DraftLine(1, shop.small.pk), who=replace(HAMBURG, email=email))


def test_links_in_a_wrong_mailbox_end_when_it_goes_to_the_right_one(shop: Shop) -> None:
    draft = drafted(shop)
    send(shop, draft)
    in_the_wrong_mailbox = link_to(shop, draft)

    change(shop, draft, note="The first version was short.")
    send(shop, draft)
    assert open_link(VIEW, in_the_wrong_mailbox, at=shop.at) == ("quotation", draft.pk)
    change(shop, draft, email="right@example.com")
    send(shop, draft)
    after = link_to(shop, draft)
    change(shop, draft, email="Right@example.com")
    send(shop, draft)

    with pytest.raises(LinkInvalid):
        open_link(VIEW, in_the_wrong_mailbox, at=shop.at)
    assert open_link(VIEW, after, at=shop.at) == ("quotation", draft.pk)


def test_what_becomes_an_order_of_another_mailbox_ends_them_too(shop: Shop) -> None:
    draft = drafted(shop)
    send(shop, draft)
    in_the_wrong_mailbox = link_to(shop, draft)
    change(shop, draft, email="right@example.com")

    place(shop, draft)

    with pytest.raises(LinkInvalid):
        open_link(VIEW, in_the_wrong_mailbox, at=shop.at)


def test_a_letter_that_was_about_to_be_written_to_the_wrong_mailbox_is_not(shop: Shop) -> None:
    draft = drafted(shop)
    send(shop, draft)
    change(shop, draft, email="right@example.com")
    send(shop, draft)

    run_until_idle(now=lambda: shop.at)

    assert list(Message.objects.values_list("recipient", flat=True)) == ["right@example.com"]


def test_what_has_lapsed_is_not_sent_unchanged(shop: Shop) -> None:
    draft = drafted(shop)
    version = send(shop, draft)
    seen = looked(shop, draft)
    assert send_quotation(quotation_id=draft.pk, looked=seen, by="staff:1", at=shop.at) == version
    late = version.lapses_at + timedelta(days=2)
    ask_anew(quotation_id=draft.pk, at=late)

    with pytest.raises(NoLastDay):
        send_quotation(quotation_id=draft.pk, looked=looked(replace(shop, at=late), draft), by="staff:1", at=late)

    assert (QuotationVersion.objects.count(), Todo.objects.get().state) == (1, "open")
