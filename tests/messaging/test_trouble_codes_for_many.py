"""Letters to many of one cause, each with a code of its own: in the buyer's currency and language, once."""

import pytest

from tests.messaging.test_trouble_codes import set_limits
from tests.shipping.troubled import look, moment, sent
from tests.shop import Shop
from tradewind.checkout.models import DiscountCode
from tradewind.messaging.models import Message
from tradewind.messaging.trouble_codes import CodesWish, TooGenerous
from tradewind.messaging.trouble_prospects import days_of
from tradewind.messaging.trouble_telling import tell_wanted, want_told
from tradewind.orders.models import Order
from tradewind.shipping.models import Trouble, TroubleGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(shop: Shop) -> list[Trouble]:
    """Silent parcels to buyers who read German, English and Chinese; the last has paid in dollars."""
    for number in range(3):
        sent(shop, f"LP{number}")
    for order, language in zip(Order.objects.order_by("pk"), ("de", "en", "zh"), strict=True):
        Order.objects.filter(pk=order.pk).update(language=language, email=f"{language}@example.com")
    Order.objects.filter(language="zh").update(currency="USD")
    look(shop, 8.5)
    return list(Trouble.objects.select_related("order", "parcel").order_by("pk"))


def decide(shop: Shop, cases: list[Trouble], codes: CodesWish) -> int:
    at = moment(shop, 8.6)
    group = TroubleGroup.objects.get()
    return want_told(group_id=group.pk, read=days_of(cases, at=at), note="", by="staff:1", at=at, codes=codes)


def test_each_buyer_gets_a_code_of_their_own_in_their_language_and_currency(shop: Shop, three: list[Trouble]) -> None:
    assert decide(shop, three, CodesWish(30, amounts={"EUR": 300, "USD": 250})) == 3
    assert DiscountCode.objects.count() == 0
    assert [tell_wanted(moment(shop, 8.7)), tell_wanted(moment(shop, 8.8))] == [3, 0]

    rows = list(DiscountCode.objects.order_by("trouble"))
    assert [row.amounts for row in rows] == [{"EUR": 300}, {"EUR": 300}, {"USD": 250}]
    assert [row.email for row in rows] == ["de@example.com", "en@example.com", "zh@example.com"]
    letters = list(Message.objects.filter(moment="order_trouble").order_by("subject_id"))
    assert [letter.language for letter in letters] == ["de", "en", "zh"]
    for row, letter, money in zip(rows, letters, ("3,00\u00a0€", "€3.00", "US$2.50"), strict=True):
        assert [each.code in letter.text for each in rows] == [each == row for each in rows]
        assert money in letter.text
    assert [each["code"] for case in Trouble.objects.order_by("pk") for each in case.done] == [row.code for row in rows]


def test_where_it_is_too_much_for_one_nobody_gets_anything(shop: Shop, three: list[Trouble]) -> None:
    # A fifth of what each has paid is 3.38.
    for codes in (CodesWish(30, percent=21), CodesWish(30, amounts={"EUR": 300}), CodesWish(30, amounts={"EUR": 339})):
        with pytest.raises(TooGenerous):
            decide(shop, three, codes)
    assert Trouble.objects.filter(wanted_at__isnull=False).count() == 0


def test_what_an_owner_has_forbidden_since_is_told_to_nobody_and_says_so(shop: Shop, three: list[Trouble]) -> None:
    decide(shop, three, CodesWish(30, percent=15))
    set_limits(code_most="10", code_percent="5")
    assert tell_wanted(moment(shop, 8.7)) == 0
    assert (Message.objects.filter(moment="order_trouble").count(), DiscountCode.objects.count()) == (0, 0)
    whys = [case.done[-1]["why"] for case in Trouble.objects.all()]
    assert (whys, Trouble.objects.filter(wanted_at__isnull=False).count()) == (["TooGenerous"] * 3, 0)
