"""Goods counted short, where they are many: everybody has a turn, a variant stays whole, and nothing is written without a change."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_order
from tests.orders.changing import bought
from tests.shop import Shop, open_shop
from tradewind.catalog.models import Variant
from tradewind.core.worker import run_until_idle
from tradewind.inventory.models import StockLevel, StockMovement, Warehouse
from tradewind.inventory.reserving import Wanted, release, reserve, ship
from tradewind.inventory.stocktaking import count_short, receive
from tradewind.messaging.trouble_telling import dismiss
from tradewind.orders.holding import hold_order, release_order
from tradewind.promises.models import PromiseRisk
from tradewind.shipping.models import ShortageRound, Trouble
from tradewind.shipping.shortages import look_for_shortages

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MANY = 63
# More than fit into one round, and two of them of one variant just where a round ends.
IN_TWO_PLACES = 49


def missing(shop: Shop, number: int) -> None:
    """So many goods of which one order each holds what is not there; one of them lies in two places."""
    for place in range(number):
        for warehouse in (shop.shenzhen, shop.frankfurt)[: 2 if place == IN_TWO_PLACES else 1]:
            _missing(shop, place, warehouse)


def _missing(shop: Shop, place: int, warehouse: Warehouse) -> None:
    fields = {"product": shop.product, "options": {}, "position": place + 9, "weight_g": 1, "customs": {"traits": []}}
    variant, _ = Variant.objects.get_or_create(sku=f"SHORT-{place:03}", defaults=fields)
    number = 1000 + 2 * place + (warehouse == shop.frankfurt)
    receive(variant_id=variant.pk, warehouse=warehouse, quantity=1, by="staff:1", at=shop.at)
    order = make_order(number, state="paid")
    wanted = [Wanted(variant.pk, 1)]
    reserve(subject=("order", order.pk), lines=wanted, warehouses=[warehouse.pk], at=shop.at)
    count_short(variant_id=variant.pk, warehouse=warehouse, counted=0, reason="gone", by="staff:1", at=shop.at)


def hit() -> int:
    return Trouble.objects.filter(cause="no_stock", closed_at=None).count()


def test_more_goods_than_one_round_holds_all_have_their_turn(shop: Shop) -> None:
    missing(shop, MANY)

    looked = [look_for_shortages(shop.at) for _ in range(2)]

    # The fiftieth and its second place are one turn.
    assert (looked, hit()) == ([50, 50], MANY + 1)
    assert set(Trouble.objects.values_list("state", flat=True)) == {"open"}
    assert [look_for_shortages(shop.at) for _ in range(3)] == [50] * 3
    assert (hit(), Trouble.objects.count()) == (MANY + 1, MANY + 1)


def test_without_a_kept_place_the_last_goods_starve(shop: Shop) -> None:
    """The control: whoever begins anew each time never comes to the end."""
    missing(shop, MANY)
    for _ in range(4):
        look_for_shortages(shop.at)
        ShortageRound.objects.all().delete()
    assert hit() == 51


def test_one_round_asks_the_same_statements_for_one_and_for_many_and_writes_nothing_without_a_change(
    shop: Shop,
) -> None:
    missing(shop, 1)
    look_for_shortages(shop.at)
    one = statements(shop)
    for place in range(1, 48):
        _missing(shop, place, shop.shenzhen)
    look_for_shortages(shop.at)
    assert hit() == 48

    many = statements(shop)

    assert (len(one), [each for each in many if not each.startswith("SELECT")]) == (len(many), [])
    # Nor for those that somebody has dismissed.
    for case in Trouble.objects.order_by("pk")[:20]:
        dismiss(trouble_id=case.pk, why="it lies on the other shelf", by="staff:1", at=shop.at)
    dismissed = statements(shop)
    assert (len(dismissed), [each for each in dismissed if not each.startswith("SELECT")]) == (len(many) + 1, [])
    assert hit() == 48 - 20


def statements(shop: Shop) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        look_for_shortages(shop.at)
    found = [each["sql"] for each in seen.captured_queries]
    assert not [each for each in found if "FOR UPDATE" in each]
    return found


def test_a_hold_and_goods_counted_short_are_two_reasons_that_end_by_themselves(shop: Shop) -> None:
    order = bought(shop, (shop.small, 2))
    hold = hold_order(order_id=order.pk, reason="waiting_goods", by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    count(shop, 1)
    look_for_shortages(shop.at)

    assert reasons() == {("", "open"), (shop.small.sku, "open")}
    assert PromiseRisk.objects.filter(cause="no_stock", until=None).count() == 2
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=5, by="staff:1", at=shop.at)
    look_for_shortages(shop.at)
    assert reasons() == {("", "open"), (shop.small.sku, "solved")}
    assert PromiseRisk.objects.filter(cause="no_stock", until=None).count() == 1

    # And the other way round: the hold ends, and the goods are missing again.
    count(shop, 1)
    look_for_shortages(shop.at)
    release_order(hold_id=hold.pk, by="staff:1", at=shop.at)
    run_until_idle(now=lambda: shop.at)
    look_for_shortages(shop.at)
    rows = Trouble.objects.filter(closed_at=None).values_list("group__notice", flat=True)
    assert list(rows) == [shop.small.sku]


def test_a_shortage_that_was_dismissed_comes_back_as_another_one(shop: Shop) -> None:
    bought(shop, (shop.small, 2))
    count(shop, 1)
    look_for_shortages(shop.at)
    dismiss(trouble_id=Trouble.objects.get().pk, why="found", by="staff:1", at=shop.at)
    count(shop, 0)
    look_for_shortages(shop.at)
    assert reasons() == {(shop.small.sku, "dismissed")}

    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=5, by="staff:1", at=shop.at)
    look_for_shortages(shop.at)
    level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
    assert (level.short, level.short_since) == (0, None)
    later = shop.at + HOUR
    count_short(variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=1, reason="x", by="staff:1", at=later)
    look_for_shortages(later)
    assert reasons() == {(shop.small.sku, "dismissed"), (shop.small.sku, "open")}


def test_what_left_though_it_was_counted_short_did_lie_there(shop: Shop) -> None:
    order = bought(shop, (shop.small, 4))
    count(shop, 1)
    look_for_shortages(shop.at)
    ship(subject=("order", order.pk), at=shop.at)
    level = StockLevel.objects.get(variant_id=shop.small.pk, warehouse=shop.shenzhen)
    assert (level.on_hand, level.reserved, level.short) == (-3, 0, 3)

    for _ in range(2):
        look_for_shortages(shop.at)

    level.refresh_from_db()
    assert (level.on_hand, level.reserved, level.short, level.short_since) == (0, 0, 0, None)
    moved = StockMovement.objects.filter(level=level).order_by("-pk")
    assert list(moved.values_list("kind", "quantity", "reason", "by")[:1]) == [
        ("adjusted", 3, "left_after_all", "system")
    ]
    assert sum(moved.values_list("quantity", flat=True)) == 0
    assert hit() == 0
    # What comes after that can be sold.
    receive(variant_id=shop.small.pk, warehouse=shop.shenzhen, quantity=2, by="staff:1", at=shop.at)
    shop.small.refresh_from_db()
    assert shop.small.available == 2


def test_what_is_given_back_ends_a_shortage(shop: Shop) -> None:
    order = bought(shop, (shop.small, 4))
    count(shop, 1)
    look_for_shortages(shop.at)
    release(subject=("order", order.pk), at=shop.at)
    look_for_shortages(shop.at)
    assert (look_for_shortages(shop.at), hit()) == (0, 0)


def test_shortages_from_before_they_had_a_beginning_stay_as_somebody_decided(shop: Shop) -> None:
    bought(shop, (shop.small, 2))
    bought(shop, (shop.small, 2))
    count(shop, 0)
    look_for_shortages(shop.at)
    dismiss(trouble_id=Trouble.objects.latest("pk").pk, why="found", by="staff:1", at=shop.at)
    # As it was: the episode had the name of a promise.
    Trouble.objects.update(since=shop.at - HOUR)

    import_module("tradewind.shipping.migrations.0066_shortages_apart").name_episodes(apps, None)
    look_for_shortages(shop.at)

    assert reasons() == {(shop.small.sku, "open"), (shop.small.sku, "dismissed")}
    assert Trouble.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_goods_that_are_short_already_are_so_since_they_were_counted() -> None:
    shop = open_shop(datetime(2026, 11, 23, 6, tzinfo=UTC))
    bought(shop, (shop.small, 2))
    count(shop, 1)
    level = StockLevel.objects.get(short__gt=0)
    with unchecked():
        StockLevel.objects.update(short_since=None)
        import_module("tradewind.inventory.migrations.0006_short_since").fill(apps, None)

    since = dict(StockLevel.objects.values_list("pk", "short_since"))
    assert since == {pk: shop.at if pk == level.pk else None for pk in since}


@contextmanager
def unchecked() -> Iterator[None]:
    """As it was before the database asked since when."""
    dated = next(each for each in StockLevel._meta.constraints if each.name == "stock_short_since")
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA ignore_check_constraints = ON"
            if is_sqlite
            else "ALTER TABLE inventory_stocklevel DROP CONSTRAINT stock_short_since"
        )
        yield
        if is_sqlite:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
            return
    with connection.schema_editor() as editor:
        editor.add_constraint(StockLevel, dated)


def count(shop: Shop, counted: int) -> None:
    count_short(
        variant_id=shop.small.pk, warehouse=shop.shenzhen, counted=counted, reason="broken", by="staff:1", at=shop.at
    )


def reasons() -> set[tuple[str, str]]:
    return set(Trouble.objects.filter(cause="no_stock").values_list("group__notice", "state"))
