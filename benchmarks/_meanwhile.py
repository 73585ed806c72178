"""What goes on in another process while something is measured, and how long each turn of it took."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, Self

_READY: Final = "ready"


class Meanwhile:
    """A process that does one thing after the other without a pause. `work` is a function of a module: a queue is all it gets."""

    def __init__(self, work: Callable[[Any], None]) -> None:
        spawned = multiprocessing.get_context("spawn")
        # A pipe would let the process wait once it is full.
        self._turns = spawned.Queue()
        self._process = spawned.Process(target=work, args=(self._turns,), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        if self._turns.get() != _READY:
            raise SystemExit("The work beside the measurement did not begin.")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def told(self, *, what: str = "orders") -> dict[str, Any]:
        """Of the turns since this was asked last. Waits for the one that is on its way."""
        seconds, refused, is_last = [], 0, False
        while not is_last:
            is_last = self._turns.empty()
            taken, is_done = self._turns.get()
            seconds.append(taken)
            refused += not is_done
        total = round(sum(seconds), 1)
        return {
            what: len(seconds),
            "per_second": round(len(seconds) / max(total, 0.1), 1),
            "refused": refused,
            "longest_seconds": round(max(seconds), 3),
        }


def order_without_a_pause(told: Any) -> None:
    """A buyer who orders and pays."""
    import django

    django.setup()
    from benchmarks._placing_by_functions import place_and_pay
    from tradewind.catalog.models import Variant

    sold = Variant.objects.filter(
        prices__market_id__gt=0, available__gt=0, consists_of=[], product__slug__startswith="copy-"
    )
    variants = list(sold.order_by("pk").values_list("pk", flat=True).distinct()[:500])

    def order(number: int) -> None:
        place_and_pay(variants[number % len(variants)], f"buyer{number}@example.com")

    _repeat(order, told)


def write_without_a_pause(told: Any) -> None:
    """The least that a write can be: one row, committed."""
    import django

    django.setup()
    from django.db import transaction

    from tradewind.core.models import SettingValue
    from tradewind.lib.clock import utc_now

    def write(number: int) -> None:
        with transaction.atomic():
            SettingValue.objects.update_or_create(
                key="benchmark.written", defaults={"value": number, "changed_at": utc_now()}
            )

    _repeat(write, told)


def _repeat(do: Callable[[int], None], told: Any) -> None:
    from django.db import OperationalError

    told.put(_READY)
    for number in _numbers():
        begun = time.perf_counter()
        try:
            do(number)
            is_done = True
        except OperationalError:
            is_done = False
        told.put((time.perf_counter() - begun, is_done))


def _numbers() -> Iterator[int]:
    yield from range(10**9)
