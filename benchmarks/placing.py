"""How many orders a second are placed and paid, durably, by eight buyers at once, beside the commits of the same run.

    PYTHONPATH=src .venv/bin/python -m benchmarks.placing --db sqlite

Through HTTP: two web processes, for two cores, with their worker; each buyer fills a cart, orders as a guest, pays on
the simulated provider's page and comes back to the order's page. Through functions: the same activities without web and
worker, in two processes. Floor: eight writers, each transaction one row of 200 bytes, committed to disk.
"""

import argparse
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from benchmarks._machine import KINDS, fresh_database, report
from benchmarks._serving import serving

_BUYERS: Final = 8
_PROCESSES: Final = 2
_PRODUCTS: Final = 1000
_SETTLED_WITHIN: Final = 120.0


@dataclass(frozen=True, slots=True)
class Options:
    db: str
    seconds: float


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.placing", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--seconds", type=float, default=15.0, help="of each measurement")
    options = Options(**vars(parser.parse_args(arguments)))
    with fresh_database(options.db) as env:
        os.environ.update(env)
        variants = _fill()
        floor = _commits(options)
        functions = _through_functions(variants, options)
        pages = _through_pages(env, variants, options)
        floor_again = _commits(options)
    figures = {**pages, "through_functions": functions, "db": options.db, "buyers": _BUYERS}
    report("placing and paying", figures, floor={"per_second": floor, "per_second_afterwards": floor_again})


def _fill() -> list[int]:
    """Variants that a buyer in Hamburg can buy."""
    import django

    django.setup()
    from benchmarks._catalogue import build_catalogue, slug_of
    from tradewind.catalog.models import Variant
    from tradewind.lib.clock import utc_now
    from tradewind.markets.models import Market

    build_catalogue(_PRODUCTS, at=utc_now())
    slugs = [slug_of(number) for number in range(_PRODUCTS)]
    # Copies of sets share the parts of the one that they were made from.
    here = Market.objects.get(code="de")
    sold = Variant.objects.filter(product__slug__in=slugs, prices__market_id=here.pk, available__gt=0, consists_of=[])
    return list(sold.order_by("pk").values_list("pk", flat=True))


def _at_once(seconds: float, do: Callable[[int, int], None], *, processes: int) -> tuple[int, float]:
    """Let every buyer repeat `do(buyer, number)` for so long. Returns how often it was done, and the seconds."""
    from tests.load.crowd import let_loose

    def repeat(buyer: int, meet: Callable[[], object]) -> str:
        meet()
        until = time.monotonic() + seconds
        for number in count():
            if time.monotonic() >= until:
                return str(number)
            do(buyer, number)
        raise AssertionError

    begun = time.monotonic()
    done = sum(map(int, let_loose(_BUYERS, repeat, processes=processes)))
    return done, time.monotonic() - begun


def _commits(options: Options) -> float:
    from django.db import transaction

    from tradewind.core.models import SettingValue
    from tradewind.lib.clock import utc_now

    def commit(buyer: int, number: int) -> None:
        with transaction.atomic():
            SettingValue.objects.create(
                key=f"{secrets.token_hex(8)}.{buyer}.{number}", value="x" * 200, changed_at=utc_now()
            )

    done, seconds = _at_once(min(options.seconds, 5.0), commit, processes=_PROCESSES)
    return round(done / seconds, 1)


def _through_functions(variants: Sequence[int], options: Options) -> dict[str, Any]:
    from benchmarks._placing_by_functions import place_and_pay

    def order(buyer: int, number: int) -> None:
        place_and_pay(variants[(buyer * 997 + number) % len(variants)], f"buyer{buyer}.{number}@example.com")

    done, seconds = _at_once(options.seconds, order, processes=_PROCESSES)
    return {"per_second": round(done / seconds, 1), "orders": done, "processes": _PROCESSES}


def _through_pages(env: dict[str, str], variants: Sequence[int], options: Options) -> dict[str, Any]:
    from tradewind.orders.models import Order

    before = Order.objects.exclude(state="awaiting_payment").count()
    with serving(env, processes=_PROCESSES, workers=1) as web:
        orders, requests, seconds = _shop(web.port, variants, options.seconds)
        begun = time.monotonic()
        while Order.objects.exclude(state="awaiting_payment").count() - before < orders:
            if time.monotonic() - begun > _SETTLED_WITHIN:
                raise SystemExit("The worker did not settle all orders.")
            time.sleep(0.1)
        behind = time.monotonic() - begun
    return {
        "per_second": round(orders / seconds, 1),
        "per_second_until_all_are_paid": round(orders / (seconds + behind), 1),
        "orders": orders,
        "requests_per_order": requests // orders,
        "web": f"{_PROCESSES} processes with 2 threads each, 1 worker",
    }


def _shop(port: int, variants: Sequence[int], wanted: float) -> tuple[int, int, float]:
    """Orders, requests and seconds of eight buyers who buy one thing after another."""
    from benchmarks._buying import Browser, buy

    until = time.monotonic() + wanted
    bought: list[int] = []
    asked: list[int] = []
    fallen: list[BaseException] = []

    def run(buyer: int) -> None:
        browser = Browser(port)
        try:
            for number in count():
                if time.monotonic() >= until:
                    break
                variant = variants[(buyer * 991 + number) % len(variants)]
                buy(browser, variant_id=variant, email=f"visitor{buyer}.{number}@example.com")
                bought.append(buyer)
            asked.append(browser.requests)
        except BaseException as problem:  # noqa: BLE001  # raised below, in the thread that reports
            fallen.append(problem)

    begun = time.monotonic()
    threads = [threading.Thread(target=run, args=(buyer,)) for buyer in range(_BUYERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if fallen:
        raise fallen[0]
    return len(bought), sum(asked), time.monotonic() - begun


if __name__ == "__main__":
    main(sys.argv[1:])
