"""The worker's part of files of orders, kept as deliveries: looking, bringing in, weighing, taking back.

Looking and weighing change nothing and may be done twice. Bringing in and taking back write some orders at a time, each
with the record of it: a worker that dies leaves whole orders, and whoever comes after it goes on with the rest.
"""

import csv
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.utils.translation import gettext_noop

from tradewind.core import deliveries
from tradewind.core.files import keep_private, private_path
from tradewind.core.models import Delivery
from tradewind.core.progress import Progress
from tradewind.core.words import say, speaking
from tradewind.lib.clock import utc_now
from tradewind.orders.import_models import OrderFile
from tradewind.orders.importing.deciding import KIND, progress_name
from tradewind.orders.importing.exports import Export
from tradewind.orders.importing.layouts import mapping_of
from tradewind.orders.importing.previewing import Preview
from tradewind.orders.importing.reading import UnusableFile
from tradewind.orders.importing.recording import Recorder, told_of
from tradewind.orders.importing.running import ClosedAccount, Job, OtherChannel, OwnShopRefused, Summary, import_orders
from tradewind.orders.importing.undoing import Kept, undo_entries, weigh_entries

SHOWN_REJECTS: Final = 200
SHOWN_KEPT: Final = 500
OnProgress = Callable[[int, int], None]
State = OrderFile.State
_DONE: Final = {"outcome": "done"}
CHANGED: Final = gettext_noop("Orders have changed since you looked. Below is what would be done now.")
_CLOSED: Final = gettext_noop("The account is closed. Open it again, then upload the file once more.")
_OTHER_ACCOUNT: Final = gettext_noop(
    "The account is of another sales channel than the file. Upload it for another account."
)


class OrderFileCourier:
    """Does what the state of a file asks for."""

    kind = KIND

    def call(self, delivery: Delivery) -> dict[str, Any]:
        row = OrderFile.objects.select_related("file", "account").get(pk=delivery.payload["file"])
        if row.state != delivery.payload["state"]:
            # It was done, and the worker died before it could say so.
            return _DONE

        def on_progress(done: int, total: int) -> None:
            progress(done, total)
            deliveries.still_at_it(delivery, now=utc_now())

        progress = Progress(progress_name(row))
        with speaking(row.language):
            return _WORK[State(row.state)](row, on_progress)

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the port's shape
        """The file's own entries say what became of it."""
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        if "state" in result:
            ended = {} if result["state"] in OrderFile.OPEN else {"finished_at": now}
            self._move(delivery, **result, **ended)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:  # noqa: ARG002
        """What stands in the database stands; it can be brought in again, or taken back."""
        state = State(delivery.payload["state"])
        if state in {State.WEIGHING, State.UNDOING}:
            row = OrderFile.objects.get(pk=delivery.payload["file"])
            self._move(delivery, state=row.undo["was"])
        else:
            self._move(delivery, state=State.FAILED, finished_at=now)

    def _move(self, delivery: Delivery, **changes: object) -> None:
        row = OrderFile.objects.get(pk=delivery.payload["file"])
        OrderFile.objects.filter(pk=row.pk, state=delivery.payload["state"]).update(**changes)
        Progress(progress_name(row)).forget()


def register_courier() -> None:
    deliveries.register(OrderFileCourier())


def _look(row: OrderFile, on_progress: OnProgress) -> dict[str, Any]:
    """What the file would do."""
    preview = Preview()
    with TemporaryDirectory() as folder:
        try:
            summary = _import(row, Path(folder) / "rejects.csv", on_progress, looker=preview)
        except UnusableFile as problem:
            return {"state": State.REFUSED, "trouble": str(problem)[:500]}
        except ClosedAccount:
            return {"state": State.REFUSED, "trouble": say(row.language, _CLOSED)}
        except (OwnShopRefused, OtherChannel):
            return {"state": State.REFUSED, "trouble": say(row.language, _OTHER_ACCOUNT)}
        outcome = {**told_of(summary), "first": preview.first, "unmatched": preview.unmatched()}
        found: dict[str, Any] = {"state": State.CHECKED, "seen": preview.digest, "trouble": "", "rejects_id": None}
        if summary.reject_file is not None:
            outcome["rejects"] = _first_rejects(summary.reject_file)
            content, name = summary.reject_file.read_bytes(), f"rejects-{row.pk}.csv"
            found["rejects_id"] = keep_private(name, content, content_type="text/csv", at=utc_now()).pk
    return {**found, "outcome": outcome}


def _bring_in(row: OrderFile, on_progress: OnProgress) -> dict[str, Any]:
    """Store it, if it would still do what somebody saw; or go on where a worker stopped."""
    if not row.entries.exists():
        found = _look(row, _unseen)
        if found["state"] != State.CHECKED or found["seen"] != row.seen:
            return {**found, "trouble": found["trouble"] or say(row.language, CHANGED)}
    with TemporaryDirectory() as folder:
        _import(row, Path(folder) / "rejects.csv", on_progress, recorder=lambda _: Recorder(row.pk))
    made, changed = _standing(row)
    told = {key: value for key, value in row.outcome.items() if key != "first"}
    told |= {"created": made, "updated": changed, "unchanged": told["orders"] - told["older"] - made - changed}
    return {
        "state": State.APPLIED,
        "outcome": told | {"contradicted": row.entries.filter(is_contradicted=True).count()},
    }


def _weigh(row: OrderFile, on_progress: OnProgress) -> dict[str, Any]:
    before = _standing(row)
    found, kept = weigh_entries(row, on_progress)
    told = {"removed": found["removed"], "restored": found["restored"], **_told_kept(kept)}
    # With what was taken back before: so many orders there were to begin with.
    gone = row.undo if "at" in row.undo else {}
    done: dict[str, Any] = {"was": row.undo["was"]}
    done |= {"of": [number + gone.get(name, 0) for number, name in zip(before, ("removed", "restored"), strict=True)]}
    done |= {"at": gone["at"]} if gone else {}
    return {"state": State.WEIGHED, "undo": done | told, "seen": f"{found['removed']}-{found['restored']}-{len(kept)}"}


def _undo(row: OrderFile, on_progress: OnProgress) -> dict[str, Any]:
    now = utc_now()
    kept = undo_entries(row, at=now, on_progress=on_progress)
    removed, restored = (was - left for was, left in zip(row.undo["of"], _standing(row), strict=True))
    told = {"removed": removed, "restored": restored}
    return {"state": State.UNDONE, "undo": {**told, **_told_kept(kept), "at": now.isoformat()}}


_WORK: Final[dict[State, Callable[[OrderFile, OnProgress], dict[str, Any]]]] = {
    State.CHECKING: _look,
    State.APPLYING: _bring_in,
    State.WEIGHING: _weigh,
    State.UNDOING: _undo,
}


def _standing(row: OrderFile) -> tuple[int, int]:
    """How many orders the file made, and changed, that are not taken back."""
    return row.entries.filter(is_new=True).count(), row.entries.filter(is_new=False).count()


def _import(
    row: OrderFile,
    rejects: Path,
    on_progress: OnProgress,
    *,
    recorder: Callable[[int], Recorder] | None = None,
    looker: Preview | None = None,
) -> Summary:
    if row.file is None:
        raise LookupError(row.pk)
    account = row.account.name
    how = Export(row.source, account, **row.how) if row.source else mapping_of(row.how, account=account)
    job = Job(
        how,
        utc_now(),
        row.name,
        [rejects],
        is_dry_run=recorder is None,
        recorder=recorder,
        looker=looker,
    )
    with private_path(row.file.digest).open("rb") as stream:
        return import_orders(stream, job, on_progress=on_progress)


def _told_kept(kept: list[Kept]) -> dict[str, Any]:
    return {"kept": len(kept), "kept_orders": [asdict(each) for each in kept[:SHOWN_KEPT]]}


def _first_rejects(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        return [[line, because[:300]] for (line, because, *_), _ in zip(rows, range(SHOWN_REJECTS), strict=False)]


def _unseen(_done: int, _total: int) -> None:
    """Progress is told of the work itself, not of the second look before it."""
