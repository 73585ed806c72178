"""Named reads of files of orders."""

from collections.abc import Sequence
from typing import Final

from tradewind.core.reach import Reach
from tradewind.orders.import_models import FileEntry, OrderFile

PAGE: Final = 30


def account_of_file(file_id: int) -> int | None:
    """The shop account of a file, None where there is no such file."""
    return OrderFile.objects.filter(pk=file_id).values_list("account_id", flat=True).first()


def file_list(
    reach: Reach, *, account_id: int | None = None, below: int = 0, size: int = PAGE
) -> tuple[Sequence[OrderFile], int]:
    """A page of files within reach, newest first, and the number below which to go on; 0 at the end."""
    rows = reach.of(OrderFile.objects.select_related("account").order_by("-pk").defer("how", "undo"))
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if below:
        rows = rows.filter(pk__lt=below)
    page = list(rows[: size + 1])
    return page[:size], page[size - 1].pk if len(page) > size else 0


def entries_of(row: OrderFile, *, most: int) -> Sequence[FileEntry]:
    """The first orders that a file made or changed, and that are not taken back."""
    return list(row.entries.select_related("order").defer("before").order_by("pk")[:most])
