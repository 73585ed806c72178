"""Deciding on workbooks: uploaded, taken over or left, ordered. The worker does the rest (`workbook_work.py`)."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.core import deliveries
from tradewind.core.files import keep_private
from tradewind.core.trail import write_audit

KIND: Final = "catalog.workbook"
CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = WorkbookRun.State


class AnotherIsWritten(Exception):
    """Another workbook is being taken over: one at a time."""


class NotAsSeen(Exception):
    """The workbook no longer waits for this decision, or would change something else by now."""


def take_in(*, name: str, content: bytes, by: str, at: datetime) -> WorkbookRun:
    """Keep an uploaded workbook and have it checked. Nothing of the catalogue is changed."""
    file = keep_private(name, content, content_type=CONTENT_TYPE, at=at)
    with transaction.atomic():
        run = WorkbookRun.objects.create(
            kind=WorkbookRun.Kind.IMPORT, state=State.CHECKING, file=file, name=name[:200], by=by, created_at=at
        )
        _plan(run, at)
    return run


def order_export(*, name: str, by: str, at: datetime) -> WorkbookRun:
    """Have the whole catalogue written into a workbook."""
    with transaction.atomic():
        run = WorkbookRun.objects.create(
            kind=WorkbookRun.Kind.EXPORT, state=State.WRITING, name=name, by=by, created_at=at
        )
        _plan(run, at)
    return run


def take_over(*, run_id: int, seen: str, by: str, at: datetime) -> None:
    """Have done what was shown under `seen`. Raises AnotherIsWritten, NotAsSeen."""
    try:
        with transaction.atomic():
            waiting = WorkbookRun.objects.filter(pk=run_id, state=State.CHECKED, seen=seen)
            # The constraint lets one of two decisions through.
            if not waiting.update(state=State.APPLYING, decided_by=by, trouble=""):
                raise NotAsSeen
            run = WorkbookRun.objects.get(pk=run_id)
            write_audit("workbook.decided", subject=("workbook", run.pk), by=by, at=at, after={"seen": seen})
            _plan(run, at)
    except IntegrityError as problem:
        raise AnotherIsWritten from problem


def leave(*, run_id: int, by: str, at: datetime) -> bool:
    """Decide against it. False when it does not wait for a decision."""
    with transaction.atomic():
        waiting = WorkbookRun.objects.filter(pk=run_id, state=State.CHECKED)
        return bool(waiting.update(state=State.LEFT, decided_by=by, finished_at=at))


def progress_name(run: WorkbookRun) -> str:
    return f"workbook-{run.pk}"


def _plan(run: WorkbookRun, at: datetime) -> None:
    """Plan the work that the run's state asks for."""
    run.round += 1
    run.save(update_fields=["round"])
    key = f"{KIND}:{run.pk}:{run.round}"
    deliveries.plan(KIND, key, {"run": run.pk, "state": run.state}, at=at, subject=("workbook", run.pk))
