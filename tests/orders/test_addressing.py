"""Sending an order elsewhere: only with the code, only while it is here, and never past a label that is written already."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.shop import HAMBURG, Shop, open_shop
from tradewind.core.models import FactRecord
from tradewind.core.reach import EVERYWHERE
from tradewind.orders import addressing
from tradewind.orders.addressing import AddressNotSeen, CodeSpent, CodeWrong, NotChangeable, TooManyCodes
from tradewind.orders.cancelling import BUYER_ASKED, cancel_order
from tradewind.orders.filtering import OrderFilters
from tradewind.orders.history import address_changes
from tradewind.orders.models import AddressChange, Order
from tradewind.orders.moving import move
from tradewind.orders.queries import order_list
from tradewind.orders.states import OrderState
from tradewind.promises.queries import promises_about
from tradewind.shipping.dispatching import mark_dispatched

KIEL = HAMBURG.ship_to() | {"line1": "Holstenstraße 1", "postcode": "24103", "city": "Kiel"}


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.place(shop.cart((shop.small, 2))).order


def ask(order: Order, at: datetime, *, key: str = "k1", to: dict[str, str] = KIEL) -> str:
    """The code of a new wish."""
    _, code = addressing.ask_for_change(order_id=order.pk, ship_to=to, key=key, at=at)
    assert code is not None
    return code


def confirm(order: Order, code: str, at: datetime) -> None:
    addressing.confirm_change(order_id=order.pk, code=code, at=at)


def another(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 10**6:06}"


def city_of(order: Order) -> str:
    order.refresh_from_db()
    return str(order.ship_to["city"])


def test_the_right_code_changes_the_address_and_keeps_the_old_one_on_record(order: Order, now: datetime) -> None:
    code = ask(order, now)
    before = city_of(order)

    confirm(order, code, now)

    [change] = address_changes(order.pk)
    assert (before, city_of(order)) == ("Hamburg", "Kiel")
    assert (change.before["city"], change.after["city"], change.confirmed_at) == ("Hamburg", "Kiel", now)


def test_the_fact_says_that_it_happened_and_not_where_to(order: Order, now: datetime) -> None:
    confirm(order, ask(order, now), now)

    fact = FactRecord.objects.get(name="orders.address_changed")
    change = AddressChange.objects.get()
    assert fact.data == {"order_id": order.pk, "buyer_id": order.buyer_id, "change_id": change.pk}
    assert fact.actor == "buyer"


def test_the_promise_stays_as_it_was(order: Order, now: datetime) -> None:
    def promised() -> list[tuple[str, str, object, object]]:
        return [(p.kind, p.state, p.first_day, p.last_day) for p in promises_about("order", order.pk)]

    before = promised()
    confirm(order, ask(order, now), now)

    assert promised() == before
    assert len(before) == 2


def test_the_order_is_found_by_its_new_address_and_no_longer_by_the_old_one(order: Order, now: datetime) -> None:
    confirm(order, ask(order, now), now)

    found = [[row.id for row in order_list(OrderFilters(text=text), EVERYWHERE).rows] for text in ("Kiel", "Elbstraße")]
    assert found == [[order.pk], []]


def test_the_code_itself_is_nowhere_in_the_row(order: Order, now: datetime) -> None:
    code = ask(order, now)

    row = AddressChange.objects.get()
    assert len(code) == 6
    assert code not in repr(vars(row))


@pytest.mark.parametrize("typed", ["{0} {1}", "　{0}{1} ", "wide"])
def test_gaps_and_digits_of_double_width_are_the_same_code(order: Order, now: datetime, typed: str) -> None:
    code = ask(order, now)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    confirm(order, wide if typed == "wide" else typed.format(code[:3], code[3:]), now)

    assert city_of(order) == "Kiel"


def test_a_wrong_code_counts_down_and_after_five_not_even_the_right_one_works(order: Order, now: datetime) -> None:
    code = ask(order, now)
    left = []
    for number in range(1, 6):
        with pytest.raises(CodeWrong) as wrong:
            confirm(order, another(code, number), now)
        left.append(wrong.value.tries_left)

    with pytest.raises(CodeSpent):
        confirm(order, code, now)
    assert left == [4, 3, 2, 1, 0]
    assert city_of(order) == "Hamburg"


@pytest.mark.parametrize(("minutes", "is_taken"), [(14, True), (15, False)])
def test_a_code_holds_for_fifteen_minutes(order: Order, now: datetime, minutes: int, *, is_taken: bool) -> None:
    code = ask(order, now)

    try:
        confirm(order, code, now + timedelta(minutes=minutes))
    except CodeSpent:
        assert not is_taken

    assert city_of(order) == ("Kiel" if is_taken else "Hamburg")


def test_only_the_newest_code_counts(order: Order, now: datetime) -> None:
    old = ask(order, now)
    new = ask(order, now, key="k2", to=KIEL | {"city": "Lübeck"})
    if old == new:  # once in a million
        pytest.skip("the same code twice")

    with pytest.raises(CodeWrong):
        confirm(order, old, now)
    confirm(order, new, now)

    assert city_of(order) == "Lübeck"


def test_three_codes_within_an_hour_and_the_fourth_after_it(order: Order, now: datetime) -> None:
    for number in range(3):
        ask(order, now + timedelta(minutes=number), key=f"k{number}")

    with pytest.raises(TooManyCodes) as enough:
        ask(order, now + timedelta(minutes=59), key="k4")
    ask(order, now + timedelta(minutes=60), key="k4")

    assert enough.value.again_at == now + timedelta(minutes=60)


def test_the_same_form_sent_twice_is_one_wish_and_another_address_in_it_a_second(order: Order, now: datetime) -> None:
    ask(order, now)
    again = addressing.ask_for_change(order_id=order.pk, ship_to=KIEL, key="k1", at=now)[1]
    ask(order, now, to=KIEL | {"city": "Lübeck"})

    assert again is None
    assert AddressChange.objects.count() == 2


def test_the_same_code_twice_changes_once(order: Order, now: datetime) -> None:
    code = ask(order, now)

    confirm(order, code, now)
    confirm(order, code, now)

    assert FactRecord.objects.filter(name="orders.address_changed").count() == 1


def test_a_code_that_changed_an_address_changes_no_second_one(order: Order, now: datetime) -> None:
    code = ask(order, now)
    confirm(order, code, now)

    with pytest.raises(CodeSpent):
        confirm(order, another(code), now)


def test_another_country_is_refused(order: Order, now: datetime) -> None:
    with pytest.raises(addressing.CountryStays):
        ask(order, now, to=KIEL | {"country": "FR"})


@pytest.mark.parametrize("state", [OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.COMPLETED])
def test_what_has_left_goes_where_its_label_says(order: Order, now: datetime, state: OrderState) -> None:
    code = ask(order, now)
    Order.objects.update(state=state)

    with pytest.raises(NotChangeable):
        ask(order, now, key="k2")
    with pytest.raises(NotChangeable):
        confirm(order, code, now)
    assert city_of(order) == "Hamburg"


def test_a_cancelled_order_goes_nowhere(order: Order, now: datetime) -> None:
    code = ask(order, now)
    cancel_order(order=order, by="buyer", reason=BUYER_ASKED, at=now)

    with pytest.raises(NotChangeable):
        confirm(order, code, now)


def test_who_has_not_seen_the_new_address_cannot_mark_it_dispatched(order: Order, now: datetime) -> None:
    Order.objects.update(state=OrderState.PAID)
    order.refresh_from_db()
    confirm(order, ask(order, now), now)

    with pytest.raises(AddressNotSeen):
        mark_dispatched(order=order, by="staff:1", at=now, changes_seen=0)
    mark_dispatched(order=order, by="staff:1", at=now, changes_seen=1)

    assert order.state == OrderState.DISPATCHED


def test_wishes_that_nobody_confirmed_are_forgotten_after_a_day_and_changes_are_not(
    order: Order, now: datetime
) -> None:
    confirm(order, ask(order, now), now)
    ask(order, now, key="k2")
    ask(order, now + timedelta(hours=2), key="k3")

    assert addressing.forget_wishes(now + timedelta(days=1)) == 1
    assert sorted(AddressChange.objects.values_list("key", flat=True)) == ["k1", "k3"]


def test_erasing_a_buyer_empties_both_addresses_and_the_label_still_counts_the_change(
    order: Order, now: datetime
) -> None:
    confirm(order, ask(order, now), now)
    assert order.buyer_id is not None
    told = addressing.export_addresses(buyer_id=order.buyer_id)

    erased = [addressing.erase_addresses(buyer_id=order.buyer_id) for _ in range(2)]

    assert erased == [1, 0]
    assert (told[0]["before"], told[0]["after"]) == (HAMBURG.ship_to(), KIEL)
    assert [(change.before, change.after) for change in address_changes(order.pk)] == [({}, {})]


def paid_order(now: datetime) -> Order:
    shop = open_shop(now)
    order = shop.place(shop.cart((shop.small, 1))).order
    Order.objects.update(state=OrderState.PAID)
    return order


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_changed_and_dispatched_at_the_same_moment_only_one_happens(now: datetime, turn: int) -> None:
    order = paid_order(now)
    code = ask(order, now)

    def dispatch() -> None:
        mark_dispatched(order=Order.objects.get(pk=order.pk), by="staff:1", at=now, changes_seen=0)

    def change() -> None:
        confirm(order, code, now)

    assert (
        succeed_at_once(
            *([change, dispatch] if turn % 2 else [dispatch, change]), refusals=(NotChangeable, AddressNotSeen)
        )
        == 1
    )
    order.refresh_from_db()
    assert (order.state, order.ship_to["city"]) in {("dispatched", "Hamburg"), ("paid", "Kiel")}


@pytest.mark.django_db(transaction=True)
def test_looking_first_and_writing_later_sends_the_parcel_past_its_buyer(now: datetime) -> None:
    """The control: without the lock, the buyer is told Kiel and the parcel leaves for Hamburg."""
    order = paid_order(now)
    ask(order, now)
    both_have_looked = threading.Barrier(2)

    def change() -> None:
        if Order.objects.get(pk=order.pk).state != OrderState.PAID:
            raise NotChangeable
        both_have_looked.wait()
        with transaction.atomic():
            Order.objects.filter(pk=order.pk).update(ship_to=KIEL)

    def dispatch() -> None:
        if address_changes(order.pk):
            raise AddressNotSeen
        both_have_looked.wait()
        with transaction.atomic():
            move(Order.objects.get(pk=order.pk), OrderState.DISPATCHED)

    assert succeed_at_once(change, dispatch) == 2
