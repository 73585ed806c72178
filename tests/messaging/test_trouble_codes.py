"""A code for the next order as an apology: made when the letter leaves, once, within limits, for its buyer alone."""

from datetime import timedelta

import pytest

from tests.at_once import at_the_same_time
from tests.checkout.test_codes import eur
from tests.shipping.troubled import look, moment, sent
from tests.shop import HAMBURG, Shop, open_shop
from tradewind.checkout.code_goods import Priced
from tradewind.checkout.codes import OTHER_BUYER, CodeRefused, use_code, value_code
from tradewind.checkout.models import DiscountCode
from tradewind.checkout.queries import code_list, code_of_trouble
from tradewind.core.models import SettingValue
from tradewind.lib.clock import utc_now
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_codes import CodeWish, TooGenerous, most_off, usual_code
from tradewind.messaging.trouble_prospects import Wish, preview, prospect
from tradewind.messaging.trouble_telling import AlreadyTold, tell
from tradewind.orders.models import Order
from tradewind.shipping.models import Trouble
from tradewind.shipping.trouble_limits import RULES
from tradewind.shipping.trouble_proposing import Act

pytestmark = pytest.mark.django_db


def silent(shop: Shop, number: str = "LP1") -> Trouble:
    parcel = sent(shop, number)
    look(shop, 8.5)
    return Trouble.objects.select_related("order__account", "parcel").get(parcel=parcel)


def set_limits(**values: str) -> None:
    SettingValue.objects.update_or_create(
        key=RULES.kind, defaults={"value": {"values": values}, "changed_at": utc_now()}
    )


def test_the_letter_names_a_code_that_holds_once_for_its_buyer(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    wish = Wish(code=CodeWish(days=30, percent=15))
    looked = preview(prospect(case, at=at, wish=wish))
    assert DiscountCode.objects.count() == 0

    told = tell(trouble_id=case.pk, wish=wish, by="staff:1", at=at)

    row = DiscountCode.objects.get()
    assert (row.occasion, row.gives, row.percent, row.email) == ("apology", "percent", 15, "greta@example.com")
    assert (row.most_uses, row.trouble_id, row.starts_at) == (1, case.pk, at)
    # The thirtieth day of the buyer's calendar is the last.
    assert row.ends_at is not None
    assert timedelta(days=30) < row.ends_at - at <= timedelta(days=31)
    (letter,) = Message.objects.filter(moment="order_trouble")
    assert (row.code in letter.text, row.code in looked.text) == (True, False)
    for words in ("ein Code für Ihre nächste Bestellung", "15 % auf die Waren"):
        assert words in " ".join(letter.text.split())
        assert words in " ".join(looked.text.split())
    assert told.done[-1]["code"] == row.code
    # It holds at the checkout, for whom it was given.
    goods = [Priced(shop.product.pk, eur(1000))]
    valued = value_code(row.code, goods, eur(0), shop.market(), at=at)
    assert (valued.problem, valued.percent, valued.is_for_one_buyer) == ("", 15, True)
    assert valued.discount is not None
    with pytest.raises(CodeRefused, match=OTHER_BUYER):
        use_code(row.code, order_id=99, buyer_id=99, email="eve@example.com", discount=valued.discount, at=at)
    agreed = shop.agree(cart := shop.cart((shop.small, 1)), code=row.code, at=at)
    assert shop.place(cart, agreed=agreed, at=at).order.email == HAMBURG.email
    # The list of codes and the case say what became of it.
    (listed,) = code_list().rows
    assert (listed.trouble_id, listed.order_ref, listed.state(at)) == (case.pk, case.order.ref, "used_up")
    assert code_of_trouble(case.pk) == listed


def test_an_amount_holds_for_goods_worth_twice_as_much(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    tell(trouble_id=case.pk, wish=Wish(code=CodeWish(days=7, amount=300)), by="staff:1", at=at)
    row = DiscountCode.objects.get()
    assert (row.amounts, row.least) == ({"EUR": 300}, {"EUR": 600})
    letter = Message.objects.get(moment="order_trouble").text
    assert "3,00" in letter
    assert "6,00" in letter


def test_nobody_gives_more_than_an_owner_has_set(shop: Shop) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    assert case.order.paid == 1690
    assert (usual_code(), most_off(case.order)) == (CodeWish(90, percent=10), eur(338))
    for wish in (
        CodeWish(days=30, percent=21),
        CodeWish(days=30),
        CodeWish(days=30, amount=339),
        CodeWish(days=30, amount=-1),
        CodeWish(days=6, percent=5),
        CodeWish(days=366, percent=5),
    ):
        with pytest.raises(TooGenerous):
            tell(trouble_id=case.pk, wish=Wish(code=wish), by="staff:1", at=at)
    assert (DiscountCode.objects.count(), Message.objects.filter(moment="order_trouble").count()) == (0, 0)
    set_limits(code_most="40", code_percent="30", code_days="14")
    assert usual_code() == CodeWish(14, percent=30)
    tell(trouble_id=case.pk, wish=Wish(code=CodeWish(days=30, percent=40)), by="staff:1", at=at)
    assert DiscountCode.objects.get().percent == 40


def test_the_shop_chooses_whether_a_long_delay_gets_money_or_a_code(shop: Shop) -> None:
    case = silent(shop)
    late = case.order.placed_at + timedelta(days=25)
    offered = prospect(case, at=late).proposal
    assert (offered.act, offered.back > 0) == (Act.OFFER, True)
    set_limits(offers="code")
    offered = prospect(case, at=late).proposal
    assert (offered.act, offered.back) == (Act.CODE, 0)


@pytest.mark.django_db(transaction=True)
def test_however_many_send_the_letter_there_is_one_code() -> None:
    shop = open_shop(utc_now() - timedelta(days=9))
    case, at = silent(shop), moment(shop, 8.6)
    wish = Wish(code=CodeWish(days=30, percent=10))

    results = at_the_same_time(*[lambda: tell(trouble_id=case.pk, wish=wish, by="staff:1", at=at)] * 3)

    assert sorted(type(each).__name__ for each in results) == ["AlreadyTold", "AlreadyTold", "Trouble"]
    assert DiscountCode.objects.count() == 1
    with pytest.raises(AlreadyTold):
        tell(trouble_id=case.pk, wish=wish, by="staff:1", at=at)
    assert DiscountCode.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "zh", "fr", "es", "ja", "pt"])
def test_the_code_is_named_in_every_language(shop: Shop, language: str) -> None:
    case, at = silent(shop), moment(shop, 8.6)
    Order.objects.update(language=language)
    tell(trouble_id=case.pk, wish=Wish(code=CodeWish(days=30, percent=10)), by="staff:1", at=at)
    letter = Message.objects.get(moment="order_trouble")
    assert letter.language == language
    assert DiscountCode.objects.get().code in letter.text
    assert ("10" in letter.text, "········" in letter.text) == (True, False)
