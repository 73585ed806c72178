"""A worker process of its own is killed with -9 over a workbook: all of it is done or nothing, and the next goes on."""

import signal
from typing import Final

import pytest
from django.db import transaction

from tests.at_once import succeed_at_once
from tests.catalog.test_workbook import edited, everything
from tests.messaging.test_mail_and_crashes import PATIENCE, wait_until, worker
from tests.messaging.test_waiting_and_crashes import DYING
from tests.shop import open_shop
from tradewind.catalog.models import Price, Product
from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.catalog.workbook_running import AnotherIsWritten, NotAsSeen, order_export, take_in, take_over
from tradewind.core.models import Delivery
from tradewind.core.worker import run_until_idle
from tradewind.lib.clock import utc_now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]
NOBODY: Final = "smtp://127.0.0.1:9"
# The worker dies when it is about to take the work, write the first text, ask the first price, and say that it is done.
STEPS: Final = (
    'UPDATE "core_delivery"',
    'UPDATE "catalog_product"',
    'INSERT INTO "catalog_pricechange"',
    'UPDATE "catalog_workbookrun"',
)


def changing() -> bytes:
    return edited(("Texts", "C3", "Neu"), ("Texts", "D3", "Unten"), ("Prices", "B2", 12), ("Prices", "C3", 11))


def upload(content: bytes) -> WorkbookRun:
    return take_in(name="goods.xlsx", content=content, by="staff:1", at=utc_now())


def upload_and_check(content: bytes) -> WorkbookRun:
    run = upload(content)
    run_until_idle(now=utc_now)
    run.refresh_from_db()
    return run


def decide(run: WorkbookRun) -> None:
    take_over(run_id=run.pk, seen=run.seen, by="staff:1", at=utc_now())


def die(at: str) -> None:
    with worker(NOBODY, DYING, at) as dying:
        assert dying.wait(PATIENCE) == -signal.SIGKILL
    with transaction.atomic():
        Delivery.objects.filter(state=Delivery.State.RUNNING).update(due_at=utc_now())


def go_on(until: str) -> None:
    with worker(NOBODY):
        wait_until(lambda: WorkbookRun.objects.filter(state=until).exists())
        wait_until(lambda: not Delivery.objects.filter(Delivery.IS_OPEN, kind="catalog.workbook").exists())


@pytest.mark.parametrize("dies_at", STEPS)
def test_a_worker_that_dies_while_it_takes_over_leaves_nothing_half_done(dies_at: str) -> None:
    open_shop(utc_now())
    decide(upload_and_check(changing()))
    before = everything()

    die(dies_at)
    assert (everything(), WorkbookRun.objects.get().state) == (before, "applying")
    go_on("applied")

    assert Product.objects.get().content["title"]["de"] == "Neu"
    assert list(Price.objects.order_by("pk").values_list("amount", flat=True)) == [1200, 900, 1000, 1100]
    assert Product.objects.get().draft_version == 1


def test_a_worker_that_dies_when_all_is_written_and_its_work_not_yet_over_does_not_do_it_again() -> None:
    open_shop(utc_now())
    decide(upload_and_check(changing()))
    # The second time that it touches the row of its work is after the workbook has been committed.
    script = DYING.replace(
        "if sql.startswith(sys.argv[2]):", "global seen\n    seen += sql.startswith(sys.argv[2])\n    if seen == 2:"
    )
    with worker(NOBODY, "seen = 0\n" + script, 'UPDATE "core_delivery"') as dying:
        assert dying.wait(PATIENCE) == -signal.SIGKILL
    after = everything()
    assert (WorkbookRun.objects.get().state, Delivery.objects.filter(Delivery.IS_OPEN).count()) == ("applied", 1)
    with transaction.atomic():
        Delivery.objects.filter(Delivery.IS_OPEN).update(due_at=utc_now())

    go_on("applied")

    assert everything() == after


@pytest.mark.parametrize(
    "dies_at", ['UPDATE "core_delivery"', 'INSERT INTO "core_storedfile"', 'UPDATE "catalog_workbookrun"']
)
@pytest.mark.parametrize(("order", "ends_as"), [("import", "checked"), ("export", "ready")])
def test_a_worker_that_dies_while_it_checks_or_writes_is_followed_by_another(
    order: str, ends_as: str, dies_at: str
) -> None:
    open_shop(utc_now())
    if order == "import":
        upload(changing())
    else:
        order_export(name="out.xlsx", by="staff:1", at=utc_now())
    before = everything()

    die(dies_at)
    go_on(ends_as)

    run = WorkbookRun.objects.get()
    assert (everything(), run.state, run.file is not None) == (before, ends_as, True)


@pytest.mark.parametrize("decisions", ["the same workbook", "two workbooks"])
def test_of_two_decisions_at_once_one_is_taken(decisions: str) -> None:
    open_shop(utc_now())
    first = upload_and_check(changing())
    second = first if decisions == "the same workbook" else upload_and_check(edited(("Texts", "C3", "Anders")))

    taken = succeed_at_once(lambda: decide(first), lambda: decide(second), refusals=(AnotherIsWritten, NotAsSeen))

    assert (taken, WorkbookRun.objects.filter(state="applying").count()) == (1, 1)
