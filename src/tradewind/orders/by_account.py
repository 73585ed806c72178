"""Shop accounts with what stands in each, as their page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from tradewind.core.models import ShopAccount
from tradewind.core.reach import Reach
from tradewind.orders.models import Order, OrderFile


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: int
    name: str
    channel: str
    state: str  # open or closed
    orders: int
    last_order_at: datetime | None
    last_file_at: datetime | None  # when the latest file was brought in

    @property
    def is_own(self) -> bool:
        return self.channel == ShopAccount.Channel.OWN


def account_rows(reach: Reach) -> Sequence[AccountRow]:
    """Those within reach: the open ones first, by name."""
    accounts = reach.of(ShopAccount.objects.order_by("name", "id"), field="pk")
    counted = Order.objects.order_by().values("account_id").annotate(number=Count("id"), last=Max("placed_at"))
    found = {row["account_id"]: (row["number"], row["last"]) for row in counted}
    files = _brought_in().order_by().values_list("account_id").annotate(Max("finished_at"))
    brought = dict(files)
    rows = [_row(account, *found.get(account.pk, (0, None)), brought.get(account.pk)) for account in accounts]
    return sorted(rows, key=lambda row: row.state == "closed")


def account_row(account: ShopAccount) -> AccountRow:
    found = Order.objects.filter(account=account).aggregate(number=Count("id"), last=Max("placed_at"))
    brought = _brought_in().filter(account=account).aggregate(last=Max("finished_at"))
    return _row(account, found["number"], found["last"], brought["last"])


def _brought_in() -> QuerySet[OrderFile]:
    return OrderFile.objects.filter(state=OrderFile.State.APPLIED)


def _row(account: ShopAccount, number: int, last: datetime | None, brought: datetime | None) -> AccountRow:
    state = "closed" if account.closed_at else "open"
    return AccountRow(account.pk, account.name, account.channel, state, number, last, brought)
