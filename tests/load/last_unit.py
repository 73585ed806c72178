"""The last unit: more buyers than goods, at the same moment. Shared by the test, which asserts, and the benchmark."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.models import F, Sum

from tests.load.crowd import let_loose
from tests.shop import Shop
from tradewind.catalog.models import Variant
from tradewind.checkout.placing import QuoteGotWorse
from tradewind.inventory.models import Reservation, StockLevel, Warehouse
from tradewind.inventory.reserving import NotEnoughStock, Wanted, reserve
from tradewind.inventory.stocktaking import receive
from tradewind.orders.models import Order

GOT: Final = "got"
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Rush:
    """So many buyers for so few units. `stock` is what each warehouse has; each buyer wants `lines` lines of one unit."""

    stock: tuple[int, ...]
    lines: int = 1
    buyers: int = 64
    processes: int = 4

    @property
    def winners(self) -> int:
        """How many can be served where a buyer's units may come from several warehouses."""
        return sum(self.stock) // self.lines

    @property
    def winners_from_one_place(self) -> int:
        """How many can be served where a buyer's units come from one warehouse."""
        return sum(units // self.lines for units in self.stock)

    def __str__(self) -> str:
        return f"stock {'+'.join(map(str, self.stock))}, {self.lines} {'line' if self.lines == 1 else 'lines'}"


RUSHES: Final = tuple(Rush(stock, lines) for lines in (1, 2) for stock in ((1,), (10,), (1, 0), (5, 5)))


@dataclass(frozen=True, slots=True)
class Outcome:
    """`sold` are units of orders, `held` of reservations, `reserved` of stock levels: equal, and at most `stock`."""

    got: int
    refused: int
    stock: int
    held: int
    reserved: int
    shown: int
    orders: int

    @property
    def oversold(self) -> int:
        return max(self.held, self.reserved) - self.stock


def rush_for_stock(shop: Shop, rush: Rush) -> Outcome:
    """Buyers who reserve, and nothing else: the lines of one buyer name the same item."""
    variant, places = _stock_up(shop, rush)

    def buy(buyer: int, meet: Callable[[], object]) -> str:
        lines = [Wanted(variant.pk, 1)] * rush.lines
        # Half of them prefer the other warehouse.
        preferred = places if buyer % 2 else places[::-1]
        try:
            reserve(subject=("order", buyer + 1), lines=lines, warehouses=preferred, at=shop.at)
        except NotEnoughStock:
            return REFUSED
        return GOT

    return _outcome(variant, let_loose(rush.buyers, buy, processes=rush.processes))


def rush_for_orders(shop: Shop, rush: Rush) -> Outcome:
    """Buyers who place whole orders: cart, quote and agreement made before, when there was enough for everybody."""
    variant, _ = _stock_up(shop, rush)
    options = ["de-air", "de-local"][: len([units for units in rush.stock if units])]
    carts = [shop.cart(*[(variant, 1)] * rush.lines) for _ in range(rush.buyers)]
    agreed = {option: shop.agree(carts[0], option=option) for option in options}

    def buy(buyer: int, meet: Callable[[], object]) -> str:
        try:
            shop.place(carts[buyer], agreed=agreed[options[buyer % len(options)]])
        except QuoteGotWorse:
            return REFUSED
        return GOT

    return _outcome(variant, let_loose(rush.buyers, buy, processes=rush.processes))


def rush_without_guard(shop: Shop, rush: Rush) -> Outcome:
    """The control: each buyer reads what is free, decides, and writes, and nothing in the database says no."""
    variant, places = _stock_up(shop, rush)
    level_id = StockLevel.objects.get(variant_id=variant.pk, warehouse_id=places[0]).pk

    def buy(buyer: int, meet: Callable[[], object]) -> str:
        _ignore_check()
        seen = StockLevel.objects.get(pk=level_id)
        meet()
        if seen.on_hand - seen.reserved < rush.lines:
            return REFUSED
        with transaction.atomic():
            StockLevel.objects.filter(pk=level_id).update(reserved=F("reserved") + rush.lines)
            Reservation.objects.create(
                level_id=level_id, subject_kind="order", subject_id=buyer + 1, quantity=rush.lines, made_at=shop.at
            )
        return GOT

    with without_check():
        outcome = _outcome(variant, let_loose(rush.buyers, buy, processes=rush.processes))
        # The table must be in order again before its constraint comes back.
        Reservation.objects.all().delete()
        StockLevel.objects.update(reserved=0)
    return outcome


@contextmanager
def without_check() -> Iterator[None]:
    """PostgreSQL's table without its last line of defence. SQLite's is ignored by each connection, see _ignore_check."""
    table, name = StockLevel._meta.db_table, "stock_never_oversold"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (on_hand >= reserved - short)")


def _ignore_check() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")


def _stock_up(shop: Shop, rush: Rush) -> tuple[Variant, list[int]]:
    """A shop that was opened without stock gets what the rush is about."""
    variant = shop.small
    places: list[Warehouse] = [shop.shenzhen, shop.frankfurt][: len(rush.stock)]
    for place, units in zip(places, rush.stock, strict=True):
        if units:
            receive(variant_id=variant.pk, warehouse=place, quantity=units, by="system", at=shop.at)
    return variant, [place.pk for place in places]


def _outcome(variant: Variant, answers: list[str]) -> Outcome:
    levels = StockLevel.objects.filter(variant_id=variant.pk)
    totals = levels.aggregate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
    held = Reservation.objects.filter(level__variant_id=variant.pk, state=Reservation.State.HELD)
    return Outcome(
        got=answers.count(GOT),
        refused=answers.count(REFUSED),
        stock=totals["on_hand"],
        held=held.aggregate(units=Sum("quantity", default=0))["units"],
        reserved=totals["reserved"],
        shown=Variant.objects.values_list("available", flat=True).get(pk=variant.pk),
        orders=Order.objects.count(),
    )
