"""Workbooks and their files go when nobody will ask for them any more. What they changed stands in the trail for ever."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tradewind.catalog.workbook_models import WorkbookRun
from tradewind.core.files import forget_private
from tradewind.core.keeping import FILES
from tradewind.core.schedule import every


@every(timedelta(hours=6), name="catalog.forget_workbooks")
def forget_workbooks(now: datetime) -> int:
    """Also those that nobody ever decided on. Returns how many went."""
    last = now - FILES()
    over = Q(finished_at__lt=last) | Q(finished_at=None, created_at__lt=last)
    with transaction.atomic():
        runs = list(WorkbookRun.objects.select_for_update().filter(over).exclude(state__in=WorkbookRun.BUSY))
        WorkbookRun.objects.filter(pk__in=[run.pk for run in runs]).delete()
    for file_id in {pk for run in runs for pk in (run.file_id, run.report_id) if pk}:
        forget_private(file_id, now=now)
    return len(runs)
