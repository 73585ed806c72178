"""The work page: how the machine does, what waits, what is stuck and why, the schedule, the workers."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages
from tradewind.core import queries, words
from tradewind.core.staff import needs
from tradewind.health.checks import check_all, machine
from tradewind.health.naming import told
from tradewind.lib.clock import utc_now


@needs("work.view")
@require_safe
def work_page(request: HttpRequest) -> HttpResponse:
    return show_work(request)


def show_work(request: HttpRequest, *, problem: str = "", problem_at: str = "", status: int = 200) -> HttpResponse:
    """The page, with what was wrong in one row's form."""
    now = utc_now()
    seen = machine(now)
    values = {
        "checks": [told(check, words.spoken()) for check in check_all(seen)],
        "counts": seen.counts,
        "rows": queries.troubled_work(),
        "jobs": seen.jobs,
        "workers": seen.workers,
        "now": now,
        "problem": problem,
        "problem_at": problem_at,
    }
    return pages.show(request, "work/overview.html", values, status=status)
