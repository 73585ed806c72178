"""The worker's part of workbooks, kept as deliveries: checking, taking over, writing.

Checking and writing change nothing and may be done twice. Taking over is one transaction with the run's own state, so a
worker that dies leaves all of it or nothing, and whoever comes after it sees which.
"""

import io
import json
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tradewind.catalog.workbook import CellProblem, Change, NoWorkbook, WorkbookRefused
from tradewind.catalog.workbook_importing import ChangedMeanwhile, apply_plan
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.catalog.workbook_plan import OnProgress, Plan
from tradewind.catalog.workbook_planning import plan_workbook
from tradewind.catalog.workbook_running import CONTENT_TYPE, KIND, progress_name
from tradewind.catalog.workbook_writing import write_workbook
from tradewind.core import deliveries
from tradewind.core.files import keep_private, private_path
from tradewind.core.models import Delivery
from tradewind.core.progress import Progress
from tradewind.lib.clock import utc_now

REPORT: Final = "application/json"
# What a page shows; the report has more, and a file that is wrong in every cell does not fill the disk.
SHOWN: Final = 500
_REPORTED: Final = 20_000
_LONGEST: Final = 300
State = WorkbookRun.State
_DONE: Final = {"outcome": "done"}


class WorkbookCourier:
    """Does what the state of a run asks for."""

    kind = KIND

    def call(self, delivery: Delivery) -> dict[str, Any]:
        run = WorkbookRun.objects.select_related("file").get(pk=delivery.payload["run"])
        if run.state != delivery.payload["state"]:
            # It was done, and the worker died before it could say so.
            return _DONE

        def on_progress(done: int, total: int) -> None:
            progress(done, total)
            deliveries.still_at_it(delivery, now=utc_now())

        progress = Progress(progress_name(run))
        if run.kind == WorkbookRun.Kind.EXPORT:
            return _write(run, on_progress)
        plan, found = _look(run, on_progress)
        if plan is None or run.state == State.CHECKING:
            return found
        if plan.digest != run.seen:
            return {**found, "trouble": "changed"}
        try:
            _take_over(run, plan, on_progress)
        except ChangedMeanwhile:
            return {**_look(run, on_progress)[1], "trouble": "changed"}
        progress.forget()
        return _DONE

    def ask(self, delivery: Delivery) -> dict[str, Any] | None:  # noqa: ARG002  # the port's shape
        """The run itself says what became of it."""
        return None

    def settle(self, delivery: Delivery, result: dict[str, Any], now: datetime) -> None:
        if "state" in result:
            ended = now if result["state"] in (State.REFUSED, State.READY) else None
            self._move(delivery, **result, finished_at=ended)

    def give_up(self, delivery: Delivery, problem: BaseException, now: datetime) -> None:  # noqa: ARG002
        self._move(delivery, state=State.FAILED, finished_at=now)

    def _move(self, delivery: Delivery, **changes: object) -> None:
        run = WorkbookRun.objects.get(pk=delivery.payload["run"])
        WorkbookRun.objects.filter(pk=run.pk, state=delivery.payload["state"]).update(**changes)
        Progress(progress_name(run)).forget()


def register_courier() -> None:
    deliveries.register(WorkbookCourier())


def _look(run: WorkbookRun, on_progress: OnProgress) -> tuple[Plan | None, dict[str, Any]]:
    """The plan, None where there can be none, and what the run says of it."""
    try:
        plan = plan_workbook(_content(run), on_progress=on_progress)
    except NoWorkbook as problem:
        return None, {"state": State.REFUSED, "trouble": problem.code}
    except WorkbookRefused as refused:
        told = [_as_told(each) for each in refused.problems]
        return None, {
            "state": State.REFUSED,
            "trouble": "cells",
            "outcome": {"problems": told[:SHOWN], "total": len(told)},
            "report_id": _report(run, told),
        }
    changes = [_as_shown(each) for each in plan.changes]
    outcome = {
        "created": len(plan.created),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "prices": len(plan.prices),
        "sets": len(plan.sets),
        "changes": changes[:SHOWN],
        "total": len(changes),
    }
    found = {"state": State.CHECKED, "seen": plan.digest, "trouble": "", "outcome": outcome}
    return plan, {**found, "report_id": _report(run, changes)}


def _take_over(run: WorkbookRun, plan: Plan, on_progress: OnProgress) -> None:
    """All of it and the word that it is done, or nothing. Raises ChangedMeanwhile."""
    now = utc_now()
    with transaction.atomic():
        # A worker that was taken for dead may be at it still: wait for it, and see.
        held = WorkbookRun.objects.select_for_update().get(pk=run.pk)
        if held.state != State.APPLYING:
            return
        apply_plan(plan, by=held.decided_by, at=now, on_progress=on_progress)
        held.state, held.finished_at = State.APPLIED, utc_now()
        held.save(update_fields=["state", "finished_at"])


def _write(run: WorkbookRun, on_progress: OnProgress) -> dict[str, Any]:
    into = io.BytesIO()
    write_workbook(into, on_progress=on_progress)
    file = keep_private(run.name, into.getvalue(), content_type=CONTENT_TYPE, at=utc_now())
    return {"state": State.READY, "file_id": file.pk}


def _content(run: WorkbookRun) -> bytes:
    if run.file is None:
        raise LookupError(run.pk)
    return private_path(run.file.digest).read_bytes()


def _report(run: WorkbookRun, rows: list[dict[str, Any]]) -> int | None:
    if not rows:
        return None
    content = json.dumps(rows[:_REPORTED], ensure_ascii=False).encode()
    return keep_private(f"workbook-{run.pk}.json", content, content_type=REPORT, at=utc_now()).pk


def _as_told(each: CellProblem) -> dict[str, Any]:
    return {"sheet": each.sheet, "cell": each.cell, "message": each.message, "values": each.values}


def _as_shown(each: Change) -> dict[str, str]:
    told = {"sheet": each.sheet, "cell": each.cell, "what": each.what}
    return {**told, "before": _cut(each.before), "after": _cut(each.after)}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
