"""What an imported order is, and that importing again changes only what the file changed."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.orders.importing.conftest import Import
from tradewind.buyers.models import Buyer, Identity
from tradewind.core import search
from tradewind.core.accounts import own_shop
from tradewind.core.facts import load, timeline
from tradewind.core.models import FactRecord, SearchDocument, ShopAccount
from tradewind.orders.events import OrderImported
from tradewind.orders.importing.mapping import Mapping
from tradewind.orders.importing.running import LINES_A_BATCH, ORDERS_A_BATCH, OwnShopRefused
from tradewind.orders.importing.storing import Outcome
from tradewind.orders.models import Order, OrderLine
from tradewind.orders.states import OrderState

HEAD = "order,sku,title,quantity,price,date,customer,country,currency\n"
FIRST = "1,A,Mug,2,9.50,2026-06-03 10:00,K1,DE,EUR\n"
MORE = "1,POST,Postage,1,4.90,2026-06-03 10:00,K1,DE,EUR\n"
OTHER = "2,B,Teapot,1,30,2026-06-04 10:00,K2,FR,USD\n"

pytestmark = pytest.mark.django_db


def everything() -> list[object]:
    tables = (Order, OrderLine, Buyer, Identity, FactRecord, SearchDocument, ShopAccount)
    return [list(table.objects.order_by("pk").values()) for table in tables]  # type: ignore[attr-defined]  # all are models


def test_an_order_is_recorded_found_and_belongs_to_its_buyer(run: Import, now: datetime) -> None:
    run(HEAD + FIRST + MORE)

    order = Order.objects.select_related("account", "buyer").get()
    assert order.buyer is not None
    assert (order.account.name, order.account.channel) == ("An older shop", "file")
    assert (order.buyer.country, order.buyer.language, order.buyer.created_at) == ("DE", "en", now)
    assert Identity.objects.get().scope == order.account_id
    assert [load(row) for row in timeline("order", order.pk)] == [OrderImported(order.pk, order.buyer_id)]
    for typed in ("k1", "Germany", "德国", order.ref):
        assert search.find(typed, kinds=["order"]) == [("order", order.pk)]


def test_the_same_file_twice_changes_nothing(run: Import, now: datetime) -> None:
    first = run(HEAD + FIRST + MORE + OTHER)
    before = everything()

    again = run(HEAD + FIRST + MORE + OTHER, at=now + timedelta(days=30))

    assert (first.outcome, again.outcome) == (Outcome(created=2), Outcome(unchanged=2))
    assert again.sums == first.sums
    assert everything() == before


def test_a_changed_order_is_replaced_and_keeps_what_is_ours(run: Import) -> None:
    run(HEAD + FIRST + MORE + OTHER)
    before = Order.objects.get(external_id="1")
    Order.objects.filter(pk=before.pk).update(state=OrderState.CANCELLED)

    summary = run(HEAD + FIRST.replace("9.50", "8.50").replace("K1", "Xaver").replace("DE", "AT") + OTHER)

    after = Order.objects.select_related("buyer").get(external_id="1")
    assert summary.outcome == Outcome(updated=1, unchanged=1)
    assert (after.pk, after.ref, after.state) == (before.pk, before.ref, OrderState.CANCELLED)
    assert (after.total, after.delivery, after.country) == (1700, 0, "AT")
    assert list(after.lines.values_list("sku", "total")) == [("A", 1700)]
    assert after.buyer_id != before.buyer_id
    assert len(timeline("order", after.pk)) == 2
    assert search.find("Germany", kinds=["order"]) == []
    assert search.find("xaver", kinds=["order"]) == [("order", after.pk)]


def test_orders_that_are_not_in_the_next_file_stay(run: Import) -> None:
    run(HEAD + FIRST)

    assert run(HEAD + OTHER).outcome == Outcome(created=1)
    assert Order.objects.count() == 2


def test_rows_of_an_order_come_together_from_anywhere_in_the_file(run: Import) -> None:
    summary = run(HEAD + FIRST + OTHER + MORE + OTHER.replace("B,", "C,"))

    assert (summary.read, summary.orders) == (4, 2)
    assert list(OrderLine.objects.order_by("id").values_list("order__external_id", "position", "sku")) == [
        ("1", 1, "A"),
        ("1", 2, "POST"),
        ("2", 1, "B"),
        ("2", 2, "C"),
    ]


def test_sums_are_told_by_currency_with_credits_negative(run: Import) -> None:
    summary = run(HEAD + FIRST + OTHER + "C3,A,Mug,-1,9.50,2026-06-05 10:00,K1,DE,\n")

    assert [str(money) for money in summary.sums] == ["9.50 EUR", "30.00 USD"]
    assert Order.objects.get(external_id="C3").kind == Order.Kind.CREDIT


def test_lines_are_rounded_half_up_and_the_difference_is_told(run: Import) -> None:
    prices = ["0.005", "0.125", "1.0049"]
    summary = run(HEAD + "".join(FIRST.replace(",2,9.50", f",1,{price}") for price in prices))

    order = Order.objects.get()
    assert list(order.lines.order_by("position").values_list("total", flat=True)) == [1, 13, 100]
    assert (order.total, str(summary.sums[0])) == (114, "1.14 EUR")
    assert summary.rounding == {"EUR": Decimal("1.14") - sum(map(Decimal, prices))}


def test_fractions_of_a_cent_that_add_up_are_not_rounded(run: Import) -> None:
    summary = run(HEAD + FIRST.replace(",2,9.50", ",200,0.0125"))

    assert (str(summary.sums[0]), summary.rounding) == ("2.50 EUR", {})


def test_a_discount_that_is_taken_back_counts_with_the_goods(run: Import) -> None:
    run(HEAD + FIRST + FIRST.replace("A,", "D,").replace("9.50", "1"))

    order = Order.objects.get()
    assert (order.goods, order.discount, order.total) == (2100, 0, 2100)


def test_an_earlier_date_of_a_later_row_is_the_orders(run: Import) -> None:
    run(HEAD + FIRST + MORE.replace("10:00", "09:58"))

    assert Order.objects.get().placed_at.isoformat() == "2026-06-03T07:58:00+00:00"


def test_accounts_do_not_share_orders_or_buyers(run: Import) -> None:
    run(HEAD + FIRST)

    assert run(HEAD + FIRST, account="Another").outcome == Outcome(created=1)
    assert set(Order.objects.values_list("account__name", "external_id")) == {("An older shop", "1"), ("Another", "1")}
    assert Buyer.objects.count() == 2


@pytest.mark.parametrize("is_there", [True, False])
def test_the_own_shop_takes_no_orders_from_files(is_there: bool, run: Import, now: datetime) -> None:
    if is_there:
        own_shop(at=now)

    with pytest.raises(OwnShopRefused) as refused:
        run(HEAD + FIRST, account="own shop")

    assert (
        str(refused.value) == '"own shop" is the own shop, and no file adds orders to it. Name another with --account.'
    )
    assert Order.objects.count() == 0
    assert own_shop(at=now).channel == ShopAccount.Channel.OWN


def test_a_dry_run_tells_what_would_happen_and_stores_nothing(run: Import) -> None:
    fresh = run(HEAD + FIRST, is_dry_run=True)
    run(HEAD + FIRST + OTHER)
    before = everything()
    later = run(HEAD + FIRST.replace("9.50", "9.51") + OTHER + "3" + FIRST[1:] + "x,y\n", is_dry_run=True)

    assert fresh.outcome == Outcome(created=1)
    assert later.outcome == Outcome(created=1, updated=1, unchanged=1)
    assert later.reject_file is not None
    assert later.reject_file.exists()
    assert everything() == before


def test_progress_counts_every_row_once(run: Import) -> None:
    told: list[tuple[int, int]] = []
    orders = ORDERS_A_BATCH + 1
    rows = "".join(FIRST.replace("1,A", f"{n},A") for n in range(orders)) + "x,y\n"

    summary = run(HEAD + rows, on_progress=lambda done, of: told.append((done, of)))

    assert summary.orders == orders
    assert told == [(ORDERS_A_BATCH + 1, orders + 1), (orders + 1, orders + 1)]


def test_an_order_of_thousands_of_lines_is_one_order(run: Import) -> None:
    summary = run(HEAD + FIRST * (LINES_A_BATCH + 1) + OTHER)

    assert summary.outcome == Outcome(created=2)
    assert Order.objects.get(external_id="1").total == 1900 * (LINES_A_BATCH + 1)


def test_several_columns_may_make_the_order_number(run: Import, plain: Mapping) -> None:
    columns = plain.columns.model_copy(update={"order": ["date", "customer"]})

    run(HEAD + FIRST + MORE + OTHER, plain.model_copy(update={"columns": columns}))

    assert set(Order.objects.values_list("external_id", flat=True)) == {"2026-06-03 10:00/K1", "2026-06-04 10:00/K2"}


def test_a_file_with_headings_only_makes_the_account_and_nothing_else(run: Import) -> None:
    summary = run(HEAD)

    assert (summary.read, summary.orders, summary.sums, summary.reject_file) == (0, 0, [], None)
