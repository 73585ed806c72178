"""Files handed in as somebody does it in the console, and the worker at them."""

from typing import Any

from tests.orders.importing.marketplaces.test_ebay import SOLD, report
from tradewind.core.accounts import account_named
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now
from tradewind.orders.import_models import OrderFile
from tradewind.orders.importing.deciding import Upload, bring_in, take_back, take_in, weigh

BY = "staff:1"
ACCOUNT = "eBay DE"


def sold(*numbers: str, **changes: str) -> bytes:
    """eBay's report of these orders."""
    return report(*(SOLD | {"Order Number": number} | changes for number in numbers)).encode()


def many(number: int) -> bytes:
    """Enough for several transactions."""
    return sold(*(f"12-{each:05}" for each in range(number)))


def hand_in(content: bytes, *, source: str = "ebay", account: str = ACCOUNT, **fields: Any) -> OrderFile:
    channel = source or "file"
    account_id = account_named(account, channel=channel, at=utc_now()).pk
    key = f"key{OrderFile.objects.count()}"
    upload = Upload(key, "orders.csv", content, "en", account_id=account_id, source=source, **fields)
    return take_in(upload, by=BY, at=utc_now())


def work(row: OrderFile) -> OrderFile:
    run_until_idle(now=utc_now)
    row.refresh_from_db()
    return row


def look(content: bytes, **fields: Any) -> OrderFile:
    return work(hand_in(content, **fields))


def decide(row: OrderFile) -> None:
    bring_in(file_id=row.pk, seen=row.seen, by=BY, at=utc_now())


def bring(content: bytes, **fields: Any) -> OrderFile:
    row = look(content, **fields)
    decide(row)
    return work(row)


def weigh_it(row: OrderFile) -> OrderFile:
    weigh(file_id=row.pk, at=utc_now())
    return work(row)


def undo(row: OrderFile) -> OrderFile:
    row = weigh_it(row)
    take_back(file_id=row.pk, seen=row.seen, by=BY, at=utc_now())
    return work(row)


def counts(row: OrderFile, *names: str) -> tuple[int, ...]:
    return tuple(row.outcome[name] for name in names or ("created", "updated", "unchanged", "rejected"))
