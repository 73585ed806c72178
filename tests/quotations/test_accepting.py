"""What a buyer does with a quotation: the order is worth what was quoted, or nothing is ordered and both sides know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.at_once import succeed_at_once
from tests.quotations.putting import LAST_DAY, begin, change, place, say_yes, send
from tests.shop import HAMBURG, Shop, open_shop
from tradewind.buyers.models import Buyer, Identity
from tradewind.catalog.pricing import set_price
from tradewind.clientele.forgetting import forget_quotations
from tradewind.core.models import FactRecord, SignedLink, Todo
from tradewind.core.words import LOCALES
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel
from tradewind.inventory.stocktaking import change_by
from tradewind.lib.money import Money
from tradewind.messaging.models import Message
from tradewind.orders.models import Order
from tradewind.payments.models import PaymentIntent
from tradewind.promises.queries import promises_about
from tradewind.quotations import accepting
from tradewind.quotations.accepting import Lapsed, NewerVersion, NotOffered, NotToBeHad, accept, ask_anew, decline
from tradewind.quotations.copying import copy_quotation, draft_from_order
from tradewind.quotations.drafting import DraftLine, DraftOutdated, NotOpen, content_of_draft, throw_away
from tradewind.quotations.erasing import KEPT_FOR
from tradewind.quotations.keeping import kept_in
from tradewind.quotations.models import Quotation, QuotationVersion
from tradewind.quotations.readying import NotReady
from tradewind.quotations.sending import NoLastDay
from tradewind.shipping.models import DeliveryOption


@pytest.fixture
def offered(shop: Shop) -> QuotationVersion:
    """Two small mugs at 9.00 instead of 10.00, and words of our own."""
    lines = (DraftLine(2, shop.small.pk, price=900), DraftLine(1, title="Gravur", price=500))
    return send(shop, begin(shop, *lines, note="Wie besprochen.", internal_note="met in Canton"))


def test_it_becomes_an_order_at_the_prices_quoted_whatever_has_changed_since(
    shop: Shop, offered: QuotationVersion
) -> None:
    set_price(variant=shop.small, market_id=shop.de.pk, price=Money(2000, "EUR"), by="system", at=shop.at)
    DeliveryOption.objects.filter(code="de-air").update(cost=9900)
    shop.de.rules.filter(key="tax_rate").update(value="7")

    accepted = say_yes(shop, offered)

    order = accepted.order
    assert (order.goods, order.delivery, order.total, order.tax) == (2300, 690, 2990, 477)
    assert (order.email, order.ship_to, order.language) == (HAMBURG.email, HAMBURG.ship_to(), "de")
    assert accepted.intent is not None
    assert (accepted.intent.amount, accepted.intent.method, order.payment_method) == (2990, "card", "card")
    assert [promise.kind for promise in promises_about("order", order.pk)] == ["dispatch", "delivery"]
    assert StockLevel.objects.get(variant_id=shop.small.pk).reserved == 2
    again = say_yes(shop, offered, method="bank_transfer")
    assert (again.order.pk, again.is_new, PaymentIntent.objects.count()) == (order.pk, False, 1)
    with pytest.raises(NotOpen):
        change(shop, offered.quotation, note="too late")


def test_nothing_is_held_before_and_what_has_gone_is_said_to_both(shop: Shop, offered: QuotationVersion) -> None:
    level = StockLevel.objects.get(variant_id=shop.small.pk)
    assert level.reserved == 0
    change_by(variant_id=shop.small.pk, warehouse=shop.shenzhen, units=-9, reason="broken", by="system", at=shop.at)

    for _ in range(2):
        with pytest.raises(NotToBeHad) as refusal:
            say_yes(shop, offered)
        assert refusal.value.why == accepting.NO_STOCK

    assert (Order.objects.count(), PaymentIntent.objects.count()) == (0, 0)
    todo = Todo.objects.get(kind="quotation.not_to_be_had")
    assert (todo.subject_id, todo.account_id) == (offered.quotation_id, offered.quotation.account_id)
    assert FactRecord.objects.filter(name="quotations.not_to_be_had").count() == 1
    change_by(variant_id=shop.small.pk, warehouse=shop.shenzhen, units=9, reason="found", by="system", at=shop.at)
    say_yes(shop, offered)
    todo.refresh_from_db()
    assert todo.state == Todo.State.DONE


def test_a_way_that_is_not_offered_any_more_is_not_promised(shop: Shop, offered: QuotationVersion) -> None:
    DeliveryOption.objects.filter(code="de-air").update(is_on=False)

    with pytest.raises(NotToBeHad) as refusal:
        say_yes(shop, offered)

    assert (refusal.value.why, Order.objects.count()) == (accepting.NO_WAY, 0)


def test_a_change_is_another_version_and_the_one_before_is_accepted_no_more(
    shop: Shop, offered: QuotationVersion
) -> None:
    draft = offered.quotation
    assert send(shop, draft).pk == offered.pk  # clicked twice
    change(shop, draft, discount=300)
    assert kept_in(offered).total == Money(2990, "EUR")  # what the buyer reads has not changed

    second = send(shop, draft)
    with pytest.raises(NewerVersion):
        say_yes(shop, offered)

    assert (second.number, say_yes(shop, second).order.total) == (2, 2690)
    run_until_idle(now=lambda: shop.at)
    letters = Message.objects.filter(moment="quotation_sent").order_by("pk")
    assert list(letters.values_list("subject_id", flat=True)) == [offered.pk, second.pk]
    assert SignedLink.objects.filter(purpose="quotation.view").count() == 2


def test_after_its_last_day_it_lapses_and_a_new_one_can_be_asked_for_once(
    shop: Shop, offered: QuotationVersion
) -> None:
    how = {"quotation_id": offered.quotation_id}
    last = offered.lapses_at - timedelta(seconds=1)
    with pytest.raises(NotOffered):
        ask_anew(at=last, **how)
    with pytest.raises(Lapsed):
        accept(number=1, method="card", at=offered.lapses_at, **how)

    for _ in range(2):
        ask_anew(at=offered.lapses_at, **how)

    assert (offered.valid_until, offered.lapses_at.isoformat()) == (LAST_DAY, "2026-12-07T16:00:00+00:00")
    assert FactRecord.objects.filter(name="quotations.asked_anew").count() == 1
    change(shop, offered.quotation, valid_until=LAST_DAY + timedelta(days=9))
    send(shop, offered.quotation)
    assert Todo.objects.get(kind="quotation.asked_anew").state == Todo.State.DONE
    assert accept(number=2, method="card", at=offered.lapses_at, **how).is_new


def test_declined_it_is_closed_until_it_is_sent_anew(shop: Shop, offered: QuotationVersion) -> None:
    for words in ("Zu teuer", "again"):
        decline(quotation_id=offered.quotation_id, number=1, words=words, at=shop.at)

    with pytest.raises(NotOffered):
        say_yes(shop, offered)
    quotation = Quotation.objects.get()
    assert (quotation.state, quotation.words, Todo.objects.count()) == ("declined", "Zu teuer", 1)
    change(shop, quotation, discount=500)
    assert say_yes(shop, send(shop, quotation)).order.total == 2490


def test_without_a_last_day_or_an_address_nothing_is_sent(shop: Shop) -> None:
    draft = begin(shop, DraftLine(20, shop.small.pk), who=replace(HAMBURG, city=""))
    with pytest.raises(NotReady) as refusal:
        send(shop, draft)
    assert set(refusal.value.details) == {"city"}

    change(shop, draft, ship_to=HAMBURG.ship_to(), valid_until=shop.at.date() - timedelta(days=1))
    with pytest.raises(NoLastDay):
        send(shop, draft)

    # Twenty of ten: goods may be made for a buyer, and only an order needs them.
    change(shop, draft, valid_until=LAST_DAY)
    assert send(shop, draft).number == 1
    with pytest.raises(NotReady):
        place(shop, draft)


def test_the_same_again(shop: Shop, offered: QuotationVersion) -> None:
    first = say_yes(shop, offered).order
    copy = copy_quotation(quotation_id=offered.quotation_id, by="staff:1", at=shop.at)
    again = draft_from_order(order_id=first.pk, by="staff:1", at=shop.at)

    assert [(line.quantity, line.price, line.title) for line in content_of_draft(copy).lines] == [
        (2, 900, ""),
        (1, 500, "Gravur"),
    ]
    # From an order articles at the prices of today, and our own words at theirs.
    assert [(line.quantity, line.price, line.title) for line in content_of_draft(again).lines] == [
        (2, None, ""),
        (1, 500, "Gravur"),
    ]
    assert (copy.state, again.email, again.ship_to["city"]) == ("draft", HAMBURG.email, "Hamburg")
    assert place(shop, again).total == 3190
    throw_away(quotation_id=copy.pk, by="staff:1", at=shop.at)
    with pytest.raises(NotOpen):
        throw_away(quotation_id=offered.quotation_id, by="staff:1", at=shop.at)


@pytest.mark.parametrize("language", LOCALES)
def test_the_letter_speaks_every_language(shop: Shop, language: str, bank: None) -> None:
    shop.de.languages = list(LOCALES)
    shop.de.save()
    say = {"language": language} if language in ("de", "en", "zh") else {"language": "en"}
    version = send(shop, begin(shop, DraftLine(1, title="X", price=5000), note="Bonjour", **say))
    content = {**version.content, "language": language}
    QuotationVersion.objects.filter(pk=version.pk).update(content=content)

    run_until_idle(now=lambda: shop.at)

    letter = Message.objects.get()
    assert (letter.moment, letter.language, letter.recipient) == ("quotation_sent", language, HAMBURG.email)
    assert f"/de/{language}/quotation/" in letter.text
    assert "Bonjour" in letter.text
    is_english = "Thank you for your enquiry" in letter.text
    assert is_english == (language == "en")


def test_what_came_to_nothing_is_emptied_after_a_year(shop: Shop, offered: QuotationVersion) -> None:
    run_until_idle(now=lambda: shop.at)
    Message.objects.update(state=Message.State.SENT)
    assert forget_quotations(shop.at + KEPT_FOR) == 0

    assert forget_quotations(shop.at + KEPT_FOR + timedelta(minutes=1)) == 1

    offered.refresh_from_db()
    quotation = Quotation.objects.get()
    assert (quotation.email, quotation.ship_to, quotation.note, quotation.internal_note) == (
        "",
        {"country": "DE"},
        "",
        "",
    )
    assert (offered.ship_to, offered.note, [line["title"] for line in offered.content["lines"]][1]) == (
        {"country": "DE"},
        "",
        "",
    )
    assert Message.objects.get().text == ""
    assert (Buyer.objects.get().name, Identity.objects.count()) == ("", 0)
    with pytest.raises(NotOffered):
        say_yes(shop, offered)


@pytest.mark.django_db(transaction=True)
def test_accepted_twice_and_placed_by_staff_at_the_same_moment_it_is_one_order(now: datetime) -> None:
    shop = open_shop(now)
    version = send(shop, begin(shop, DraftLine(1, shop.small.pk)))
    staff: Callable[[], object] = lambda: place(shop, version.quotation)  # noqa: E731
    buyer: Callable[[], object] = lambda: say_yes(shop, version)  # noqa: E731

    succeed_at_once(buyer, staff, buyer, refusals=(DraftOutdated,))

    assert (Order.objects.count(), StockLevel.objects.get(variant_id=shop.small.pk).reserved) == (1, 1)
