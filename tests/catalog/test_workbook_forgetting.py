"""Workbooks are kept for a while, and their files go with the last that names them."""

import os
from datetime import datetime, timedelta

import pytest

from tradewind.catalog.workbook_forgetting import forget_workbooks
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.core.files import keep_private, private_path
from tradewind.core.keeping import FILES_KEPT
from tradewind.core.models import StoredFile

pytestmark = pytest.mark.django_db
State = WorkbookRun.State
LATER = FILES_KEPT + timedelta(days=1)


def keep(content: bytes, at: datetime) -> StoredFile:
    """A file that came in at that time, also by the clock of the disk."""
    file = keep_private("goods.xlsx", content, content_type="x", at=at)
    os.utime(private_path(file.digest), (at.timestamp(), at.timestamp()))
    return file


def make(at: datetime, content: bytes, state: State = State.APPLIED, *, report: bytes = b"") -> WorkbookRun:
    finished = at if state not in (State.CHECKED, *WorkbookRun.BUSY) else None
    said = keep(report, at) if report else None
    return WorkbookRun.objects.create(
        kind="import",
        state=state,
        file=keep(content, at),
        report=said,
        name="goods.xlsx",
        by="x",
        created_at=at,
        finished_at=finished,
    )


def is_there(run: WorkbookRun) -> list[bool]:
    return [private_path(file.digest).exists() for file in (run.file, run.report) if file]


@pytest.mark.parametrize("state", [State.APPLIED, State.LEFT, State.REFUSED, State.READY, State.FAILED, State.CHECKED])
def test_what_is_old_goes_with_its_files(now: datetime, state: State) -> None:
    run = make(now, b"one", state, report=b"two")

    assert (forget_workbooks(now + FILES_KEPT - timedelta(seconds=1)), is_there(run)) == (0, [True, True])
    assert (forget_workbooks(now + LATER), is_there(run)) == (1, [False, False])
    assert (WorkbookRun.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.parametrize("state", WorkbookRun.BUSY)
def test_what_the_worker_has_stays(now: datetime, state: State) -> None:
    run = make(now, b"one", state)

    assert (forget_workbooks(now + LATER), is_there(run)) == (0, [True])


def test_a_file_that_a_younger_one_has_as_well_stays(now: datetime) -> None:
    make(now, b"same")
    younger = make(now + LATER, b"same")

    assert (forget_workbooks(now + LATER + timedelta(hours=2)), is_there(younger)) == (1, [True])
    assert WorkbookRun.objects.get() == younger


def test_content_that_came_in_again_a_moment_ago_stays(now: datetime) -> None:
    run = make(now, b"same")
    keep(b"same", now + LATER)

    assert (forget_workbooks(now + LATER + timedelta(minutes=1)), is_there(run)) == (1, [True])
    assert StoredFile.objects.count() == 1
