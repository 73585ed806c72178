"""How long a workbook that changes the whole catalogue takes, and how long orders wait for it.

    PYTHONPATH=src .venv/bin/python -m benchmarks.workbook --db sqlite

The workbook changes a text of each product and the price of each variant in one market. It is checked and taken over as the
worker does it, while a buyer in another process orders and pays without a pause. Floor: the same buyer before that.
"""

import argparse
import io
import os
import time
from collections.abc import Sequence
from typing import Any, Final

from benchmarks._machine import KINDS, fill, fresh_database, report
from benchmarks._meanwhile import Meanwhile, order_without_a_pause

_FLOOR: Final = 10.0
_MARKET: Final = "de"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workbook", description=__doc__)
    parser.add_argument("--db", choices=KINDS, default=KINDS[0])
    parser.add_argument("--products", type=int, default=10_000)
    options = parser.parse_args(arguments)
    with fresh_database(options.db) as env:
        os.environ.update(env)
        rows = fill(options.products)
        content = _changed_workbook()
        with Meanwhile(order_without_a_pause) as buyer:
            time.sleep(_FLOOR)
            floor = buyer.told()
            figures = _take_over(content, buyer)
    report("workbook", {"db": options.db, "rows": rows, **figures}, floor=floor)


def _take_over(content: bytes, buyer: Meanwhile) -> dict[str, Any]:
    from tradewind.catalog.models import WorkbookRun
    from tradewind.catalog.workbook_running import take_in, take_over
    from tradewind.core.worker import run_everything_due
    from tradewind.lib.clock import utc_now

    def work() -> float:
        """The worker's rounds, with what the buyer's orders ask for among them, until it is done with the workbook."""
        begun = time.perf_counter()
        run.refresh_from_db()
        while run.state in WorkbookRun.BUSY:
            run_everything_due(now=utc_now)
            run.refresh_from_db()
        return time.perf_counter() - begun

    run = take_in(name="all.xlsx", content=content, by="staff:1", at=utc_now())
    checked = work()
    changes = run.outcome["total"]
    buyer.told()
    take_over(run_id=run.pk, seen=run.seen, by="staff:1", at=utc_now())
    seconds = work()
    if run.state != WorkbookRun.State.APPLIED:
        raise SystemExit(f"The workbook is {run.state}: {run.trouble}")
    said = {"bytes": len(content), "changes": changes, "seconds_to_check": round(checked, 1)}
    return {**said, "seconds_to_check_again_and_take_over": round(seconds, 1), "meanwhile": buyer.told()}


def _changed_workbook() -> bytes:
    from openpyxl import Workbook

    from tradewind.catalog.models import Price, Product
    from tradewind.markets.models import Market

    market = Market.objects.get(code=_MARKET)
    titles = Product.objects.order_by("pk").values_list("slug", "content__title__en")
    prices = Price.objects.filter(market_id=market.pk).order_by("pk").values_list("variant__sku", "amount")
    book = Workbook(write_only=True)
    texts = book.create_sheet("Texts")
    texts.append(["product", "language", "title"])
    for slug, title in titles:
        texts.append([slug, "en", f"{title} 2"])
    asked = book.create_sheet("Prices")
    asked.append(["sku", f"{market.code} {market.currency}"])
    for sku, amount in prices:
        asked.append([sku, amount / 100 + 1])
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


if __name__ == "__main__":
    main()
