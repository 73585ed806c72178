"""Deciding on files of orders: handed in, brought in or left, and taken back. The worker does the rest (`working.py`)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any, Final

from django.db import IntegrityError, transaction

from tradewind.core import deliveries
from tradewind.core.accounts import make_account
from tradewind.core.files import keep_private
from tradewind.core.keeping import FILES
from tradewind.core.models import ShopAccount, StoredFile
from tradewind.core.staff import NotValid
from tradewind.core.trail import write_audit
from tradewind.orders.import_models import OrderFile
from tradewind.orders.importing.forgetting import forget_erased

KIND: Final = "orders.file"
State = OrderFile.State


class NotAsSeen(Exception):
    """The file no longer waits for this decision, or would do something else by now."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody hands in. Without `how` of a mapping and without a source, somebody has to name its columns.

    The orders go into `account_id`, or into an account of the name and channel of `new_account`, which is made.
    """

    key: str  # made with the page
    name: str
    content: bytes
    language: str
    account_id: int = 0
    new_account: tuple[str, str] | None = None
    source: str = ""
    how: dict[str, Any] = field(default_factory=dict)


def take_in(upload: Upload, *, by: str, at: datetime) -> OrderFile:
    """Keep an uploaded file and have it looked at. No order is changed. A second click gives the same row.

    Raises NotValid for the name of a new account.
    """
    file = keep_private(upload.name, upload.content, content_type="application/octet-stream", at=at)
    try:
        with transaction.atomic():
            return _same_click(upload, file) or _make_row(upload, file, by, at)
    except (NotValid, IntegrityError):
        # Of two clicks, the other has made the row, or the account, in this moment.
        known = _same_click(upload, file)
        if known is None:
            raise
        return known


def name_columns(*, file_id: int, mapping: dict[str, Any], at: datetime) -> None:
    """Have the file read by a mapping, kept as layouts keep it. Raises NotAsSeen."""
    _move(
        file_id, {State.MAPPING, State.CHECKED, State.REFUSED}, State.CHECKING, at, how=mapping, outcome={}, trouble=""
    )


def bring_in(*, file_id: int, seen: str, by: str, at: datetime) -> None:
    """Have done what was shown under `seen`. Raises NotAsSeen."""
    with transaction.atomic():
        _move(file_id, {State.CHECKED}, State.APPLYING, at, seen=seen, decided_by=by, trouble="")
        row = OrderFile.objects.get(pk=file_id)
        after = {"name": row.name, "account": row.account.name, **_counts(row.outcome, ("created", "updated"))}
        write_audit("order_file.decided", subject=("order_file", file_id), by=by, at=at, after=after)


def leave(*, file_id: int, by: str, at: datetime) -> bool:
    """Decide against it. False when it does not wait for a decision."""
    with transaction.atomic():
        waiting = OrderFile.objects.filter(pk=file_id, state__in=[State.MAPPING, State.CHECKED])
        row = waiting.select_for_update(no_key=True).first()
        if row is None:
            return False
        row.state, row.decided_by, row.finished_at = State.LEFT, by, at
        forget_erased(row, at=at)
        row.save(update_fields=["state", "decided_by", "finished_at", "outcome", "kept_until"])
    return True


def weigh(*, file_id: int, at: datetime) -> None:
    """Have looked at what can be taken back. Nothing is changed. Raises NotAsSeen."""
    row = OrderFile.objects.get(pk=file_id)
    was = row.undo.get("was") if row.state == State.WEIGHED else row.state
    _move(file_id, {row.state} & set(OrderFile.STANDS), State.WEIGHING, at, undo={**row.undo, "was": was})


def take_back(*, file_id: int, seen: str, by: str, at: datetime) -> None:
    """Have taken back what was shown under `seen`. Raises NotAsSeen."""
    with transaction.atomic():
        _move(file_id, {State.WEIGHED}, State.UNDOING, at, seen=seen, decided_by=by)
        row = OrderFile.objects.get(pk=file_id)
        after = {"name": row.name, "account": row.account.name, **_counts(row.undo, ("removed", "restored", "kept"))}
        write_audit("order_file.taken_back", subject=("order_file", file_id), by=by, at=at, after=after)


def keep_it(*, file_id: int) -> bool:
    """Decide against taking it back. False when nobody is asked."""
    with transaction.atomic():
        row = OrderFile.objects.select_for_update(no_key=True).get(pk=file_id)
        if row.state != State.WEIGHED:
            return False
        row.state = row.undo["was"]
        row.save(update_fields=["state"])
    return True


def progress_name(row: OrderFile) -> str:
    return f"order-file-{row.pk}"


def _same_click(upload: Upload, file: StoredFile) -> OrderFile | None:
    """The row of the same page, file and account. A page that was gone back to may send others."""
    rows = OrderFile.objects.filter(key__startswith=upload.key[:20], file=file)
    if upload.new_account is not None:
        return rows.filter(account__name=upload.new_account[0]).first()
    return rows.filter(account_id=upload.account_id).first()


def _make_row(upload: Upload, file: StoredFile, by: str, at: datetime) -> OrderFile:
    is_gone_back_to = OrderFile.objects.filter(key=upload.key).exists()
    row = OrderFile.objects.create(
        key=f"{upload.key[:20]}-{token_hex(8)}" if is_gone_back_to else upload.key,
        account_id=_account_id(upload, by, at),
        state=State.CHECKING if upload.source or upload.how else State.MAPPING,
        source=upload.source,
        how=upload.how,
        language=upload.language,
        name=upload.name[:200],
        file=file,
        kept_until=at + FILES(),
        by=by,
        created_at=at,
    )
    if row.state == State.CHECKING:
        _plan(row, at)
    return row


def _account_id(upload: Upload, by: str, at: datetime) -> int:
    if upload.new_account is not None:
        name, channel = upload.new_account
        return make_account(name=name, channel=channel, by=by, at=at).pk
    return ShopAccount.objects.values_list("pk", flat=True).get(pk=upload.account_id)


def _move(file_id: int, came_from: Collection[str], to: str, at: datetime, **changes: Any) -> None:
    """To a state that is the worker's, which is planned with it. `seen` has to be what the row says."""
    with transaction.atomic():
        waiting = OrderFile.objects.filter(pk=file_id, state__in=came_from, file__isnull=False)
        if to in {State.WEIGHING, State.UNDOING}:
            waiting = OrderFile.objects.filter(pk=file_id, state__in=came_from)
        if "seen" in changes:
            waiting = waiting.filter(seen=changes.pop("seen"))
        if not waiting.update(state=to, **changes):
            raise NotAsSeen
        _plan(OrderFile.objects.get(pk=file_id), at)


def _plan(row: OrderFile, at: datetime) -> None:
    """Plan the work that the row's state asks for."""
    row.round += 1
    row.save(update_fields=["round"])
    key = f"{KIND}:{row.pk}:{row.round}"
    deliveries.plan(KIND, key, {"file": row.pk, "state": row.state}, at=at, subject=("order_file", row.pk))


def _counts(told: dict[str, Any], names: tuple[str, ...]) -> dict[str, int]:
    return {name: told.get(name, 0) for name in names}
