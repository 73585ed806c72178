"""What comes in from a sales channel is owed to it by its deadline; later files keep, move and end that."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.orders.importing.marketplaces.conftest import Bring, order, table
from tests.orders.importing.marketplaces.test_aliexpress import KIND as ALIEXPRESS
from tests.orders.importing.marketplaces.test_aliexpress import SOLD as ON_ALIEXPRESS
from tests.orders.importing.marketplaces.test_amazon import ALL
from tests.orders.importing.marketplaces.test_amazon import SOLD as ON_AMAZON
from tests.orders.importing.marketplaces.test_ebay import SOLD, report
from tradewind.console.today.promised import due_promises
from tradewind.core.models import ShopAccount
from tradewind.core.panels import change, stored
from tradewind.core.reach import EVERYWHERE
from tradewind.orders.deadlines import PANEL
from tradewind.orders.import_models import FileEntry, OrderFile
from tradewind.orders.importing.exports import Export
from tradewind.orders.importing.recording import CommandRecord
from tradewind.orders.importing.running import Job, import_orders
from tradewind.orders.importing.undoing import undo_entries
from tradewind.promises.models import Promise
from tradewind.promises.why import why
from tradewind.promises.wording import promise_words
from tradewind.shipping.dispatching import mark_dispatched

pytestmark = pytest.mark.django_db
# A Friday.
NEW = SOLD | {"Sale Date": "Nov-20-26", "Paid On Date": "Nov-20-26"}


def promises(number: str = "12-1") -> list[Promise]:
    return list(Promise.objects.filter(subject_kind="order", subject_id=order(number).pk).order_by("pk"))


def test_a_paid_order_is_owed_by_the_channels_own_counting_and_stands_in_today(bring: Bring, now: datetime) -> None:
    bring("ebay", report(NEW, NEW | {"Order Number": "12-2", "Paid On Date": ""}))

    [made] = promises()
    [row] = due_promises(EVERYWHERE, now=datetime(2026, 11, 23, 20, tzinfo=UTC))
    # Monday, the 23rd, in California.
    assert (made.kind, made.due_at) == ("dispatch", datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert (made.account_id, made.told) == (order("12-1").account_id, [])
    assert promise_words(made, "en") == row.words == "Leaves by Mon 23 Nov, as eBay counts"
    assert why(made, "en") == [
        "Paid Fri 20 Nov, 00:00, by the clock of eBay (America/Los_Angeles).",
        "eBay gives one working day from then on: weekends and public holidays do not count.",
        "Where this rule comes from: https://pages.ebay.com/seller-center/shipping/handling-time.html (read on Sat 28 Nov)",
        "The day ends at midnight of America/Los_Angeles.",
    ]
    assert promises("12-2") == []


def test_a_date_in_the_file_goes_before_the_rule_and_moves_what_was_counted(bring: Bring, now: datetime) -> None:
    bring("ebay", report(NEW))
    bring("ebay", report(NEW | {"Ship By Date": "Nov-25-26"}), at=now + timedelta(hours=1))
    bring("ebay", report(NEW | {"Ship By Date": "Nov-25-26"}), at=now + timedelta(hours=2))

    counted, told = promises()
    assert (counted.state, told.state, told.replaces_id) == ("renewed", "made", counted.pk)
    assert told.due_at == datetime(2026, 11, 26, 8, tzinfo=UTC)
    assert why(told, "en")[0] == "eBay itself gave this date, in its file of orders."


def test_the_owner_says_how_many_days_were_chosen_there(bring: Bring, now: datetime) -> None:
    change(PANEL, PANEL.defaults | {"aliexpress": "7"}, seen=stored(PANEL).digest, by="staff:1", at=now)
    row = ON_ALIEXPRESS | {"下单时间": "2026-11-20 01:30", "付款时间": "2026-11-20 03:15"}

    bring("aliexpress", table(ALIEXPRESS, row))

    [made] = promises("8001234567890123")
    assert (made.inputs["days"], made.last_day.isoformat(), made.zone) == (7, "2026-12-01", "America/Los_Angeles")


def test_what_left_was_cancelled_or_is_sent_by_others_is_owed_no_more(bring: Bring, now: datetime) -> None:
    bring("ebay", report(*(NEW | {"Order Number": f"12-{n}"} for n in range(1, 4))))
    bring("ebay", report(NEW | {"Shipped On Date": "Nov-21-26"}), at=now + timedelta(days=3))
    mark_dispatched(order=order("12-2"), by="staff:1", at=now + timedelta(days=3))
    recent = {"purchase-date": "2026-11-20T22:30:00+00:00", "last-updated-date": "2026-11-21T00:00:00+00:00"}
    rows = [
        ON_AMAZON | recent | {"order-status": "Unshipped", "fulfillment-channel": sender, "amazon-order-id": number}
        for number, sender in (("1", "Amazon"), ("2", "Merchant"))
    ]
    bring("amazon", table(ALL, *rows, delimiter="\t"), account="Amazon")
    cancelled = rows[1] | {"order-status": "Cancelled", "last-updated-date": "2026-11-22T00:00:00+00:00"}
    before = [each.state for each in promises("2")]
    bring("amazon", table(ALL, cancelled, delimiter="\t"), account="Amazon")

    # The file is read late, and tells that it left in time.
    assert [(each.state, each.is_owed) for number in ("12-1", "12-2") for each in promises(number)] == [
        ("kept", False),
        ("broken", False),
    ]
    assert [each.state for each in promises("12-3")] == ["made"]
    assert (promises("1"), before, [each.state for each in promises("2")]) == ([], ["made"], ["released"])


def test_history_is_owed_to_nobody(bring: Bring) -> None:
    bring("ebay", report(SOLD))

    assert promises() == []


def test_what_is_taken_back_takes_its_promise_along(now: datetime, tmp_path: Path) -> None:
    def run(content: str) -> OrderFile:
        record = CommandRecord("orders.csv", now, clock=lambda: now)
        job = Job(
            Export("ebay", "Ours"), at=now, name="orders.csv", reject_files=[tmp_path / "r.csv"], recorder=record.begin
        )
        import_orders(io.BytesIO(content.encode()), job)
        assert record.row is not None
        return record.row

    first = run(report(NEW))
    second = run(report(NEW | {"Shipped On Date": "Nov-21-26"}))
    pk = order("12-1").pk

    kept = undo_entries(second, at=now, on_progress=lambda _done, _total: None)
    again = [each.state for each in promises()]
    kept += undo_entries(first, at=now, on_progress=lambda _done, _total: None)

    assert (kept, again) == ([], ["kept", "made"])
    assert [each.state for each in Promise.objects.filter(subject_id=pk).order_by("pk")] == ["kept", "released"]
    assert (FileEntry.objects.count(), ShopAccount.objects.filter(name="Ours").count()) == (0, 1)
